"""Which entries of ``ignore_changes`` keep an image from being applied, and how they are taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.codemod import Outcome
from tests.support.pins import outcome, pinned, text

_POD = """\
resource "kubernetes_pod_v1" "web" {
  spec {
    container {
      image = "nginx:latest"
    }
    container {
      image = "redis:7"
    }
  }
%s}
"""
_IMAGES = {"nginx:latest": "1.27.3", "redis:7": "7.4.1"}
_FIRST, _SECOND = "spec[0].container[0].image", "spec[0].container[1].image"


def _lifecycle(text: str) -> str:
    return "\n  lifecycle {\n" + "".join(f"    {line}\n" for line in text.split("\n")) + "  }\n"


@pytest.mark.parametrize(
    ("entry", "first", "second"),
    [
        (_FIRST, "changed", "changed"),
        (f'"{_FIRST}"', "changed", "changed"),
        ("spec.0.container.0.image", "changed", "changed"),
        ("spec[0].container[0]", "ignored-by-terraform", "changed"),
        ("spec[0].container", "ignored-by-terraform", "ignored-by-terraform"),
        ("spec[0]", "ignored-by-terraform", "ignored-by-terraform"),
        ("spec", "ignored-by-terraform", "ignored-by-terraform"),
        ("metadata", "changed", "changed"),
        ("spec[0].container[0].image_pull_policy", "changed", "changed"),
        ("spec[0].container[2].image", "changed", "changed"),
        ("spec[1]", "changed", "changed"),
        ('metadata[0].labels["spec"]', "changed", "changed"),
    ],
)
def test_what_an_entry_covers(entry: str, first: str, second: str, tmp_path: Path) -> None:
    result = pinned(tmp_path, {"main.tf": _POD % _lifecycle(f"ignore_changes = [{entry}]")}, _IMAGES)
    assert [outcome(f) for f in result.findings if f.thing == "image"] == [first, second]


def test_all(tmp_path: Path) -> None:
    result = pinned(tmp_path, {"main.tf": _POD % _lifecycle("ignore_changes = all")}, _IMAGES)
    assert [outcome(f) for f in result.findings] == ["ignored-by-terraform"] * 2


_KEEPS_THE_LIST = "ignore_changes = [\n  # set by CI\n]"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"ignore_changes = [{_FIRST}]", None),
        (f"ignore_changes = [{_FIRST}, {_SECOND}]", None),
        (f"ignore_changes = [\n  {_FIRST},\n  {_SECOND},\n]", None),
        (f"ignore_changes = [\n  {_FIRST}, # by CI\n]", None),
        (f"ignore_changes = [\n  # set by CI\n  {_FIRST},\n]", _KEEPS_THE_LIST),
        (f"# why\nignore_changes = [{_FIRST}]", "# why"),
        (f"prevent_destroy = true\nignore_changes  = [{_FIRST}]", "prevent_destroy = true"),
        (f"ignore_changes = [{_FIRST}, metadata]", "ignore_changes = [metadata]"),
        (f"ignore_changes = [metadata, {_FIRST}]", "ignore_changes = [metadata]"),
        (f"ignore_changes = [metadata, {_FIRST}, {_SECOND}]", "ignore_changes = [metadata]"),
        (f"ignore_changes = [{_FIRST}, metadata, {_SECOND}]", "ignore_changes = [metadata]"),
        (f"ignore_changes = [\n  metadata, # labels\n  {_FIRST},\n]", "ignore_changes = [\n  metadata, # labels\n]"),
        (f"ignore_changes = [\n  metadata,\n  {_FIRST}\n]", "ignore_changes = [\n  metadata\n]"),
        (f"ignore_changes = [{_FIRST}, {_FIRST}]", None),
    ],
)
def test_what_is_left(before: str, after: str | None, tmp_path: Path) -> None:
    """The list goes when it is empty, and the block when that is; a comment that is not an entry's own stays."""
    result = pinned(tmp_path, {"main.tf": _POD % _lifecycle(before)}, _IMAGES)
    left = text(result, "main.tf").partition("  }\n\n  lifecycle")
    wanted = "" if after is None else _lifecycle(after).partition("  lifecycle")[2] + "}\n"
    assert left[2] == wanted
    assert all(f.outcome is Outcome.CHANGED for f in result.findings)


def test_an_entry_of_an_image_that_was_not_pinned_stays(tmp_path: Path) -> None:
    before = _POD % _lifecycle(f"ignore_changes = [{_FIRST}, {_SECOND}]")
    result = pinned(tmp_path, {"main.tf": before}, {"nginx:latest": "1.27.3"})
    assert f"ignore_changes = [{_SECOND}]" in text(result, "main.tf")


def test_an_entry_that_covers_a_dynamic_block_of_unknown_number(tmp_path: Path) -> None:
    dynamic = """\
resource "kubernetes_pod_v1" "web" {
  spec {
    dynamic "container" {
      for_each = ["nginx:latest"]
      content {
        image = container.value
      }
    }
    container {
      image = "redis:7"
    }
  }

  lifecycle {
    ignore_changes = [spec[0].container[3].image]
  }
}
"""
    result = pinned(tmp_path, {"main.tf": dynamic}, _IMAGES)
    assert "lifecycle" not in text(result, "main.tf")


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ('resource "docker_container" "a" {\n  image = "nginx:latest"\n%s}\n', "changed"),
        ('resource "docker_image" "a" {\n  name = "nginx:latest"\n%s}\n', "changed"),
    ],
)
def test_an_attribute_of_the_resource_itself(resource: str, expected: str, tmp_path: Path) -> None:
    name = "image" if "container" in resource else "name"
    result = pinned(tmp_path, {"main.tf": resource % _lifecycle(f"ignore_changes = [{name}]")}, _IMAGES)
    assert [outcome(f) for f in result.findings] == [expected, expected]
    assert "lifecycle" not in text(result, "main.tf")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("manifest", ["ignored-by-terraform"]),
        ('manifest["spec"]', ["ignored-by-terraform"]),
        ("manifest.spec.containers[0]", ["ignored-by-terraform"]),
        ("manifest.spec.containers[0].image", ["changed", "changed"]),
        ("manifest.spec.containers[1].image", ["changed"]),
        ("manifest.metadata", ["changed"]),
    ],
)
def test_a_value_of_a_manifest(entry: str, expected: list[str], tmp_path: Path) -> None:
    manifest = 'resource "kubernetes_manifest" "a" {\n  manifest = { spec = { containers = [{ image = "nginx:latest" }] } }\n%s}\n'
    result = pinned(tmp_path, {"main.tf": manifest % _lifecycle(f"ignore_changes = [{entry}]")}, _IMAGES)
    assert [outcome(f) for f in result.findings] == expected


@pytest.mark.parametrize("entry", ["container_definitions", "all"])
def test_a_text_is_ignored_as_a_whole(entry: str, tmp_path: Path) -> None:
    task = 'resource "aws_ecs_task_definition" "a" {\n  container_definitions = jsonencode([{ image = "nginx:latest" }])\n%s}\n'
    value = entry if entry == "all" else f"[{entry}]"
    result = pinned(tmp_path, {"main.tf": task % _lifecycle(f"ignore_changes = {value}")}, _IMAGES)
    assert [outcome(f) for f in result.findings] == ["ignored-by-terraform"]
