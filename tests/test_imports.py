"""Which module may import which: the engine knows no codemod, a codemod reaches no network, git or disk, and the engine is layered.

The tables are the rules; an import inside a function or under ``TYPE_CHECKING`` counts like any other.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(layer.split())
    for layer in (
        # Lowest first. A unit imports from the layers above it in this list, and from itself; never from its neighbours in its line.
        "refactor.reasons",
        "refactor.edits",
        "refactor.registry.reference",
        "refactor.registry.tags",
        "refactor.registry.config",
        "refactor.registry.headers refactor.registry.proxies",
        "refactor.registry.http",
        "refactor.kubernetes.quantities refactor.metrics.usage",
        "refactor.metrics.recommend",
        "refactor.hcl refactor.yaml",
        "refactor.project",
        "refactor.services",
        "refactor.codemod",
        "refactor.catalogue refactor.config refactor.delivery.formats",
        "refactor.arguments refactor.recipes",
        "refactor.kubernetes refactor.suppressions",
        "refactor.images",
        "refactor.composition",
        "refactor.changeset",
        "refactor.overlay",
        "refactor.verify",
        "refactor.run",
        "refactor.registry refactor.metrics refactor.delivery refactor.prospects",
        "refactor.forges",
        "refactor.testing",
        "refactor.console refactor.measurements",
        "refactor.branching refactor.output",
        "refactor.demonstration refactor.session",
        "refactor.review refactor.bot",
        "refactor.commands",
        "refactor.cli",
    )
)

THIRD_PARTY_HOMES: dict[str, str] = {
    # A library is used in these units alone, so that it can be replaced there.
    "git": "refactor.project refactor.delivery",
    "hcl2": "refactor.hcl",
    "lark": "refactor.hcl",
    "jinja2": "refactor.delivery",
    "libcst": "codemods",
    "pygohcl": "refactor.hcl",
    "requests": "refactor.registry refactor.metrics refactor.delivery refactor.forges",
    "tree_sitter": "refactor.hcl",
    "tree_sitter_hcl": "refactor.hcl",
    "urllib3": "refactor.registry",
    "yaml": "refactor.yaml",
}

CODEMODS_MAY_IMPORT = frozenset(
    """
    __future__ abc bisect collections collections.abc contextlib dataclasses datetime difflib enum fnmatch functools graphlib hashlib
    heapq itertools json math operator re statistics string textwrap types typing unicodedata
    pathlib.PurePath pathlib.PurePosixPath
    ast libcst
    refactor.codemod refactor.edits refactor.hcl refactor.images refactor.kubernetes refactor.project refactor.reasons
    refactor.metrics.recommend refactor.metrics.usage refactor.registry.reference refactor.registry.tags refactor.services refactor.yaml
    codemods
    """.split()
)
"""Nothing here does I/O. The network, git and the disk are asked for through ``refactor.services``."""

CODEMODS_MAY_NOT_CALL = frozenset({"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"})

NEVER_BEHIND_A_CODEMOD = frozenset({"git", "http.client", "jinja2", "requests", "socketserver", "subprocess", "urllib.request", "urllib3"})
"""Not even through what a codemod imports."""


class Import(NamedTuple):
    """``name`` is absolute, with the imported name at the end where it came ``from`` a module (``pathlib.Path``)."""

    importer: str
    name: str
    place: str


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports_of(path: Path) -> Iterator[Import]:
    importer = module_name(path)
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        if isinstance(node, ast.Import):
            yield from (Import(importer, alias.name, place) for alias in node.names)
        else:
            assert node.level == 0 and node.module, f"{place}: imports are absolute here"
            yield from (Import(importer, f"{node.module}.{alias.name}", place) for alias in node.names)


def all_imports(*packages: str) -> list[Import]:
    return [found for package in packages for path in sources(package) for found in imports_of(path)]


def inside(name: str, unit: str) -> bool:
    return name == unit or name.startswith(unit + ".")


def layer_of(name: str) -> tuple[int, str] | None:
    """The number of the layer, and the unit: the longest entry of the table that holds ``name``."""
    found = [(number, unit) for number, layer in enumerate(LAYERS) for unit in layer if inside(name, unit)]
    return max(found, key=lambda entry: len(entry[1]), default=None)


def test_the_engine_imports_no_codemod() -> None:
    assert [found for found in all_imports("refactor") if inside(found.name, "codemods")] == []


def test_every_module_of_the_engine_has_a_layer() -> None:
    names = {module_name(path) for path in sources("refactor")} - {"refactor", "refactor.__main__"}
    assert sorted(name for name in names if layer_of(name) is None) == [], "add it to LAYERS"


def test_a_layer_imports_only_lower_layers() -> None:
    wrong = []
    for found in all_imports("refactor"):
        importer, imported = layer_of(found.importer), layer_of(found.name)
        if importer and imported and importer[1] != imported[1] and imported[0] >= importer[0]:
            wrong.append(f"{found.place}: {importer[1]} imports {found.name}")
    assert wrong == []


def test_each_library_is_used_only_where_it_lives() -> None:
    wrong = []
    for found in all_imports("refactor", "codemods"):
        homes = THIRD_PARTY_HOMES.get(found.name.partition(".")[0])
        if homes and not any(inside(found.importer, home) for home in homes.split()):
            wrong.append(f"{found.place}: {found.name}")
    assert wrong == []


def test_every_library_has_a_home() -> None:
    known = sys.stdlib_module_names | THIRD_PARTY_HOMES.keys() | {"refactor", "codemods", "templates"}
    assert [found for found in all_imports("refactor", "codemods") if found.name.partition(".")[0] not in known] == []


def test_every_library_is_a_declared_dependency() -> None:
    """One that only comes along with another may be gone with that one's next version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in project["dependencies"]}
    distributions = packages_distributions()
    imported = {found.name.partition(".")[0] for found in all_imports("refactor", "codemods")} & THIRD_PARTY_HOMES.keys()
    assert [name for name in sorted(imported) if declared.isdisjoint(d.lower() for d in distributions[name])] == []


def test_codemods_import_nothing_that_does_io() -> None:
    wrong = [
        f"{found.place}: {found.name}"
        for found in all_imports("codemods")
        if not any(inside(found.name, name) for name in CODEMODS_MAY_IMPORT)
    ]
    assert wrong == []


def test_codemods_call_nothing_that_does_io() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.func.id}()"
        for path in sources("codemods")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODEMODS_MAY_NOT_CALL
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [module_name(path) for path in sources("codemods")])
def test_nothing_behind_a_codemod_does_io(name: str) -> None:
    program = f"import sys; before = set(sys.modules); import {name}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert name in loaded
    assert NEVER_BEHIND_A_CODEMOD.isdisjoint(loaded)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("refactor.registry.reference.Reference", "refactor.registry.reference"),
        ("refactor.registry.transport", "refactor.registry"),
        ("refactor.hcl.document.Document", "refactor.hcl"),
        ("refactor.hclish", None),
        ("requests", None),
    ],
)
def test_the_longest_entry_of_the_table_decides(name: str, layer: str | None) -> None:
    found = layer_of(name)
    assert (found and found[1]) == layer
