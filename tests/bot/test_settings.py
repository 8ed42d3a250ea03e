"""``[bot]``: all keys are checked, and what is no setting is refused by name."""

from __future__ import annotations

from argparse import Namespace

import pytest

from refactor.bot.settings import BotConfigError, BotSettings, GroupBy, load_bot


def test_nothing_is_the_defaults() -> None:
    assert load_bot({}) == BotSettings()
    assert BotSettings().most == 10


def test_all_settings() -> None:
    table = {
        "group_by": "stack",
        "limit": 0,
        "codemods": ["a", "b", "a"],
        "base": "release/1",
        "branch_prefix": "bots/tfmod-",
        "labels": ["x"],
        "reviewers": ["ada", "org/team"],
        "assignees": ["ada"],
        "draft": True,
    }
    found = load_bot(table)
    assert found == BotSettings(GroupBy.STACK, 0, "", ("a", "b"), "release/1", "bots/tfmod-", ("x",), ("ada", "org/team"), ("ada",), True)
    assert found.most is None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"schedule": "weekly"}, "bot.schedule is no setting"),
        ({"group-by": "stack"}, "bot.group-by is no setting"),
        ({"group_by": "team"}, "codemod, stack, directory, owner"),
        ({"group_by": 1}, "bot.group_by must be a text"),
        ({"limit": -1}, "bot.limit"),
        ({"limit": True}, "bot.limit"),
        ({"limit": "3"}, "bot.limit"),
        ({"codemods": "pin-images"}, "bot.codemods must be a list"),
        ({"codemods": [1]}, "bot.codemods must be a list"),
        ({"labels": [" "]}, "bot.labels must be a list"),
        ({"draft": 1}, "bot.draft must be true or false"),
        ({"recipe": "harden", "codemods": ["a"]}, "keep one"),
        ({"base": "-x"}, "bot.base"),
        ({"base": "a b"}, "bot.base"),
        ({"branch_prefix": ""}, "bot.branch_prefix"),
        ({"branch_prefix": "a//"}, "bot.branch_prefix"),
        ({"branch_prefix": "../"}, "bot.branch_prefix"),
        ({"branch_prefix": "a..b"}, "bot.branch_prefix"),
        ({"branch_prefix": "-x/"}, "bot.branch_prefix"),
        ({"branch_prefix": "bot.lock/"}, "bot.branch_prefix"),
        ({"branch_prefix": "team./bot/"}, "bot.branch_prefix"),
        ({"branch_prefix": "größe/"}, "bot.branch_prefix"),
    ],
)
def test_what_is_wrong_is_named(table: dict[str, object], said: str) -> None:
    with pytest.raises(BotConfigError, match=said.replace(".", r"\.")):
        load_bot(table)


def test_flags_win_and_a_recipe_of_theirs_replaces_codemods() -> None:
    found = BotSettings(codemods=("a",), limit=3).with_flags(Namespace(group_by="owner", limit=0, recipe="harden", base="dev"))
    assert (found.group_by, found.limit, found.recipe, found.codemods, found.base) == (GroupBy.OWNER, 0, "harden", (), "dev")


def test_flags_that_are_not_given_change_nothing() -> None:
    settings = BotSettings(codemods=("a",), limit=3)
    assert settings.with_flags(Namespace(group_by=None, limit=None, recipe=None, base=None)) == settings
    assert settings.with_flags(Namespace()) == settings
