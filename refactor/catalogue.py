"""The codemods there are: tfmod's own, and those of the user's directories. A codemod is imported when it is wanted, not before."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refactor.codemod import Codemod

_OWN = "codemods"
_FOREIGN = "tfmod_codemod_"
_NEEDED = ("summary", "rationale", "safety", "rules")


class CatalogueError(Exception):
    """A codemod cannot be loaded, or there is none of that name."""


def own_directory() -> Path:
    """Where tfmod's own codemods are, found without importing any."""
    spec = importlib.util.find_spec(_OWN)
    if spec is None or not spec.submodule_search_locations:
        raise CatalogueError("tfmod's codemods are not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def files(directories: Iterable[Path] = ()) -> dict[str, Path]:
    """Command name to file: ``pin_images.py`` is ``pin-images``. The user's own come last and may not take a name that is taken."""
    found: dict[str, Path] = {}
    for directory in (own_directory(), *directories):
        for path in sorted(directory.glob("[a-z]*.py")):
            name = path.stem.replace("_", "-")
            if name in found:
                raise CatalogueError(f"{path}: there is a codemod {name} already, in {found[name]}")
            found[name] = path
    return found


def summaries(directories: Iterable[Path] = ()) -> Iterator[tuple[str, str]]:
    """Name and one-line summary of each codemod, read from its source."""
    for name, path in files(directories).items():
        yield name, _summary(path)


def _summary(path: Path) -> str:
    tree = ast.parse(path.read_bytes())
    for node in tree.body:
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Constant):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                if any(isinstance(t, ast.Name) and t.id == "summary" for t in targets):
                    return str(statement.value.value)
    return ""


def load(name: str, directories: Iterable[Path] = ()) -> type[Codemod]:
    """The codemod's class.

    Raises:
        CatalogueError: there is none, or its file is not one.
    """
    path = files(directories).get(name)
    if path is None:
        raise CatalogueError(f"there is no codemod {name}; `tfmod list` shows what there is")
    return load_file(path)


def load_file(path: Path) -> type[Codemod]:
    """The one codemod that a file defines."""
    from refactor.codemod import Codemod

    module = _module(path)
    classes = [
        c
        for _, c in inspect.getmembers(module, inspect.isclass)
        if issubclass(c, Codemod) and c.__module__ == module.__name__ and hasattr(c, "name")
    ]
    if len(classes) != 1:
        raise CatalogueError(f"{path} defines {len(classes)} codemods; a codemod's file defines one")
    lacking = [name for name in _NEEDED if not hasattr(classes[0], name)] + sorted(classes[0].__abstractmethods__)
    if lacking:
        raise CatalogueError(f"{path}: the codemod {classes[0].name} has no {', no '.join(lacking)}")
    return classes[0]


def _module(path: Path) -> ModuleType:
    if path.parent == own_directory():
        return importlib.import_module(f"{_OWN}.{path.stem}")
    name = f"{_FOREIGN}{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError) as error:
        raise CatalogueError(f"{path}: {type(error).__name__}: {error}") from error
    return module


def culprit(error: BaseException) -> str | None:
    """The file and line of a codemod in which an error arose, or from which was called what raised it; None if no codemod had a part."""
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__", "")).startswith((f"{_OWN}.", _FOREIGN)):
            found = f"{frame.f_code.co_filename}, line {line}"
    return found
