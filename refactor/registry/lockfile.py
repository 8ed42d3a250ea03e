"""The lock file ``tfmod.lock``: what each reference stood for when it was pinned, so that a bot's runs are reproducible.

TOML, as other tools' lock files are: it can carry a comment, each fact is a line of its own, and a new entry changes no line of its
neighbours (JSON's would need their comma). It is read by the standard library, and the subset written here is short enough to write by
hand. Entries are sorted by reference and platform: the same content is the same bytes, and branches that pin different images merge::

    version = 1

    [[image]]
    reference = "docker.io/library/nginx:latest"
    digest = "sha256:..."
    kind = "index"
    version = "1.27.3"
    resolved = 2026-01-27T12:00:00Z
    from = "docker.io"

Nothing here does I/O: the engine writes the bytes together with the change that they belong to.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from refactor.registry.answers import Platform, Resolved
from refactor.registry.manifests import is_sha256
from refactor.registry.reference import InvalidReference, Reference
from refactor.services import Kind

NAME = "tfmod.lock"
_FORMAT = 1
_HEADER = "# Written by tfmod: what each image stood for when it was pinned. `--refresh` renews it.\n"
_KNOWN = frozenset({"reference", "platform", "digest", "kind", "version", "resolved", "from"})

Key = tuple[str, str]
"""Canonical reference, and platform or an empty string."""


class LockfileError(ValueError):
    """The lock file cannot be used; the message says where and why."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{NAME}: {problem}")


@dataclass(frozen=True, slots=True)
class Lockfile:
    """The entries by key. Build it with :func:`parse`, change it with :meth:`merged`, write what :meth:`render` returns."""

    entries: Mapping[Key, Resolved] = field(default_factory=dict)

    def get(self, reference: str, platform: str | None) -> Resolved | None:
        return self.entries.get((reference, platform or ""))

    def merged(self, entries: Iterable[Resolved]) -> Lockfile:
        """Return this with ``entries`` in place of those of the same key. One that says nothing new keeps its old time and host."""
        result = dict(self.entries)
        for entry in entries:
            key = (entry.reference, entry.platform or "")
            old = result.get(key)
            if old is None or (old.digest, old.kind, old.version) != (entry.digest, entry.kind, entry.version):
                result[key] = replace(entry, when=entry.when.astimezone(UTC).replace(microsecond=0))
        return Lockfile(result)

    def only(self, keys: Iterable[Key]) -> Lockfile:
        """Return this without the entries that no key asks for."""
        return Lockfile({key: self.entries[key] for key in keys if key in self.entries})

    def render(self) -> bytes:
        """Return the file's content: the same bytes for the same entries."""
        parts = [f"{_HEADER}version = {_FORMAT}\n"]
        for _key, entry in sorted(self.entries.items()):
            lines = ["", "[[image]]", f"reference = {_quote(entry.reference)}"]
            if entry.platform:
                lines.append(f"platform = {_quote(entry.platform)}")
            lines += [f"digest = {_quote(entry.digest)}", f"kind = {_quote(entry.kind)}"]
            if entry.version is not None:
                lines.append(f"version = {_quote(entry.version)}")
            lines += [f"resolved = {entry.when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", f"from = {_quote(entry.host)}"]
            parts.append("\n".join(lines) + "\n")
        return "".join(parts).encode()


def parse(data: bytes) -> Lockfile:
    """Return the lock file that ``data`` is; no bytes at all are an empty one.

    Raises:
        LockfileError: it is none, is of a later format, or has an entry that cannot be right. Nothing of such a file is used.
    """
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LockfileError("it is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        conflict = "; it has an unresolved merge conflict" if b"<<<<<<<" in data else ""
        raise LockfileError(f"it does not parse ({error}){conflict}") from error
    if not content:
        return Lockfile()
    if content.get("version") != _FORMAT:
        raise LockfileError(f"its format is {content.get('version')!r}, and this tfmod reads {_FORMAT}")
    images = content.get("image", [])
    if not isinstance(images, list) or set(content) - {"version", "image"}:
        raise LockfileError("it has something other than [[image]] entries")
    entries: dict[Key, Resolved] = {}
    for number, image in enumerate(images, 1):
        entry = _entry(image, f"entry {number}")
        key = (entry.reference, entry.platform or "")
        if key in entries:
            raise LockfileError(f"entry {number}: {entry.reference} is there twice")
        entries[key] = entry
    return Lockfile(entries)


def _entry(image: object, where: str) -> Resolved:
    if not isinstance(image, dict):
        raise LockfileError(f"{where} is not a table")
    if unknown := set(image) - _KNOWN:
        raise LockfileError(f"{where} has unknown keys: {', '.join(sorted(unknown))}")
    reference = _reference(image.get("reference"), where)
    where = f"{where} ({reference})"
    digest, resolved = image.get("digest"), image.get("resolved")
    if not isinstance(digest, str) or not is_sha256(digest):
        raise LockfileError(f"{where}: the digest is not 'sha256:' and 64 hex digits")
    if not isinstance(resolved, datetime) or resolved.tzinfo is None:
        raise LockfileError(f"{where}: 'resolved' is not a time with its zone, such as 2026-01-27T12:00:00Z")
    return Resolved(
        reference,
        digest,
        _kind(image.get("kind"), where),
        resolved,
        _string(image, "from", where) or "",
        platform=_platform(_string(image, "platform", where), where),
        version=_string(image, "version", where),
        searched=True,
    )


def _reference(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise LockfileError(f"{where} has no reference")
    try:
        canonical = Reference.parse(value).canonical
    except InvalidReference as error:
        raise LockfileError(f"{where}: {error}") from error
    if canonical != value:
        raise LockfileError(f"{where}: {value!r} must be written as {canonical!r}")
    return canonical


def _kind(value: object, where: str) -> Kind:
    if value == "index":
        return "index"
    if value == "manifest":
        return "manifest"
    raise LockfileError(f"{where}: kind is neither 'index' nor 'manifest'")


def _platform(value: str | None, where: str) -> str | None:
    if value is None:
        return None
    try:
        return str(Platform.parse(value))
    except ValueError as error:
        raise LockfileError(f"{where}: {error}") from error


def _string(image: Mapping[str, object], name: str, where: str) -> str | None:
    value = image.get(name)
    if value is not None and not isinstance(value, str):
        raise LockfileError(f"{where}: {name!r} is not a string")
    return value


def _quote(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, and none of our values has the one character that JSON leaves alone (DEL)."""
    return json.dumps(text, ensure_ascii=False)
