"""What was declared against what was found: every difference has to be explained by a declared change, and every declared change found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from refactor.edits import Change
from refactor.hcl.addresses import covers
from refactor.hcl.strings import decode, escape, quote

_STEPS = re.compile(r" / |\.|\[")
_IDLE = re.compile(r"[\s,]+")
_CHUNK = 4096


def undeclared(declared: Iterable[Change], found: Iterable[Change]) -> list[Change]:
    """The differences that no declared change explains.

    One does whose address lies above that of the difference. Those at it or below it do if the new value is the old one with the declared
    texts replaced, and nothing else; where these are not found in the old value, the address alone has to do.
    """
    index = _Index(declared)
    return [change for change in found if not index.explains(change)]


def unexplained(declared: Sequence[Change], found: Sequence[Change]) -> list[Change]:
    """What is not explained in either direction: the :func:`undeclared`, and then the declared changes that were not found."""
    index = _Index(found)
    missing = [change for change in declared if change.before != change.after and not index.related(change)]
    return [*undeclared(declared, found), *missing]


class _Index:
    """Changes by address, so that those related to an address are found without a look at all of them."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._at: defaultdict[str, list[Change]] = defaultdict(list)
        self._below: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._at[change.address].append(change)
            for above in _prefixes(change.address):
                self._below[above].append(change)

    def related(self, change: Change) -> bool:
        """Whether a change of the same address, above or below it, is here."""
        return change.address in self._at or change.address in self._below or self._covered(change.address)

    def explains(self, change: Change) -> bool:
        if self._covered(change.address):
            return True
        inside = [*self._at.get(change.address, ()), *self._below.get(change.address, ())]
        if not inside or change.before is None or change.after is None:
            return bool(inside)
        texts = [(c.before, c.after) for c in inside if c.before is not None and c.after is not None]
        return len(texts) < len(inside) or _follows(change.before, change.after, texts)

    def _covered(self, address: str) -> bool:
        """Whether something above the address is here."""
        return any(above in self._at for above in _prefixes(address))


def _prefixes(address: str) -> Iterator[str]:
    """Every address above this one."""
    yield from (address[: m.start()] for m in _STEPS.finditer(address) if covers(address[: m.start()], address))


def _follows(before: str, after: str, replaced: Sequence[tuple[str, str]]) -> bool:
    """Whether a value became what was declared, as far as two readings of an expression can be compared: without blanks and commas."""
    if derives(before, after, replaced):
        return True
    old, new = _bare(before), _bare(after)
    texts = [(_bare(was), _bare(now)) for was, now in replaced]
    known = any(form(was) in old for was, _ in texts for form in _FORMS)
    return not known or derives(old, new, texts)


def _bare(text: str) -> str:
    return _IDLE.sub("", text).replace(":", "=")


def _same(text: str) -> str:
    return text


def _read(text: str) -> str:
    return decode(text.encode())[0]


_FORMS = (_same, escape, _read)


def derives(before: str, after: str, replaced: Sequence[tuple[str, str]]) -> bool:
    """Whether ``after`` is ``before`` with some of the texts replaced, in any order and number, and the rest the same.

    A declared text may be as it is written or as it reads, and so may be the texts that it is looked for in.
    """
    pairs = dict.fromkeys((form(old), form(new)) for old, new in replaced for form in _FORMS)
    pairs |= dict.fromkeys(pair for old, new in replaced for pair in ((quote(old), new), (old, quote(new))))  # a string and an expression
    offsets = [(old, new, _offsets(old, new)) for old, new in pairs if old != new]
    trail = [iter([(0, 0, 0)])]  # what is left to try, at each replacement so far
    seen: set[tuple[int, int]] = set()
    while trail:
        i, j, k = next(trail[-1], (-1, -1, -1))
        if i < 0:
            trail.pop()
        elif (i, j) not in seen:
            seen.add((i, j))
            same = _common(before, i, after, j)
            if i + same == len(before) and j + same == len(after):
                return True
            trail.append(_steps(before, i + same, after, j + same, same, offsets, k))
    return False


def _steps(
    before: str, i: int, after: str, j: int, same: int, offsets: list[tuple[str, str, range]], k: int
) -> Iterator[tuple[int, int, int]]:
    """Where the texts go on behind a replacement that explains why they differ at ``i`` and ``j``; the ``k``-th is tried first."""
    for n in (*range(k, len(offsets)), *range(k)):
        old, new, backs = offsets[n]
        for back in backs:
            if back <= same and before.startswith(old, i - back) and after.startswith(new, j - back):
                yield i - back + len(old), j - back + len(new), n + 1


def _offsets(old: str, new: str) -> range:
    """How far before the first difference of two texts ``old`` can stand where ``new`` took its place.

    Where one begins with the other, what follows may go on like the longer one by chance.
    """
    same = _common(old, 0, new, 0)
    return range(same, same + 1 + (abs(len(old) - len(new)) if same in (len(old), len(new)) else 0))


def _common(one: str, i: int, two: str, j: int) -> int:
    """How many characters from ``i`` and from ``j`` are the same."""
    limit = min(len(one) - i, len(two) - j)
    same = 0
    while same < limit:
        size = min(_CHUNK, limit - same)
        left, right = one[i + same : i + same + size], two[j + same : j + same + size]
        if left != right:
            return same + next(k for k in range(size) if left[k] != right[k])
        same += size
    return same
