"""Patterns in the syntax of ``.gitignore``, read as git reads them (gitignore(5); ``wildmatch.c`` in its source).

A directory is decided before what is in it, so each pattern is held against one path at a time: with ``*``, ``!*/``, ``!*.tf`` the
directories stay, and of their files only ``*.tf``. Libraries that match whole paths against all patterns answer that differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_TOKEN = re.compile(
    r"""(?P<folders>(?:^|(?<=/))\*\*+/)
      | (?P<rest>(?:^|(?<=/))\*\*+\Z)
      | (?P<stars>\*+)
      | (?P<one>\?)
      | (?P<set>\[[!^]?\]?(?:\[:\w+:\]|\\.|[^]\\])*\])
      | (?P<literal>\\.|[^*?[\\])""",
    re.VERBOSE | re.DOTALL,
)
_MEMBER = re.compile(r"\[:\w+:\]|\\.|.", re.DOTALL)
_FLAGS = re.DOTALL | re.ASCII
_WILD = {"folders": "(?:.*/)?", "rest": ".*", "stars": "[^/]*", "one": "[^/]"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    regex: re.Pattern[str]
    negated: bool
    directories_only: bool


class Ignores:
    """The patterns of one file, for paths relative to its directory."""

    def __init__(self, text: str) -> None:
        lines = _as_bytes(text.removeprefix("\ufeff")).split("\n")
        self._patterns = [pattern for pattern in map(_parsed, lines) if pattern is not None]
        # One search finds out that no pattern matches, which is so for most paths.
        self._any = re.compile("|".join(f"(?:{pattern.regex.pattern})" for pattern in self._patterns) or r"(?!)", _FLAGS)

    def decide(self, path: str, *, is_directory: bool) -> bool | None:
        """Whether the path is ignored; None if no pattern speaks of it. The last one that does decides."""
        path = _as_bytes(path)
        if self._any.fullmatch(path) is None:
            return None
        for pattern in reversed(self._patterns):
            if (is_directory or not pattern.directories_only) and pattern.regex.fullmatch(path):
                return not pattern.negated
        return None

    def excludes(self, path: str) -> bool:
        """Whether a file is ignored, itself or with a directory that it is in."""
        slash = path.find("/")
        while slash != -1:
            if self.decide(path[:slash], is_directory=True):
                return True
            slash = path.find("/", slash + 1)
        return bool(self.decide(path, is_directory=False))


def excluding(patterns: Iterable[str]) -> Ignores | None:
    """The patterns of a configuration, relative to the root; None if there are none."""
    text = "\n".join(patterns)
    return Ignores(text) if text.strip() else None


def _as_bytes(text: str) -> str:
    """One character for each byte: git's ``?`` stands for a byte."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def _parsed(line: str) -> _Pattern | None:
    text = _trimmed(line.removesuffix("\r"))
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text[1:] if negated else text
    directories_only = text.endswith("/")
    text = text[:-1] if directories_only else text
    anchored = "/" in text
    body = _translated(text.removeprefix("/"))
    if not text or body is None:
        return None
    return _Pattern(re.compile(body if anchored else f"(?:.*/)?{body}", _FLAGS), negated, directories_only)


def _trimmed(line: str) -> str:
    """Without trailing blanks, but for one that a backslash keeps."""
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if backslashes % 2 and len(bare) < len(line) else bare


def _translated(glob: str) -> str | None:
    """The regular expression of a pattern; None for one that can match nothing."""
    parts: list[str] = []
    at = 0
    while at < len(glob):
        token = _TOKEN.match(glob, at)
        if token is None:  # a bracket without its end, a lone backslash at the end
            return None
        kind, text = token.lastgroup, token[0]
        if kind == "set":
            found = _set(text)
            if found is None:
                return None
            parts.append(found)
        elif kind == "literal":
            parts.append(re.escape(text[-1]))
        else:
            parts.append(_WILD[kind or ""])
        at = token.end()
    return "".join(parts)


def _set(text: str) -> str | None:
    """A bracket expression; it never matches a slash. None: it names a class that there is not."""
    negated = text[1] in "!^"
    tokens = _MEMBER.findall(text, 2 if negated else 1, len(text) - 1)
    members: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.startswith("[:") and len(token) > 1:
            name = token[2:-2]
            if name not in _CLASSES:
                return None
            members.append(_CLASSES[name])
            at += 1
        elif tokens[at + 1 : at + 2] == ["-"] and at + 2 < len(tokens) and not tokens[at + 2].startswith("[:"):
            low, high = token[-1], tokens[at + 2][-1]
            if low <= high:
                members.append(f"{re.escape(low)}-{re.escape(high)}")
            at += 3
        else:
            members.append(re.escape(token[-1]))
            at += 1
    if not members:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]"
