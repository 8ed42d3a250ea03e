"""A workspace as another commit has it, and narrowed; a run that fixes some findings only."""

from __future__ import annotations

from pathlib import Path

from codemods.pin_images import PinImages
from refactor.codemod import Finding, Outcome
from refactor.project.contents import Skip
from refactor.run import run
from refactor.services import Services
from refactor.testing import Scripted
from tests.review.conftest import deployment
from tests.support.workspaces import STACKS, opened, put


def test_a_version_replaces_adds_and_removes_and_leaves_the_first_one_alone(tmp_path: Path) -> None:
    put(tmp_path, STACKS)
    now = opened(tmp_path)
    then = now.at_version({"stacks/api/main.tf": b"old", "stacks/web/main.tf": None, "gone/main.tf": b"gone"})
    assert then.read("stacks/api/main.tf") == b"old" and then.read("stacks/web/main.tf") is None
    assert "gone/main.tf" in then.files and "stacks/web/main.tf" not in then.files
    assert now.read("stacks/api/main.tf") == b"a" and "gone/main.tf" not in now.files


def test_an_overlay_lies_on_top_of_a_version_and_the_next_one_replaces_it(tmp_path: Path) -> None:
    put(tmp_path, STACKS)
    then = opened(tmp_path).at_version({"stacks/api/main.tf": b"old", "gone/main.tf": b"gone"})
    assert then.with_overlay({"stacks/api/main.tf": b"new"}).read("stacks/api/main.tf") == b"new"
    other = then.with_overlay({"stacks/api/main.tf": b"new"}).with_overlay({"gone/main.tf": None})
    assert other.read("stacks/api/main.tf") == b"old" and "gone/main.tf" not in other.files


def test_an_encrypted_file_of_a_version_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, STACKS)
    assert isinstance(opened(tmp_path).at_version({"stacks/api/main.tf": b"\0GITCRYPT\0x"}).read("stacks/api/main.tf"), Skip)


def test_narrowing_never_widens(tmp_path: Path) -> None:
    put(tmp_path, STACKS)
    narrow = opened(tmp_path, "stacks/api", "modules").only(["stacks/api/main.tf", "stacks/web/main.tf"])
    assert [path for path in STACKS if narrow.selected(path)] == ["stacks/api/main.tf"]
    assert narrow.read("modules/app/main.tf") == b"d"


def test_a_run_fixes_only_what_is_wanted_and_asks_for_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, {"main.tf": deployment("web", "nginx:latest", "redis:latest").encode()})
    images = Scripted({"nginx:latest": f"sha256:{'1' * 64}"})

    def wanted(finding: Finding) -> bool:
        return finding.before == "nginx:latest"

    result = run(opened(tmp_path), [PinImages()], Services(images), only=wanted)
    assert images.asked == ["docker.io/library/nginx:latest"]
    assert {f.before: f.outcome for f in result.findings} == {"nginx:latest": Outcome.CHANGED, "redis:latest": Outcome.FOUND}
    [change] = result.changeset.changes
    assert change.after is not None and b'"redis:latest"' in change.after
