"""``terraform fmt`` over many texts in one run."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


def fmt(texts: Sequence[bytes]) -> list[bytes]:
    """What fmt makes of each text; one that it refuses fails the test, with fmt's own words."""
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name, f"{i:06}.tf") for i, _ in enumerate(texts)]
        for file, text in zip(files, texts, strict=True):
            file.write_bytes(text)
        done = subprocess.run(
            ["terraform", "fmt", "-no-color", "-list=false", name], capture_output=True, text=True, errors="replace", check=False
        )
        assert done.returncode == 0, done.stderr
        return [file.read_bytes() for file in files]
