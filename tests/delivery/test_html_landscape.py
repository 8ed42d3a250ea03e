"""What the HTML report says of a repository: its stacks, tiers, sizes and coverage."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.codemod import Outcome, Place
from refactor.delivery.coverage import Coverage, Look, Subject, coverages, look
from refactor.delivery.html_charts import segments, share
from refactor.delivery.landscape import Landscape, landscape
from refactor.delivery.treemap import Rectangle, squarified
from refactor.reasons import Reason
from tests.support.reports import found
from tests.support.workspaces import opened, put

CALL = b'module "app" {\n  source = "%s"\n}\n'
LABELLED = b"""\
resource "kubernetes_deployment" "%s" {
  metadata {
    name   = "app"
    labels = { tier = %s }
  }
  spec {
    template {
      spec {
        container {
          name = "app"
        }
      }
    }
  }
}
"""


def seen(tmp_path: Path, files: dict[str, bytes], *paths: str) -> Landscape:
    put(tmp_path, files)
    return landscape(opened(tmp_path, *(paths or (".",))))


def test_a_module_is_of_the_stack_that_alone_calls_it(tmp_path: Path) -> None:
    land = seen(
        tmp_path,
        {
            "stacks/a/main.tf": CALL % b"./modules/own" + CALL.replace(b"app", b"two") % b"../../modules/shared",
            "stacks/a/modules/own/main.tf": CALL % b"./inner",
            "stacks/a/modules/own/inner/main.tf": b"locals {}\n",
            "stacks/b/main.tf": CALL % b"../../modules/shared",
            "modules/shared/main.tf": b"locals {}\n",
            "modules/shared/examples/one/main.tf": CALL % b"../..",
            "modules/unused/main.tf": b"locals {}\n",
        },
    )
    assert {d.path: d.stack for d in land.directories} == {
        "stacks/a": "stacks/a",
        "stacks/a/modules/own": "stacks/a",
        "stacks/a/modules/own/inner": "stacks/a",
        "stacks/b": "stacks/b",
        "modules/shared": "modules/shared",
        "modules/shared/examples/one": "modules/shared/examples/one",
        "modules/unused": "modules/unused",
    }


def test_modules_that_call_each_other_come_to_an_end(tmp_path: Path) -> None:
    land = seen(tmp_path, {"a/main.tf": CALL % b"../b", "b/main.tf": CALL % b"../a", "c/main.tf": CALL % b"../c"})
    assert {d.path for d in land.directories} == {"a", "b", "c"}


def test_other_files_are_of_the_directory_above_them_that_has_terraform(tmp_path: Path) -> None:
    land = seen(tmp_path, {"a/main.tf": b"locals {}\n", "a/files/x/values.yaml": b"a: 1\n", "b/values.yaml": b"a: 1\n"})
    assert [land.stack(p) for p in ("a/main.tf", "a/files/x/values.yaml", "b/values.yaml", "values.yaml")] == ["a", "a", "b", "."]


def test_the_root_is_a_stack_like_any_other(tmp_path: Path) -> None:
    land = seen(tmp_path, {"main.tf": b"locals {}\n", "files/values.yaml": b"a: 1\n"})
    assert [(d.path, d.stack) for d in land.directories] == [(".", ".")]
    assert land.stack("main.tf") == land.stack("files/values.yaml") == land.directory("main.tf") == "."


def test_sizes_are_of_what_was_selected(tmp_path: Path) -> None:
    land = seen(tmp_path, {"a/main.tf": b"locals {}\n\nlocals {}", "a/x.tf": b"", "b/main.tf": b"", "c/d.tf": b"\n"}, "a", "c")
    assert [(d.path, d.bytes, d.lines) for d in land.directories] == [("a", 20, 3), ("c", 1, 1)]


def test_a_tier_is_the_label_of_a_workload_and_is_not_invented(tmp_path: Path) -> None:
    text = b'locals {\n  tiers = { edge = "3-edge" }\n}\nvariable "x" {}\n'
    text += LABELLED % (b"a", b"local.tiers.edge") + LABELLED % (b"b", b"var.x") + (LABELLED % (b"c", b'"1"')).replace(b"tier ", b"app ")
    land = seen(tmp_path, {"s/main.tf": text})
    place = Place("s/main.tf", 0, 0, 1, 1)
    tiers = [land.tier(place, f"kubernetes_deployment.{name} / spec.template") for name in "abc"]
    assert tiers == ["3-edge", None, None]
    assert land.tier(Place("other/main.tf", 0, 0, 1, 1), "kubernetes_deployment.a") is None


def test_the_commit_and_the_branch_are_those_that_are_checked_out(tmp_path: Path) -> None:
    assert (landscape(None).commit, seen(tmp_path / "plain", {"main.tf": b"locals {}\n"}).commit) == ("", "")
    root = tmp_path / "repository"
    put(root, {"main.tf": b"locals {}\n"})
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q", "-b", "work"), ("add", "."), (*own, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", root, *arguments], check=True)
    head = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    land = landscape(opened(root))
    assert (land.name, land.branch) == ("repository", "work")
    assert len(land.commit) == 12 and head.startswith(land.commit)


SUBJECT = Subject("odd", "entry")


def test_a_thing_with_several_findings_counts_once_as_the_worst() -> None:
    looks = [Look(SUBJECT, "a", o, o == Outcome.FOUND) for o in (Outcome.FINE, Outcome.FOUND, Outcome.CHANGED)]
    assert coverages(looks) == {SUBJECT: Coverage(open=1)}


@pytest.mark.parametrize(
    ("outcome", "rule", "reason", "counts"),
    [
        (Outcome.FOUND, True, None, Coverage(open=1)),
        (Outcome.FAILED, True, Reason.GATE, Coverage(open=1)),
        (Outcome.CHANGED, True, None, Coverage(changed=1)),
        (Outcome.FINE, False, None, Coverage(fine=1)),
        (Outcome.SKIPPED, True, Reason.OFFLINE, Coverage(open=1)),
        (Outcome.SKIPPED, True, Reason.NO_SOURCE, Coverage(open=1)),
        (Outcome.SKIPPED, True, Reason.SUPPRESSED, Coverage(left=1)),
        (Outcome.SKIPPED, False, Reason.CHART_DECIDES, Coverage(left=1)),
    ],
)
def test_what_a_codemod_leaves_is_no_better_for_it(outcome: Outcome, rule: bool, reason: Reason | None, counts: Coverage) -> None:
    one = replace(found(), outcome=outcome, reason=reason)
    seen_as = look(one if rule else replace(one, rule=None))
    assert seen_as is not None
    assert coverages([seen_as]) == {SUBJECT: counts}


def test_a_finding_about_nothing_that_is_counted_is_no_look() -> None:
    assert look(replace(found(), thing="")) is None


@pytest.mark.parametrize(("fine", "open", "percent"), [(0, 0, None), (0, 3, 0), (1, 999, 1), (999, 1, 99), (1, 1, 50), (3, 0, 100)])
def test_a_share_is_all_or_nothing_only_where_it_is(fine: int, open: int, percent: int | None) -> None:
    assert share(Coverage(fine=fine, open=open, left=7)) == percent


def test_what_is_left_out_is_in_the_bar_and_not_in_the_share() -> None:
    assert [(s.kind, s.width) for s in segments(Coverage(fine=1, left=3))] == [("fine", "25%"), ("left", "75%")]
    assert segments(Coverage()) == []


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=60))
def test_the_map_is_covered_by_fields_as_large_as_their_sizes(sizes: list[int]) -> None:
    frame = Rectangle(0, 0, 200, 100)
    found_at = squarified(sizes, frame)
    scale = 200 * 100 / sum(sizes)
    for size, r in zip(sizes, found_at, strict=True):
        assert r.width * r.height == pytest.approx(size * scale, rel=1e-3, abs=1e-3)
        assert r.x >= -1e-6 and r.y >= -1e-6 and r.x + r.width <= 200 + 1e-3 and r.y + r.height <= 100 + 1e-3
    for a, b in combinations(found_at, 2):
        wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
        high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
        assert wide < 1e-3 or high < 1e-3


def test_nothing_has_no_fields() -> None:
    assert squarified([], Rectangle(0, 0, 1, 1)) == []
