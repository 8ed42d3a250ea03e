"""Every combination of choices, each once, and one answer for one question."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.project.choices import Absent, Choices, TooMany, every

_COUNTS = st.lists(st.integers(1, 4), max_size=5)


@given(_COUNTS)
def test_independent_questions_give_the_whole_product_in_order(counts: list[int]) -> None:
    results = list(every(lambda c: tuple(c.number(i, n) for i, n in enumerate(counts))))
    assert results == list(product(*(range(n) for n in counts)))


@given(_COUNTS, st.integers(1, 3))
def test_asking_again_adds_no_combination(counts: list[int], times: int) -> None:
    def run(choices: Choices) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(choices.number(i, n) for i, n in enumerate(counts)) for _ in range(times))

    results = list(every(run))
    assert all(len(set(rounds)) == 1 for rounds in results)
    assert [rounds[0] for rounds in results] == list(product(*(range(n) for n in counts)))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_a_question_that_only_some_answers_lead_to(widths: list[int]) -> None:
    """The first answer says how many answers the second question has."""

    def run(choices: Choices) -> tuple[int, int]:
        first = choices.number("first", len(widths))
        return first, choices.number(("second", first), widths[first])

    assert list(every(run)) == [(i, j) for i, n in enumerate(widths) for j in range(n)]


@given(st.dictionaries(st.integers(0, 4), st.sampled_from(["0", "1"])), st.integers(0, 5))
def test_choices_that_were_made_before_stay(made: dict[int, str], count: int) -> None:
    before: dict[Hashable, str] = {}
    before.update(made.items())
    results = list(every(lambda c: tuple(c.number(i, 2) for i in range(count)), before))
    wanted = [[int(made[i])] if i in made else [0, 1] for i in range(count)]
    assert results == list(product(*wanted))


def test_no_names_is_absent_and_not_a_combination() -> None:
    with pytest.raises(Absent):
        Choices({}).pick("key", ())


def test_a_choice_that_is_not_among_the_names_of_another_question_is_absent() -> None:
    choices = Choices({})
    assert choices.pick("key", ("a", "b")) == "a"
    with pytest.raises(Absent):
        choices.pick("key", ("b", "c"))


def test_more_combinations_than_the_limit_are_refused_after_that_many() -> None:
    ways = every(lambda c: c.number("key", 10), limit=9)
    assert [next(ways) for _ in range(9)] == list(range(9))
    with pytest.raises(TooMany):
        next(ways)


def test_as_many_combinations_as_the_limit_are_allowed() -> None:
    assert list(every(lambda c: c.number("key", 9), limit=9)) == list(range(9))
