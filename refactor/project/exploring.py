"""Working out values in every way in which they come out, part by part: what is chosen for one part does not multiply with another's."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TypeAlias, TypeVar

from refactor.project.choices import Absent, Choices, TooMany, every
from refactor.project.evaluate import Evaluator
from refactor.project.values import List, Map, Thunk, Unknown, found
from refactor.reasons import Reason

T = TypeVar("T")
Made: TypeAlias = Mapping[Hashable, str]
"""What was chosen on the way to a part of a value."""

TOO_MANY = Unknown(Reason.COMPUTED, "too many combinations of values")
_SHAPES = 2_000  # ways in which one part of a value may be built


class Explorer:
    """Runs evaluations under each combination of choices."""

    def __init__(self, run: Evaluator) -> None:
        self.run = run

    def every(self, work: Callable[[], T | None], made: Made, limit: int | None = None) -> list[tuple[T, Made]]:
        """Each result of ``work`` under choices that were made before, with what was chosen for it; combinations without one left out.

        Raises:
            TooMany: there are more than ``limit``.
        """

        def once(choices: Choices) -> tuple[T | None, Made]:
            self.run.choices = choices
            try:
                return work(), choices.made
            except Absent:
                return None, choices.made

        results = every(once, made) if limit is None else every(once, made, limit)
        return [(result, chosen) for result, chosen in results if result is not None]

    def parts(self, thunk: Thunk, made: Made) -> list[tuple[Map | List | Unknown, Made]]:
        """The ways in which a value has entries, or is not known. What was chosen is forgotten where it is a plain value either way."""

        def work() -> Map | List | Unknown | None:
            value = found(thunk)
            return value if isinstance(value, Map | List | Unknown) else None

        try:
            return self.every(work, made, _SHAPES)
        except TooMany:
            return [(TOO_MANY, made)]
