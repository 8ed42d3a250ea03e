"""Every way in which a value can come out: each branch of a conditional, each element that ``for_each`` walks, each caller of a module.

An evaluation is ordinary code that asks :meth:`Choices.pick` wherever there are several ways on. :func:`every` runs it once for each
combination of answers. The same question (the same key) gets the same answer throughout a run, so
``"${each.value.repo}:${each.value.tag}"`` never mixes the parts of two elements.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterator, Mapping, Sequence
from typing import TypeVar, overload

T = TypeVar("T")

LIMIT = 20_000  # combinations tried for one value; what needs more is not worked out at all


class TooMany(Exception):
    """A value has more than :data:`LIMIT` ways to come out."""


class Absent(Exception):
    """In this combination of choices the thing does not exist: ``for_each`` walks nothing, or Terraform would refuse the values."""


class Choices:
    """The answers of one run, and the questions met. ``given`` are choices that were made before, and stay.

    ``made`` has what was chosen for each key; ``asked`` counts the questions.
    """

    def __init__(self, answers: Mapping[Hashable, int], given: Mapping[Hashable, str] | None = None) -> None:
        self._answers = answers
        self.made: dict[Hashable, str] = dict(given or {})
        self.trail: list[tuple[Hashable, int, int]] = []
        self.asked = 0

    def pick(self, key: Hashable, names: Sequence[str], among: Container[str] | None = None) -> str:
        """One of ``names``, the same for the same ``key`` throughout the run. ``among`` holds the names too, and answers faster.

        Raises:
            Absent: there are none, or what was chosen for the key before is not among them.
        """
        self.asked += 1
        known = self.made.get(key)
        if known is not None:
            if known not in (names if among is None else among):
                raise Absent
            return known
        if not names:
            raise Absent
        answer = self._answers.get(key, 0)
        if len(names) > 1:
            self.trail.append((key, answer, len(names)))
        self.made[key] = names[answer]
        return names[answer]

    def state(self) -> tuple[int, int]:
        """How much was chosen until now: for :meth:`forget`."""
        return len(self.trail), len(self.made)

    def forget(self, state: tuple[int, int]) -> None:
        """Take back what was chosen since: it turned out not to matter."""
        del self.trail[state[0] :]
        while len(self.made) > state[1]:
            self.made.popitem()

    def number(self, key: Hashable, count: int) -> int:
        """A number below ``count``, likewise."""
        return int(self.pick(key, _Numbers(count)))


class _Numbers(Sequence[str]):
    """``"0"`` and on, made when asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        numbers = range(self._count)[index]
        return str(numbers) if isinstance(numbers, int) else [str(n) for n in numbers]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.isdecimal() and int(name) < self._count

    def __len__(self) -> int:
        return self._count


def every(run: Callable[[Choices], T], given: Mapping[Hashable, str] | None = None, limit: int = LIMIT) -> Iterator[T]:
    """Results of ``run`` for every combination of choices, those in ``given`` being made already.

    Raises:
        TooMany: there are more than ``limit``.
    """
    answers: dict[Hashable, int] = {}
    for _ in range(limit):
        choices = Choices(answers, given)
        yield run(choices)
        trail = choices.trail
        while trail and trail[-1][1] + 1 >= trail[-1][2]:
            trail.pop()
        if not trail:
            return
        answers = {key: answer for key, answer, _ in trail}
        key, answer, _ = trail[-1]
        answers[key] = answer + 1
    raise TooMany
