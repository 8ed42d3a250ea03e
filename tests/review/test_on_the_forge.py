"""What a review writes on a pull request, by the whole command against make-believe forges that their descriptions hold to account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from refactor.cli import main
from refactor.forges.settings import ForgeKind
from refactor.registry.demo import DemoRegistry
from tests.forges.labs import FakeLab, fake_lab
from tests.forges.world import PERSON, TOKEN, FakeComment, FakePull
from tests.review.conftest import PINNED, Done, Review, deployment
from tests.support.git import Repository
from tests.support.scripted import json_answer

everywhere = pytest.mark.parametrize("job", list(ForgeKind), indirect=True)
MARKER = "<!-- tfmod-comment: review -->"


@dataclass
class Job:
    """A CI job for a pull request from the branch ``change``."""

    lab: FakeLab
    pull: FakePull
    repo: Repository
    review: Callable[..., Done]
    kind: ForgeKind

    def push(self, *images: str, top: str = "") -> None:
        self.repo.write({"web/main.tf": (top + deployment("web", "old:latest", *images)).encode()})
        self.pull.commit = self.repo.commit()

    @property
    def comments(self) -> list[str]:
        return [c.body for c in self.pull.comments]

    def writes(self) -> int:
        return sum(r.method in ("POST", "PUT", "PATCH") for r in self.lab.script.seen)


def environment(kind: ForgeKind, lab: FakeLab, number: int) -> dict[str, str]:
    url, api = lab.location.web, lab.location.api
    if kind is ForgeKind.GITLAB:
        return {
            "GITLAB_CI": "true",
            "CI_SERVER_URL": url,
            "CI_API_V4_URL": api,
            "CI_PROJECT_PATH": "team/infra",
            "CI_MERGE_REQUEST_IID": str(number),
            "GITLAB_TOKEN": TOKEN,
        }
    names = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": url, "GITHUB_API_URL": api, "GITHUB_REPOSITORY": "team/infra"}
    names |= {"GITHUB_REF": f"refs/pull/{number}/merge", "GITHUB_BASE_REF": "main", "GITHUB_TOKEN": TOKEN}
    return names | ({"GITEA_ACTIONS": "true"} if kind is ForgeKind.GITEA else {})


@pytest.fixture
def job(request: pytest.FixtureRequest, repo: Repository, review: Review, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """On GitLab, where nothing else is asked for."""
    kind: ForgeKind = getattr(request, "param", ForgeKind.GITLAB)
    with fake_lab(kind) as lab:
        lab.push("change", "1")
        pull = lab.world.open("change", "main", "A change", "", author=PERSON)
        for name, value in environment(kind, lab, pull.number).items():
            monkeypatch.setenv(name, value)
        repo.run("remote", "add", "origin", f"{lab.location.web}/team/infra.git")
        made = Job(lab, pull, repo, review, kind)
        made.push()
        yield made


@pytest.fixture
def suggesting(job: Job, registry: DemoRegistry, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """``--suggest`` with look-ups; the fixture's own ``--offline`` would forbid them."""
    mirrors = [f"--mirror={host}={url}" for host, url in registry.mirrors().items()]

    def run(*arguments: str) -> Done:
        code = main(["review", "--base", "main", "--select", "pin-images", "--no-cache", "--suggest", *mirrors, *arguments])
        return Done(code, "", "")

    return run


@everywhere
def test_what_is_new_is_told_in_one_comment_that_is_edited(job: Job) -> None:
    job.push("fresh:latest")
    assert job.review("--comment").code == 1
    [first] = job.comments
    assert first.startswith(MARKER)
    assert "1 new finding" in first and "fresh:latest" in first and "old:latest" not in first
    job.push("fresh:latest", "fresher:latest")
    job.review("--comment")
    [second] = job.comments
    assert "2 new findings" in second and "fresher:latest" in second


@everywhere
def test_nothing_left_is_said_rather_than_taken_away(job: Job) -> None:
    job.push("fresh:latest")
    job.review("--comment")
    job.push(PINNED)
    assert job.review("--comment").code == 0
    [comment] = job.comments
    assert "nothing new" in comment and "introduces no finding" in comment


def test_nothing_new_makes_no_comment(job: Job) -> None:
    job.push(PINNED)
    assert job.review("--comment").code == 0
    assert job.comments == []


@everywhere
def test_the_same_result_is_not_written_again(job: Job) -> None:
    job.push("fresh:latest")
    job.review("--comment")
    before = job.writes()
    assert "says it already" in job.review("--comment").err
    assert job.writes() == before


def test_a_comment_of_somebody_else_that_quotes_ours_is_left_alone(job: Job) -> None:
    job.push("fresh:latest")
    quoted = FakeComment(job.lab.world.id(), f"{MARKER}\nquoted", PERSON)
    job.pull.comments.append(quoted)
    job.review("--comment")
    assert quoted.body == f"{MARKER}\nquoted"
    assert len(job.comments) == 2


def test_jobs_for_different_paths_have_comments_of_their_own(job: Job) -> None:
    job.push("fresh:latest")
    job.review("--comment")
    job.review("--comment", "web")
    assert [c.partition("\n")[0] for c in job.comments] == [MARKER, "<!-- tfmod-comment: review/web -->"]


def test_uncommitted_changes_are_not_told_on_the_pull_request(job: Job) -> None:
    job.repo.write({"web/main.tf": deployment("web", "old:latest", "draft:latest").encode()})
    assert job.review("--comment").code == 0
    assert job.comments == []


