"""What a tag says: does its publisher move it, and which exact tag might it be at the moment. No I/O, and no knowledge of single images.

The first version that stands in a tag is taken for the image's own; what follows are names of variants, whatever numbers they carry
(``15-vectorchord0.3.0`` is version 15). A tag is then

- EXACT with a version of three or more numbers (``1.2.3``, ``v1.2.3-rc.1``, ``2024.01.15``), a date (``20240115``, ``v20-20260127``,
  ``RELEASE.2024-01-01T00-00-00Z``, ``nightly-20240101``) or a commit (7 to 40 hex digits with a letter and a digit among them);
- PARTIAL with a version of one or two numbers (``16-alpine``, ``v1.2``). Two numbers are a full version for some projects (postgres), and
  one is for a few, but nothing in the tag tells, so it counts as one that moves. :func:`candidates` sees the repository's other tags and
  can tell more;
- FLOATING without any version (``latest``, ``stable-alpine``, ``bookworm``), or with a channel's name instead of its end (``16-master``,
  ``3.13-rc``). A channel of running builds makes even three numbers float (``3.1.0-nightly``); ``1.2.3-beta`` is published once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from refactor.registry.reference import DEFAULT_TAG


class TagKind(StrEnum):
    """Who decides what a tag stands for tomorrow."""

    NONE = "none"  # no tag: the registry is asked for `latest`
    FLOATING = "floating"
    PARTIAL = "partial"
    EXACT = "exact"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RELEASES = _words("latest stable release released lts current mainline prod production final ga")
_NEUTRAL = _words("v version ver rel tag build sha git commit")
# Running builds of a branch: only a tag that names the same channel can be one of them.
_BRANCHES = _words("nightly edge dev devel develop development main master trunk head tip snapshot daily weekly experimental rolling")
# Pre-releases: what they stand for ends as an ordinary pre-release or release.
_PREVIEWS = _words("alpha beta rc pre preview next testing unstable canary insiders ea cr milestone")
# After a version these name a variant, which is as exact as the version (`12.8.1-cudnn-devel`, `3.12.1-dev`).
_VARIANTS = frozenset({"dev", "devel"})
# Published under one name for every build, also after a full version.
_MOVING = frozenset({DEFAULT_TAG, "canary", "next", "testing", "unstable"}) | (_BRANCHES - _VARIANTS)

_DATE = re.compile(
    r"(?<!\d)(?<!\d\.)((?:19|20)\d\d)(?P<s>[-_]?)(0[1-9]|1[0-2])(?P=s)(0[1-9]|[12]\d|3[01])"
    r"(?:[-_.T]?([01]\d|2[0-3])[-_.]?([0-5]\d)(?:[-_.]?([0-5]\d))?Z?)?(?!\d)(?:\.(\d+))?"
)
_EPOCH = re.compile(r"1\d{9}")
_COMMIT = re.compile(r"(?:g|sha)?(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}")
_VERSION = re.compile(r"(?P<word>[A-Za-z]*)\.?(?P<numbers>\d+(?:\.\d+)*)(?P<tail>.*)")
_PRE = re.compile(rf"(?P<word>{'|'.join(sorted(_PREVIEWS | _BRANCHES, key=len, reverse=True))})\.?(?P<number>\d[\d.]*)?")
_GLUED_PRE = re.compile(rf"\.?(?P<word>{'|'.join(sorted(_PREVIEWS | _BRANCHES, key=len, reverse=True))}|[abm])\.?(?P<number>\d[\d.]*)")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in its parts. ``words`` are the variant's (``alpine``, ``slim``), lower-case; ``moment`` is a date and time as digits."""

    text: str
    numbers: tuple[int, ...] = ()
    build: tuple[int, ...] = ()
    pre: str = ""
    moment: str = ""
    commit: bool = False
    channels: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    moving: bool = False

    @property
    def kind(self) -> TagKind:
        if self.moment or self.commit:
            return TagKind.EXACT
        if len(self.numbers) >= 3:
            return TagKind.FLOATING if self.moving and len(self.numbers) == 3 else TagKind.EXACT
        if not self.numbers or self.moving or self.channels:
            return TagKind.FLOATING
        return TagKind.PARTIAL

    @property
    def unreleased(self) -> frozenset[str]:
        """The names of pre-release channels in it."""
        return self.channels & (_BRANCHES | _PREVIEWS)


def classify(tag: str | None) -> TagKind:
    """Return what kind of tag this is; None is no tag."""
    return TagKind.NONE if tag is None else parse(tag).kind


def parse(text: str) -> Tag:
    """Take a tag apart. Any text has some reading: what is not understood is the name of a variant."""
    reader = _Reader()
    for segment in re.split(r"[-_]+", _DATE.sub(reader.date, text)):
        if segment := segment.strip("."):
            reader.segment(segment)
    return Tag(
        text=text,
        numbers=reader.numbers,
        build=tuple(reader.build),
        pre=reader.pre,
        moment=reader.moment,
        commit=reader.commit,
        channels=frozenset(reader.channels),
        words=tuple(reader.words),
        moving=reader.moving,
    )


