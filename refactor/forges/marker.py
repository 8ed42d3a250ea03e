"""What the bot writes down about its own work, where everybody can see it: trailers in commits, a hidden line in bodies. Pure.

There is no database: a run on another machine, or after a crash, reads from the branch and the pull request all that there is to know.

A commit of the bot ends in::

    Tfmod-Group: pin-images/stacks/web
    Tfmod-Change: sha256:...
    Tfmod-Tree: 4b825dc642cb6eb9a060e54bf8d69288fbee4904

``Tfmod-Tree`` is the commit's own tree: ``git commit --amend`` keeps trailers, so a commit that a person amended says another tree than it
has. The body of a pull request begins with ``<!-- tfmod: {...} -->``, of which forges show nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

_TRAILER = re.compile(r"Tfmod-(Group|Change|Tree): *(.*?) *", re.IGNORECASE)
_ANY_TRAILER = re.compile(r"[A-Za-z0-9-]+: ?.*|[ \t]+.*")
_MARKER = re.compile(r"<!-- tfmod: (\{[^\n]*?\}) -->")
_MOST_GROUP = 200


@dataclass(frozen=True, slots=True)
class Trailers:
    """What a commit of the bot says: its group, the digest of the whole change, and its own tree."""

    group: str
    change: str
    tree: str

    def text(self) -> str:
        """The last paragraph of a commit message."""
        return f"Tfmod-Group: {one_line(self.group)}\nTfmod-Change: {self.change}\nTfmod-Tree: {self.tree}\n"


def read_trailers(message: str) -> Trailers | None:
    """The trailers of a commit message: lines of its last paragraph (git-interpret-trailers(1)). None unless all three are there, once."""
    paragraphs = [part for part in re.split(r"\n[ \t]*\n", message.replace("\r\n", "\n").strip()) if part.strip()]
    if not paragraphs:
        return None
    found: dict[str, str] = {}
    for line in paragraphs[-1].split("\n"):
        if trailer := _TRAILER.fullmatch(line):
            if trailer[1].lower() in found:
                return None
            found[trailer[1].lower()] = trailer[2]
        elif not _ANY_TRAILER.fullmatch(line):
            return None
    if set(found) != {"group", "change", "tree"} or not all(found.values()):
        return None
    return Trailers(found["group"], found["change"], found["tree"])


def is_ours(message: str, tree: str, group: str) -> bool:
    """Whether a commit is as the bot made it for ``group``: with its trailers, and the tree that they name."""
    found = read_trailers(message)
    return found is not None and found.group == one_line(group) and found.tree == tree


@dataclass(frozen=True, slots=True)
class Marker:
    """What the body of a pull request says in its hidden line.

    ``change`` is the digest of the change that it proposes, ``text`` that of the title and body that the bot wrote last, so that what a
    person adds stays until there is something new to say. ``closed`` is why the bot closed it, empty if it did not.
    """

    group: str
    change: str
    text: str
    closed: str = ""

    def line(self) -> str:
        fields = {"v": 1, "group": self.group, "change": self.change, "text": self.text} | ({"closed": self.closed} if self.closed else {})
        # A comment ends at `-->`, and in XML's view at `--`; both can stand in texts only, where JSON has another spelling.
        written = json.dumps(fields, separators=(",", ":")).replace("--", "-\\u002d").replace(">", "\\u003e").replace("<", "\\u003c")
        return f"<!-- tfmod: {written} -->"


def read_marker(body: str) -> Marker | None:
    """The hidden line of a body; None if there is none, or it is damaged."""
    found = _MARKER.search(body)
    if found is None:
        return None
    try:
        fields: object = json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    at = cast("dict[str, object]", fields)
    values = [at.get(name, "") for name in ("group", "change", "text", "closed")]
    texts = [value for value in values if isinstance(value, str)]
    return Marker(*texts) if len(texts) == len(values) and texts[0] and texts[1] else None


def with_marker(body: str, marker: Marker) -> str:
    """``body`` with its hidden line in front, where no cut at the end can lose it. One that is there is replaced."""
    return f"{marker.line()}\n{without_marker(body)}"


def without_marker(body: str) -> str:
    return _MARKER.sub("", body).lstrip("\n")


def comment_marker(name: str) -> str:
    """The first line of a comment of which there is only one: ``pushed``, ``review``."""
    plain = re.sub("[^a-z0-9/_.]+", "-", name.lower())[:_MOST_GROUP]
    return f"<!-- tfmod-comment: {plain} -->"


def text_digest(title: str, body: str) -> str:
    """The digest of what a person reads; line ends and blanks at the ends don't count."""
    lines = without_marker(body.replace("\r\n", "\n")).strip()
    return sha256(f"{' '.join(title.split())}\0{lines}")


def content_digest(files: Mapping[str, tuple[str, str] | None]) -> str:
    """The digest of what a branch changes: each changed path with its mode and blob's object name, None for a file that goes."""
    return sha256(json.dumps([[path, *(entry or ())] for path, entry in sorted(files.items())]))


def one_line(text: str) -> str:
    return " ".join(text.split())


def sha256(text: str) -> str:
    """The digest of a text, as trailers and markers carry it."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
