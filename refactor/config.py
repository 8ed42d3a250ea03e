"""``tfmod.toml``: settings of a repository. Flags win over it.

::

    exclude = ["legacy/**"]           # patterns as in .gitignore
    ignore = ["IMG003"]               # rules that are not reported
    codemods = ["tools/codemods"]     # directories with codemods of one's own

    [registries."docker.io"]
    mirror = "https://mirror.example/hub"
    [registries."registry.internal:5000"]
    insecure = true

    [prometheus]                      # where usage is measured: refactor/metrics/config.py
    url = "http://127.0.0.1:9090"

    [forge]                           # where pull requests are: refactor/forges/settings.py
    type = "gitea"

    [bot]                             # pull requests that are kept: refactor/bot/settings.py
    group_by = "stack"

    [pin-images]                      # options of a codemod, as its flags
    style = "tag-and-digest"

    [recipes]
    weekly = ["pin-images"]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "tfmod.toml"


class ConfigFileError(Exception):
    """The configuration cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings. ``options`` has the table of each codemod by its name; ``prometheus`` is that table as it stands, for
    :func:`refactor.metrics.config.load_prometheus`, ``forge`` for :func:`refactor.forges.settings.load_settings`, and ``bot`` for
    :func:`refactor.bot.settings.load_bot`."""

    path: Path | None = None
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    codemods: tuple[Path, ...] = ()
    mirrors: Mapping[str, str] = field(default_factory=dict)
    insecure: frozenset[str] = frozenset()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    recipes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prometheus: Mapping[str, object] = field(default_factory=dict)
    forge: Mapping[str, object] = field(default_factory=dict)
    bot: Mapping[str, object] = field(default_factory=dict)


_LISTS = ("exclude", "select", "ignore", "codemods")


def find(start: Path) -> Path | None:
    """The nearest ``tfmod.toml``, from ``start`` up to the repository's root."""
    for directory in (start, *start.parents):
        candidate = directory / FILE
        if candidate.is_file():
            return candidate
        if (directory / ".git").exists():
            return None
    return None


def load(path: Path | None) -> Config:
    """The settings in a file; the defaults for None.

    Raises:
        ConfigFileError: it cannot be read, or holds something that is no setting.
    """
    if path is None:
        return Config()
    import tomllib  # most runs have no file to read

    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigFileError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigFileError(f"{path}: {error}") from error
    lists = {key: _strings(path, key, data.pop(key, [])) for key in _LISTS}
    mirrors, insecure = _registries(path, data.pop("registries", {}))
    recipes = {name: _strings(path, f"recipes.{name}", value) for name, value in _table(path, "recipes", data.pop("recipes", {})).items()}
    prometheus = _table(path, "prometheus", data.pop("prometheus", {}))
    forge = _table(path, "forge", data.pop("forge", {}))
    bot = _table(path, "bot", data.pop("bot", {}))
    options = {name: _table(path, name, value) for name, value in data.items()}
    return Config(
        path,
        lists["exclude"],
        lists["select"],
        lists["ignore"],
        tuple(path.parent / p for p in lists["codemods"]),
        mirrors,
        insecure,
        options,
        recipes,
        prometheus,
        forge,
        bot,
    )


def _strings(path: Path, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ConfigFileError(f"{path}: {key} must be a list of strings")
    return tuple(value)


def _table(path: Path, key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigFileError(f"{path}: {key} is no setting, or must be a table")
    return value


def _registries(path: Path, value: object) -> tuple[dict[str, str], frozenset[str]]:
    mirrors: dict[str, str] = {}
    insecure: set[str] = set()
    for host, settings in _table(path, "registries", value).items():
        for key, setting in _table(path, f"registries.{host}", settings).items():
            if key == "mirror" and isinstance(setting, str):
                mirrors[host] = setting
            elif key == "insecure" and isinstance(setting, bool):
                insecure |= {host} if setting else set()
            else:
                raise ConfigFileError(f'{path}: registries."{host}".{key} is no setting (mirror = "URL", insecure = true)')
    return mirrors, frozenset(insecure)
