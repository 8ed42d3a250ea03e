"""Container registries: references and tags (no I/O), credentials, transport, verbs, and the look-ups that codemods use.

Names are imported when they are used: what needs no network must not load the libraries for one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refactor.registry.config import ConfigError, RegistryConfig
    from refactor.registry.connect import open_images
    from refactor.registry.lockfile import Lockfile, LockfileError
    from refactor.registry.lookup import ImageLookup
    from refactor.registry.reference import InvalidReference, Reference
    from refactor.registry.tags import TagKind, classify

__all__ = [
    "ConfigError",
    "ImageLookup",
    "InvalidReference",
    "Lockfile",
    "LockfileError",
    "Reference",
    "RegistryConfig",
    "TagKind",
    "classify",
    "open_images",
]

_HOMES = {
    "ConfigError": "config",
    "ImageLookup": "lookup",
    "InvalidReference": "reference",
    "Lockfile": "lockfile",
    "LockfileError": "lockfile",
    "Reference": "reference",
    "RegistryConfig": "config",
    "TagKind": "tags",
    "classify": "tags",
    "open_images": "connect",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
