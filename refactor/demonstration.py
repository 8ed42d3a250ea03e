"""``tfmod demo``: the example repository, audited and pinned, with look-ups answered by a registry inside this process."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from refactor.registry.demo import DemoImage, DemoRegistry

_PACKAGED = Path(__file__).parent / "_examples"
_CHECKOUT = Path(__file__).parent.parent / "examples"


def demonstrate(run: Callable[[str, list[str]], int], *, keep: bool) -> int:
    """Show the audit and the dry-run diff. What is missing on purpose (an image that the registry does not have) is no failure here."""
    source = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    copy = Path(tempfile.mkdtemp(prefix="tfmod-demo-"))
    try:
        shutil.copytree(source, copy, dirs_exist_ok=True)
        with DemoRegistry(_images(copy / "registry.json")) as registry:
            mirrors = [f"--mirror={host}={url}" for host, url in registry.mirrors().items()]
            _step("tfmod audit", "what is wrong, and where")
            audited = run("audit", [str(copy)])
            _step("tfmod pin-images", "the change, which is shown and not written; images are looked up on this machine")
            pinned = run("pin-images", [str(copy), "--no-cache", *mirrors])
        expected = (1, 3)  # there are findings; one image's value is not in the code, and one is not in the registry
        return 0 if (audited, pinned) == expected else 1
    finally:
        if keep:
            sys.stdout.write(f"\nThe copy is {copy}\n")
        else:
            shutil.rmtree(copy)


def _step(command: str, what: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    sys.stdout.write(f"\n$ {command}    # {what}\n\n")
    sys.stdout.flush()


def _images(table: Path) -> dict[str, dict[str, DemoImage]]:
    data: dict[str, dict[str, str]] = json.loads(table.read_text("utf-8"))
    return {name: {tag: DemoImage(content) for tag, content in tags.items()} for name, tags in data.items()}
