"""Every way in which a value can come out: each branch of a conditional, each element that ``for_each`` walks, each caller of a module.

An evaluation is ordinary code that asks :meth:`Choices.pick` wherever there are several ways on. :func:`every` runs it once for each
combination of answers. The same question (the same key) gets the same answer throughout a run, so
``"${each.value.repo}:${each.value.tag}"`` never mixes the parts of two elements.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

T = TypeVar("T")

LIMIT = 20_000  # combinations tried for one value; what needs more is not worked out at all


class TooMany(Exception):
    """A value has more than :data:`LIMIT` ways to come out."""


class Choices:
    """The answers of one run, and the questions met."""

    def __init__(self, answers: dict[Hashable, int]) -> None:
        self._given = answers
        self.trail: list[tuple[Hashable, int, int]] = []
        self._met: dict[Hashable, int] = {}

    def pick(self, key: Hashable, count: int) -> int:
        """A number below ``count``, the same for the same ``key`` throughout the run."""
        if count <= 1:
            return 0
        if key in self._met:
            return min(self._met[key], count - 1)
        answer = self._given.get(key, 0)
        self._met[key] = answer
        self.trail.append((key, answer, count))
        return answer


def every(run: Callable[[Choices], T], limit: int = LIMIT) -> Iterator[T]:
    """Results of ``run`` for every combination of choices.

    Raises:
        TooMany: there are more than ``limit``.
    """
    answers: dict[Hashable, int] = {}
    for _ in range(limit):
        choices = Choices(answers)
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
