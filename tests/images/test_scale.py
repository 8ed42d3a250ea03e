"""Ten thousand images in one file: the time grows with the number of images, not with its square."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codemods.pin_images import PinImages
from refactor.project.workspace import Workspace
from refactor.run import audit

_POD = """\
resource "kubernetes_pod_v1" "p%d" {
  spec {
    container {
      name  = "main"
      image = "registry.example/app%d:latest"
    }
  }
}
"""
_WALKED = """\
resource "kubernetes_pod_v1" "p" {
  for_each = local.apps
  spec {
    container {
      name  = each.key
      image = "${each.value.repository}:${each.value.tag}"
    }
  }
}

locals {
  apps = {
%s  }
}
"""


def _resources(count: int) -> str:
    return "\n".join(_POD % (i, i) for i in range(count))


def _map(count: int) -> str:
    return _WALKED % "".join(f'    app{i} = {{ repository = "registry.example/app{i}", tag = "latest" }}\n' for i in range(count))


def _seconds(directory: Path, text: str, count: int) -> float:
    directory.mkdir()
    (directory / "main.tf").write_text(text)
    workspace = Workspace.open([directory])
    assert isinstance(workspace, Workspace)
    start = time.process_time()
    result = audit(workspace, [PinImages()])
    took = time.process_time() - start
    found = [f for f in result.findings if f.rule is not None]
    assert len({f.before for f in found}) == count, "each image is found once"
    return took


@pytest.mark.parametrize("make", [_resources, _map])
def test_ten_thousand_images_in_one_file(tmp_path: Path, make: Callable[[int], str]) -> None:
    fewer = _seconds(tmp_path / "fewer", make(2_000), 2_000)
    many = _seconds(tmp_path / "many", make(10_000), 10_000)
    assert many < max(fewer, 0.05) * 5 * 3  # five times the images; a square would be 25
    assert many < 30
