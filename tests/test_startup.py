"""``tfmod --version`` and ``--help`` feel instant because nothing heavy is imported for them. Counted in modules, not in time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = frozenset(
    """
    git hcl2 http.client jinja2 lark libcst pygohcl regex requests ssl tree_sitter tree_sitter_hcl urllib3 yaml
    asyncio concurrent.futures email multiprocessing unittest xml
    """.split()
)
MOST_MODULES = 120
"""Python itself starts with about 60, site packages' ``.pth`` files included; argparse and dataclasses bring about 35 more."""


def imported_by(*arguments: str) -> set[str]:
    program = f"import sys; sys.argv[1:] = {arguments!r}; from refactor.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines[1:]}


@pytest.mark.parametrize("arguments", [("--version",), ("--help",)], ids=" ".join)
def test_nothing_heavy_is_imported_before_it_is_needed(arguments: tuple[str, ...]) -> None:
    imported = imported_by(*arguments)
    assert "refactor.cli" in imported
    assert sorted(HEAVY & imported) == []
    assert len(imported) < MOST_MODULES


def test_help_of_a_codemod_imports_its_parsers_but_no_network_and_no_git() -> None:
    assert HEAVY & imported_by("pin-images", "--help") <= {"tree_sitter", "tree_sitter_hcl", "yaml"}