class _Reader:
    """Collects the parts of one tag, segment by segment."""

    def __init__(self) -> None:
        self.numbers: tuple[int, ...] = ()
        self.build: list[int] = []
        self.pre = ""
        self.moment = ""
        self.commit = False
        self.channels: set[str] = set()
        self.words: list[str] = []
        self.moving = False

    def date(self, match: re.Match[str]) -> str:
        self.moment += "".join(part for part in match.groups() if part and part not in "-_")
        return "-"

    def segment(self, segment: str) -> None:
        lower = segment.lower()
        if lower in _NEUTRAL:
            pass
        elif lower in _RELEASES:
            self.channels.add(lower)
            self.moving |= lower in _MOVING and bool(self.numbers)
        elif self.numbers and lower in _VARIANTS:
            self.words.append(lower)
        elif pre := _PRE.fullmatch(lower):
            self._preview(pre)
        elif _EPOCH.fullmatch(segment):
            self.moment += datetime.fromtimestamp(int(segment), UTC).strftime("%Y%m%d%H%M%S")
        elif _COMMIT.fullmatch(lower):
            self.commit = True
        elif self.numbers and segment.isdecimal():
            self.build.append(int(segment))
        elif not self.numbers and (version := _VERSION.fullmatch(segment)):
            self._version(version)
        else:
            self.words.append(lower)

    def _preview(self, match: re.Match[str]) -> None:
        word, number = match["word"], match["number"]
        self.channels.add(word)
        if number or (self.numbers and word in _PREVIEWS):
            self.pre = f"{word}.{number or 0}"
        self.moving |= not number and word in _MOVING and bool(self.numbers)

    def _version(self, match: re.Match[str]) -> None:
        word, tail = match["word"].lower(), match["tail"].lower()
        self.numbers = tuple(int(number[:18]) for number in match["numbers"].split("."))
        if word in _RELEASES:
            self.channels.add(word)
        elif word and word not in _NEUTRAL:
            self.words.append(word)
        if pre := _GLUED_PRE.fullmatch(tail):
            long = {"a": "alpha", "b": "beta", "m": "milestone"}.get(pre["word"], pre["word"])
            self.pre = f"{long}.{pre['number']}"
            self.channels.add(long)
        elif tail and tail.strip(".") not in _RELEASES:
            self.words.append(tail)


def candidates(floating: str | None, tags: Iterable[str], hint: str | None = None, *, complete: bool = True) -> list[str]:
    """Return the exact tags that ``floating`` may stand for, the most likely first: which one it is, only equal digests prove.

    They have the same variant (``stable-alpine``: ``*-alpine``; ``latest``: none), start with the same numbers, and are no pre-releases
    unless ``floating`` is one itself; a channel of a branch (``nightly``, ``16-master``) has only tags that name it. Newest first, and of
    the same version the most precise first; those of the version that ``hint`` names come before all others (it is what the image's
    ``org.opencontainers.image.version`` says, with or without ``v`` and variant).

    A version of two numbers counts as full where no tag of the list goes on after it with a number, a date or a commit; so ``floating``
    itself can be in the result, when the publisher has nothing more exact. ``complete`` says whether ``tags`` is the whole list. If it is
    not, that rule is off, and tags that ``hint`` suggests are included unseen.
    """
    want = parse(floating if floating is not None else DEFAULT_TAG)
    parsed = [parse(tag) for tag in tags]
    refined = _refined(parsed) if complete else None
    hinted = parse(hint) if hint else None
    if hinted is not None and not complete:
        known = {tag.text for tag in parsed}
        parsed += [parse(text) for text in _spellings(hinted, want) if text not in known]
    found = {tag.text: tag for tag in parsed if _full(tag, refined) and _fits(want, tag)}
    return sorted(found, key=lambda text: (_same_version(found[text], hinted), *_order(found[text])), reverse=True)


def _refined(tags: Iterable[Tag]) -> set[tuple[int, ...]]:
    """The beginnings of versions that some tag makes more precise."""
    result: set[tuple[int, ...]] = set()
    for tag in tags:
        result.update(tag.numbers[:length] for length in range(2, len(tag.numbers)))
        if tag.moment or tag.commit:
            result.add(tag.numbers)
    return result


def _full(tag: Tag, refined: set[tuple[int, ...]] | None) -> bool:
    if tag.kind is TagKind.EXACT:
        return len(tag.numbers) >= 2 or bool(tag.moment)  # a bare commit has no place in an order
    return tag.kind is TagKind.PARTIAL and refined is not None and len(tag.numbers) == 2 and tag.numbers not in refined


def _fits(want: Tag, tag: Tag) -> bool:
    if sorted(tag.words) != sorted(want.words) or tag.numbers[: len(want.numbers)] != want.numbers:
        return False
    branches = want.unreleased & _BRANCHES
    if branches != tag.unreleased & _BRANCHES:
        return False
    if branches:
        return True
    return not tag.commit and (bool(want.unreleased) or not tag.unreleased)


def _order(tag: Tag) -> tuple[object, ...]:
    return (tag.numbers, not tag.pre, _natural(tag.pre), tag.moment, tag.build, -len(tag.text), tag.text)


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that puts ``rc.10`` after ``rc.9``."""
    return tuple((int(part[:18]), "") if part.isdecimal() else (-1, part) for part in re.findall(r"\d+|[^\d.]+", text))


def _same_version(tag: Tag, hinted: Tag | None) -> bool:
    return hinted is not None and (tag.numbers, tag.pre, tag.moment) == (hinted.numbers, hinted.pre, hinted.moment)


def _spellings(hinted: Tag, want: Tag) -> list[str]:
    bare = hinted.text.removeprefix("v")
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", bare) is None:
        return []
    suffix = "".join(f"-{word}" for word in want.words)
    texts = [bare, f"v{bare}"]
    if suffix:
        texts += [text + suffix for text in texts]
    return [text for text in texts if len(text) <= 128]
