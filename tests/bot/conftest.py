"""``lab`` is a project on a make-believe Gitea; a test that is parametrized by a kind runs on another forge too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from refactor.forges.settings import ForgeKind
from tests.bot.lab import BotLab, bot_lab, build_template
from tests.forges.real_gitea import gitea_server

__all__ = ["gitea_server", "lab"]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[ForgeKind], Path]:
    """What the labs of a kind of forge start from, built once."""

    @cache
    def built(kind: ForgeKind) -> Path:
        directory = tmp_path_factory.mktemp(f"bot-{kind}")
        build_template(kind, directory)
        return directory

    return built


@pytest.fixture
def lab(
    request: pytest.FixtureRequest,
    templates: Callable[[ForgeKind], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[BotLab]:
    kind = ForgeKind(getattr(request, "param", ForgeKind.GITEA))
    with bot_lab(kind, templates(kind), tmp_path, monkeypatch, capfd) as found:
        yield found