def test_a_run_for_an_older_commit_keeps_quiet(job: Job) -> None:
    job.push("fresh:latest")
    job.pull.commit = "f" * 40
    done = job.review("--comment")
    assert done.code == 1 and "by now" in done.err
    assert job.comments == []


def test_a_merge_of_the_pull_request_with_its_base_is_that_pull_request(job: Job) -> None:
    job.push("fresh:latest")
    job.repo.run("checkout", "--quiet", "main")
    job.repo.write({"README.md": b"# Later\n"})
    job.repo.commit()
    job.repo.run("merge", "--quiet", "--no-ff", "--no-edit", "change")
    done = job.review("--comment", base="main^")
    assert done.code == 1
    assert len(job.comments) == 1


def test_a_closed_pull_request_is_left_alone(job: Job) -> None:
    job.push("fresh:latest")
    job.pull.state = "closed"
    assert "which is closed" in job.review("--comment").err
    assert job.comments == []


def test_dry_run_writes_nothing(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRY_RUN", "1")
    job.push("fresh:latest")
    assert job.review("--comment").code == 1
    assert job.lab.script.seen == []


def test_a_number_that_is_no_pull_request_is_incomplete(job: Job) -> None:
    done = job.review("--comment", "--pull", "99")
    assert done.code == 3
    assert "nothing is written on #99" in done.err


@everywhere
def test_outside_of_a_pull_request_it_asks_for_the_number(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    monkeypatch.delenv("CI_MERGE_REQUEST_IID", raising=False)
    done = job.review("--comment")
    assert done.code == 2 and "--pull NUMBER" in done.err


@everywhere
def test_no_token_is_incomplete_and_says_which(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    done = job.review("--comment")
    assert done.code == 3
    assert "there is no token for" in done.err and "TOKEN" in done.err


@everywhere
def test_a_fork_without_rights_is_no_failure(job: Job, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    event = tmp_path_factory.mktemp("event") / "event.json"
    event.write_text(
        '{"pull_request": {"number": 1, "head": {"repo": {"full_name": "x/y"}}, "base": {"repo": {"full_name": "team/infra"}}}}'
    )
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("CI_MERGE_REQUEST_PROJECT_ID", "1")
    monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "2")
    job.push(PINNED)
    refusal = {"message": "Resource not accessible by integration", "documentation_url": "https://docs.example", "status": "403"}
    job.lab.fake.overrides = [json_answer(refusal, status=403)]
    done = job.review("--comment")
    assert done.code == 0
    assert "from a fork" in done.err and "--format github" in done.err


@everywhere
def test_a_fix_in_changed_lines_is_suggested_once(job: Job, suggesting: Callable[..., Done]) -> None:
    job.push("nginx:latest")
    assert suggesting().code == 1
    [note] = job.pull.notes
    assert (note.path, note.line, note.commit) == ("web/main.tf", 11, job.pull.commit)
    block = {ForgeKind.GITHUB: "```suggestion\n", ForgeKind.GITLAB: "```suggestion:-0+0\n", ForgeKind.GITEA: "```hcl\n"}[job.kind]
    assert f'{block}          image = "nginx:1.27.3@sha256:' in note.body
    suggesting()
    assert len(job.pull.notes) == 1


def test_an_old_finding_is_not_suggested_for(job: Job, suggesting: Callable[..., Done]) -> None:
    job.repo.run("checkout", "--quiet", "main")
    job.repo.write({"web/main.tf": deployment("web", "nginx:latest").encode()})
    job.repo.commit()
    job.repo.run("checkout", "--quiet", "-B", "change")
    job.repo.write({"web/main.tf": deployment("web", "nginx:latest", PINNED).encode()})
    job.pull.commit = job.repo.commit()
    assert suggesting().code == 0
    assert job.pull.notes == []


@everywhere
def test_a_suggestion_that_changed_is_edited(job: Job, suggesting: Callable[..., Done]) -> None:
    job.push("nginx:latest")
    suggesting()
    job.pull.notes[0].body = job.pull.notes[0].body.replace("1.27.3@", "1.27.2@")
    suggesting()
    [note] = job.pull.notes
    assert "nginx:1.27.3@sha256:" in note.body


@everywhere
def test_an_outdated_suggestion_is_left_and_made_anew(job: Job, suggesting: Callable[..., Done]) -> None:
    job.push("nginx:latest")
    suggesting()
    job.pull.notes[0].line = 0
    before = job.pull.notes[0].body
    suggesting()
    assert len(job.pull.notes) == 2
    assert job.pull.notes[0].body == before


def test_a_file_that_a_merge_made_another_gets_no_suggestions(job: Job, suggesting: Callable[..., Done]) -> None:
    job.push("nginx:latest")
    job.repo.run("checkout", "--quiet", "main")
    job.repo.write({"web/main.tf": b"# top\n\n\n" + deployment("web", "old:latest", PINNED).encode()})
    job.repo.commit()
    job.repo.run("merge", "--quiet", "--no-ff", "-X", "theirs", "--no-edit", "change")
    job.repo.run("branch", "--force", "base", "HEAD^")
    assert suggesting("--base", "base").code == 1
    assert job.pull.notes == []


def test_the_comment_has_the_diff_of_the_fixes(job: Job, suggesting: Callable[..., Done]) -> None:
    job.push("nginx:latest")
    suggesting("--comment")
    [comment] = job.comments
    assert "Diff of the fixes" in comment and '+          image = "nginx:1.27.3@sha256:' in comment
    assert TOKEN not in comment
