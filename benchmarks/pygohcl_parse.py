"""The floor that `tfmod audit` is measured against: one process in which pygohcl parses each .tf file of a tree, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pygohcl


def main(tree: str) -> int:
    read = refused = 0
    for path in sorted(Path(tree).rglob("*.tf")):
        if ".terraform" in path.parts or not path.is_file():
            continue
        try:
            pygohcl.loads(path.read_bytes().decode("utf-8-sig", "replace"))
        except pygohcl.HCLParseError:
            refused += 1
        else:
            read += 1
    print(f"{read} files read, {refused} refused")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
