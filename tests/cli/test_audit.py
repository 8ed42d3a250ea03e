"""``tfmod audit``: findings, classes, exit codes; it writes nothing and asks nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from refactor import catalogue
from tests.cli.conftest import DEPLOYMENT, Tfmod

IMAGES = ("audit", *(word for name in catalogue.files() if name != "pin-images" for word in ("--ignore", name)))
"""An audit of images alone."""


def test_findings_have_places_and_the_summary_counts_classes(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("audit")
    assert done.code == 1
    assert "main.tf:7:20: IMG001 nginx:latest" in done.out
    assert "1 image (pin-images)\n  1  IMG001" in done.out
    assert "`tfmod pin-images`" in done.out


def test_nothing_wrong_exits_with_zero(repository: Path, tfmod: Tfmod) -> None:
    (repository / "main.tf").write_text('locals {\n  a = "b"\n}\n')
    assert tfmod(*IMAGES).code == 0


def test_rules_can_be_selected_and_ignored(repository: Path, tfmod: Tfmod) -> None:
    assert tfmod(*IMAGES, "--ignore", "IMG001").code == 0
    assert tfmod(*IMAGES, "--select", "floating-image").code == 1
    assert tfmod(*IMAGES, "--select", "IMG002").code == 0


def test_json_is_one_object(repository: Path, tfmod: Tfmod) -> None:
    report = json.loads(tfmod(*IMAGES, "--format", "json").out)
    assert report["summary"]["rules"] == {"IMG001": 1}
    assert report["findings"][0]["outcome"] == "found"


def test_verify_compares_digests_with_tags(repository: Path, tfmod: Tfmod) -> None:
    stale = f"nginx:latest@sha256:{'0' * 64}"
    (repository / "main.tf").write_text(DEPLOYMENT.replace("nginx:latest", stale))
    assert tfmod(*IMAGES).code == 0
    done = tfmod(*IMAGES, "--verify")
    assert done.code == 1
    assert "IMG004" in done.out
    tfmod("pin-images", "--refresh", "--write")
    assert tfmod(*IMAGES, "--verify").code == 0


@pytest.mark.parametrize(
    ("comment", "code", "said"),
    [
        ("# tfmod:ignore[pin-images] it is a toy", 0, "it is a toy"),
        ("# tfmod:ignore[IMG001] it is a toy", 0, "it is a toy"),
        ("/* tfmod:ignore[IMG001] it is a toy */", 0, "it is a toy\n"),
        ("# tfmod:ignore[IMG002] it is a toy", 1, "suppresses nothing"),
        ("# tfmod:ignore[pin-images]", 1, "gives no reason"),
    ],
)
def test_a_comment_above_suppresses(repository: Path, tfmod: Tfmod, comment: str, code: int, said: str) -> None:
    (repository / "main.tf").write_text(DEPLOYMENT.replace("          image", f"          {comment}\n          image"))
    done = tfmod(*IMAGES)
    assert done.code == code
    assert said in done.out


def test_a_comment_above_a_block_covers_what_is_in_it_and_one_for_the_file_all(repository: Path, tfmod: Tfmod) -> None:
    (repository / "main.tf").write_text(f"# tfmod:ignore[pin-images] old\n{DEPLOYMENT}")
    assert tfmod(*IMAGES).code == 0
    (repository / "main.tf").write_text(f"{DEPLOYMENT}# tfmod:ignore-file[*] generated\n")
    assert tfmod(*IMAGES).code == 0


def test_an_encrypted_file_is_skipped_with_that_reason(repository: Path, tfmod: Tfmod) -> None:
    (repository / "secret.tf").write_bytes(b"\0GITCRYPT\0" + b"x" * 40)
    done = tfmod(*IMAGES)
    assert "encrypted" in done.out


def test_a_comment_of_the_yaml_in_a_heredoc_suppresses(repository: Path, tfmod: Tfmod) -> None:
    text = """\
resource "kubectl_manifest" "x" {
  yaml_body = <<-EOT
    kind: Pod
    spec:
      containers:
        # tfmod:ignore[pin-images] it is a toy
        - image: nginx:latest
        - image: redis:latest # tfmod:ignore[pin-images] so is this
        - image: "mongo#tfmod:ignore[pin-images]"
        - image: mongo:latest
  EOT
}
"""
    (repository / "main.tf").write_text(text)
    done = tfmod(*IMAGES)
    assert done.out.count("a tag that its publisher moves") == 1 and "IMG001 mongo:latest" in done.out
    assert "nginx:latest: it is a toy" in done.out and "redis:latest: so is this" in done.out
