"""The whole life of a review on a real Gitea, where there is one: a comment, its edits, and a suggestion that is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.cli import main
from refactor.forges.model import NewPull
from refactor.registry.demo import DemoRegistry
from tests.forges.labs import ok
from tests.forges.real_gitea import RunningGitea, gitea_lab, gitea_server
from tests.review.conftest import PINNED, deployment
from tests.support.git import Repository

__all__ = ["gitea_server"]


def test_a_pull_request_from_its_first_push_to_the_last(
    gitea_server: RunningGitea,
    repo: Repository,
    registry: DemoRegistry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirrors = [f"--mirror={host}={url}" for host, url in registry.mirrors().items()]
    with gitea_lab(gitea_server, tmp_path / "work") as lab:
        monkeypatch.chdir(lab.git.root)
        monkeypatch.setenv("TFMOD_FORGE_URL", gitea_server.url)
        monkeypatch.setenv("GITEA_TOKEN", lab.token.secret.reveal())
        (lab.git.root / ".git/info/exclude").write_text("tfmod.toml\n")
        (lab.git.root / "tfmod.toml").write_text('[forge]\ntype = "gitea"\n')

        def push(*images: str) -> None:
            lab.git.write({"web.tf": deployment("web", *images).encode()})
            lab.git.run("add", "web.tf")
            lab.git.run("commit", "--quiet", "-m", f"{images}")
            lab.git.run("push", "--quiet", "origin", "HEAD:refs/heads/change")
            lab._settled("change", lab.git.text("rev-parse", "HEAD"))

        def review(number: int) -> int:
            return main(
                ["review", "--base=main", "--select=pin-images", f"--pull={number}", "--comment", "--suggest", "--no-cache", *mirrors]
            )

        lab.git.run("checkout", "--quiet", "-b", "change")
        push("nginx:latest")
        pull = ok(lab.client.create(NewPull("change", "main", "A change", "")))
        assert review(pull.number) == 1
        [comment] = ok(lab.client.comments(pull))
        [inline] = ok(lab.client.inline_comments(pull))
        assert "1 new finding" in comment.body and "```hcl\n" in inline.body and (inline.path, inline.line) == ("web.tf", 7)
        assert review(pull.number) == 1
        push("nginx:latest", PINNED)
        assert review(pull.number) == 1
        assert len(ok(lab.client.comments(pull))) == len(ok(lab.client.inline_comments(pull))) == 1
        push(PINNED, PINNED)
        assert review(pull.number) == 0
        [last] = ok(lab.client.comments(pull))
        assert last.id == comment.id and "nothing new" in last.body
