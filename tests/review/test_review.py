"""``tfmod review``: what a change introduces and nothing else, in real repositories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.review.conftest import PINNED, Review, deployment
from tests.support.git import Repository


def test_a_new_floating_image_is_the_only_finding(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", "fresh:latest").encode()})
    repo.commit()
    done = review()
    assert done.code == 1
    assert [line.partition(": ")[2] for line in done.new] == ["IMG001 fresh:latest: a tag that its publisher moves"]
    assert "1 new finding, 0 resolved, 1 as before, in 1 changed file" in done.err


def test_no_change_is_nothing_new(repo: Repository, review: Review) -> None:
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "0 new findings, 0 resolved, 0 as before, in 0 changed files" in done.err


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n\n\n" + deployment("web", "old:latest", PINNED),
        deployment("web", "old:latest", PINNED).replace('"c0"', '"renamed"'),
        deployment("web", "old:latest", PINNED).replace("\n", "\r\n"),
        deployment("web", PINNED, PINNED, "old:latest"),
        deployment("web", PINNED, "old:latest"),
    ],
    ids=["lines moved", "another attribute changed", "line ends changed", "a container came before it", "containers swapped"],
)
def test_an_old_finding_near_the_change_is_not_new(repo: Repository, review: Review, text: str) -> None:
    repo.write({"web/main.tf": text.encode()})
    repo.commit()
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "0 new findings, 0 resolved, 1 as before" in done.err


def test_a_second_image_of_the_same_name_is_new_where_it_was_written(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", PINNED, "old:latest").encode()})
    repo.commit()
    assert [line.split(":")[1] for line in review().new] == ["15"]


def test_a_finding_that_is_gone_is_resolved(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", PINNED, PINNED).encode()})
    repo.commit()
    done = review()
    assert done.code == 0
    assert "0 new findings, 1 resolved, 0 as before" in done.err


def test_a_renamed_file_brings_its_findings_along(repo: Repository, review: Review) -> None:
    repo.run("mv", "web/main.tf", "web/deployment.tf")
    repo.run("mv", "db", "database")
    repo.commit()
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "0 resolved, 2 as before, in 2 changed files" in done.err


def test_a_renamed_file_with_a_new_image_has_that_one_alone(repo: Repository, review: Review) -> None:
    repo.run("mv", "web", "site")
    text = deployment("web", "old:latest", PINNED) + deployment("more", "fresh:latest")
    repo.write({"site/main.tf": text.encode()})
    repo.commit()
    assert [line.partition(": ")[2].split()[1] for line in review().new] == ["fresh:latest:"]


def test_a_block_moved_to_another_file_of_the_module_is_not_new(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": b"locals {}\n", "web/more.tf": b"# moved\n" + deployment("web", "old:latest", PINNED).encode()})
    repo.commit()
    done = review()
    assert (done.code, done.new) == (0, [])


def test_a_copy_in_another_module_is_new(repo: Repository, review: Review) -> None:
    repo.write({"copy/main.tf": deployment("web", "old:latest", PINNED).encode()})
    repo.commit()
    assert len(review().new) == 1


def test_a_new_file_and_a_deleted_one(repo: Repository, review: Review) -> None:
    repo.write({"api/main.tf": deployment("api", "fresh:latest").encode()})
    repo.run("rm", "-q", "db/main.tf")
    repo.commit()
    done = review()
    assert done.code == 1
    assert "1 new finding, 1 resolved" in done.err


def test_commits_on_the_base_after_the_fork_do_not_count(repo: Repository, review: Review) -> None:
    repo.write({"README.md": b"# Changed\n"})
    repo.commit()
    repo.run("checkout", "--quiet", "main")
    repo.write({"api/main.tf": deployment("api", "theirs:latest").encode(), "db/main.tf": deployment("db", PINNED).encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "change")
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "0 resolved, 0 as before, in 1 changed file" in done.err


def test_a_merge_of_the_base_brings_nothing_new(repo: Repository, review: Review) -> None:
    repo.write({"README.md": b"# Changed\n"})
    repo.commit()
    repo.run("checkout", "--quiet", "main")
    repo.write({"api/main.tf": deployment("api", "theirs:latest").encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "change")
    repo.run("merge", "--quiet", "--no-edit", "main")
    assert review().new == []


MODULE = """\
variable "image" { type = string }
""" + deployment("app", "x").replace('"x"', "var.image")
CALL = 'module "app" {\n  source = "../modules/app"\n  image  = "called:latest"\n}\n'


def test_a_changed_module_counts_for_those_who_call_it(repo: Repository, review: Review) -> None:
    repo.run("checkout", "--quiet", "main")
    unused = MODULE.replace("image = var.image", f'image = "{PINNED}"')
    repo.write({"modules/app/main.tf": unused.encode(), "site/main.tf": CALL.encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    assert review().new == []
    repo.write({"modules/app/main.tf": MODULE.encode()})
    repo.commit()
    done = review()
    assert len(done.new) == 1
    assert done.new[0].startswith("site/main.tf:3:")


def test_a_changed_call_counts_for_the_module(repo: Repository, review: Review) -> None:
    repo.run("checkout", "--quiet", "main")
    repo.write({"modules/app/main.tf": MODULE.encode(), "site/main.tf": CALL.replace("called:latest", PINNED).encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    repo.write({"site/main.tf": CALL.encode()})
    repo.commit()
    assert [line.partition(" ")[2].split()[1] for line in review().new] == ["called:latest:"]


def test_a_values_file_counts_for_the_module_that_reads_it(repo: Repository, review: Review) -> None:
    helm = 'resource "helm_release" "x" {\n  values = [file("${path.module}/../charts/x.yaml")]\n}\n'
    repo.run("checkout", "--quiet", "main")
    repo.write({"x/main.tf": helm.encode(), "charts/x.yaml": f"image:\n  repository: nginx\n  tag: {PINNED.partition(':')[2]}\n".encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    repo.write({"charts/x.yaml": b"image:\n  repository: nginx\n  tag: latest\n"})
    repo.commit()
    done = review()
    assert (done.code, len(done.new)) == (1, 1)


def test_taking_a_suppression_away_shows_what_it_hid(repo: Repository, review: Review) -> None:
    hidden = deployment("web", "old:latest").replace("          image", "          # tfmod:ignore[IMG001] a toy\n          image")
    repo.run("checkout", "--quiet", "main")
    repo.write({"web/main.tf": hidden.encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    repo.write({"web/main.tf": deployment("web", "old:latest").encode()})
    repo.commit()
    assert len(review().new) == 1


def test_the_working_tree_counts_unless_a_commit_is_asked_for(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", "fresh:latest").encode()})
    assert len(review().new) == 1
    assert review("--head", "HEAD").new == []
    repo.commit()
    repo.write({"web/main.tf": deployment("web", PINNED, PINNED).encode(), "db/main.tf": b"broken {"})
    (repo.root / "README.md").unlink()
    done = review("--head", "HEAD")
    assert (done.code, len(done.new)) == (1, 1)
    assert "in 1 changed file" in done.err


def test_a_commit_is_reviewed_that_is_not_checked_out(repo: Repository, review: Review) -> None:
    repo.write({"api/main.tf": deployment("api", "fresh:latest").encode()})
    repo.commit()
    repo.run("checkout", "--quiet", "main")
    done = review("--head", "change")
    assert [line.split(":")[0] for line in done.new] == ["api/main.tf"]
    assert repo.text("status", "--porcelain") == "" and repo.text("branch", "--show-current") == "main"


def test_untracked_files_are_no_part_of_a_change(repo: Repository, review: Review) -> None:
    repo.write({"api/main.tf": deployment("api", "fresh:latest").encode()})
    assert review().new == []
    repo.run("add", "--intent-to-add", "api/main.tf")
    assert len(review().new) == 1


def test_nothing_of_the_repository_is_written(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", "fresh:latest").encode()})
    repo.commit()
    repo.write({"db/main.tf": deployment("db", "dirty:latest").encode()})
    before = {p: p.read_bytes() for p in repo.root.rglob("*") if p.is_file() and p.name != "index"}
    review("--fixes")
    review("--head", "HEAD")
    assert {p: p.read_bytes() for p in repo.root.rglob("*") if p.is_file() and p.name != "index"} == before


@pytest.mark.parametrize(("threshold", "code"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)])
def test_the_exit_code_is_by_severity(repo: Repository, review: Review, threshold: str, code: int) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", "fresh:latest").encode()})  # IMG001 is an error
    assert review("--fail-on", threshold).code == code


def test_a_mild_finding_is_reported_and_does_not_fail(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", "nginx:1.27.3").encode()})
    done = review("--fail-on", "error")
    assert (done.code, len(done.new)) == (0, 1)
    assert review("--fail-on", "info").code == 1


def test_paths_narrow_the_review(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "fresh:latest").encode(), "db/main.tf": deployment("db", "fresher:latest").encode()})
    assert [line.split(":")[0] for line in review("db").new] == ["db/main.tf"]


def test_json_has_the_new_findings_alone(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": deployment("web", "old:latest", "fresh:latest").encode()})
    report = json.loads(review("--format", "json").out)
    assert [f["before"] for f in report["findings"]] == ["fresh:latest"]


def test_a_file_that_no_longer_parses_is_not_passed_over(repo: Repository, review: Review) -> None:
    repo.write({"web/main.tf": b'resource "x" {\n'})
    done = review()
    assert done.code == 3
    assert "web/main.tf" in done.out + done.err


def test_a_file_that_did_not_parse_before_is_told(repo: Repository, review: Review) -> None:
    repo.run("checkout", "--quiet", "main")
    repo.write({"web/main.tf": b'resource "x" {\n'})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    repo.write({"web/main.tf": deployment("web", "old:latest").encode()})
    done = review()
    assert (done.code, len(done.new)) == (1, 1)
    assert "web/main.tf could not be read before the change" in done.err


@pytest.mark.parametrize("after", [None, b"# nothing\n"])
def test_a_file_that_did_not_parse_before_and_has_nothing_now_is_not_told(repo: Repository, review: Review, after: bytes | None) -> None:
    repo.run("checkout", "--quiet", "main")
    repo.write({"web/broken.tf": b'resource "kubernetes_deployment" {\n'})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    if after is None:
        repo.run("rm", "--quiet", "web/broken.tf")
    else:
        repo.write({"web/broken.tf": after})
    repo.commit()
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "could not be read" not in done.err


def test_a_broken_file_that_stays_broken_is_not_new(repo: Repository, review: Review) -> None:
    repo.run("checkout", "--quiet", "main")
    repo.write({"web/broken.tf": b'resource "x" {\n'})
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    repo.write({"web/broken.tf": b'resource "y" {\n'})
    assert review().code == 0


def test_a_file_that_a_filter_encrypts_is_compared_as_it_is_checked_out(repo: Repository, review: Review) -> None:
    repo.run("config", "filter.rot.clean", "tr a-z n-za-m")
    repo.run("config", "filter.rot.smudge", "tr n-za-m a-z")
    repo.run("checkout", "--quiet", "main")
    repo.write({".gitattributes": b"db/*.tf filter=rot\n", "db/main.tf": deployment("db", "older:latest").encode() + b"# again\n"})
    repo.commit()
    assert b"xhorearg" in repo.run("cat-file", "blob", "HEAD:db/main.tf")
    repo.run("checkout", "--quiet", "-B", "change")
    repo.write({"db/main.tf": b"# moved\n" + deployment("db", "older:latest").encode()})
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "1 as before" in done.err


def test_a_submodule_that_moved_is_named_and_not_looked_into(repo: Repository, review: Review, tmp_path: Path) -> None:
    Repository.create(tmp_path / "other", {"main.tf": deployment("o", "other:latest").encode()})
    repo.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"), "vendor/other")
    repo.commit()
    done = review()
    assert (done.code, done.new) == (0, [])
    assert "not looked into: 1 submodule that moved (vendor/other)" in done.err


def test_a_symbolic_link_that_became_a_file(repo: Repository, review: Review) -> None:
    repo.run("checkout", "--quiet", "main")
    (repo.root / "web/link.tf").symlink_to("../db/main.tf")
    repo.commit()
    repo.run("checkout", "--quiet", "-B", "change")
    (repo.root / "web/link.tf").unlink()
    repo.write({"web/link.tf": deployment("linked", "fresh:latest").encode()})
    repo.commit()
    assert [line.split(":")[0] for line in review().new] == ["web/link.tf"]


def test_names_that_git_quotes(repo: Repository, review: Review) -> None:
    repo.write({'web/a "b" ü.tf': deployment("odd", "fresh:latest").encode()})
    repo.commit()
    assert len(review().new) == 1


def test_fixes_show_the_diff_of_what_is_new(repo: Repository, review: Review) -> None:
    lock = {"web/main.tf": deployment("web", "old:latest", "fresh:latest").encode()}
    repo.write(lock)
    done = review("--fixes")
    assert "not in the lock file or the cache" in done.err
    assert "fresh:latest" in done.err and "old:latest" not in done.err
