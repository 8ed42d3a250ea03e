"""``lab`` is a project on a make-believe Gitea; a test that is parametrized by a kind runs on another forge too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from refactor.forges.settings import ForgeKind
from tests.bot.lab import BotLab, bot_lab
from tests.forges.real_gitea import gitea_server

__all__ = ["gitea_server", "lab"]


@pytest.fixture
def lab(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[BotLab]:
    kind = ForgeKind(getattr(request, "param", ForgeKind.GITEA))
    with bot_lab(kind, tmp_path, monkeypatch, capfd) as found:
        yield found
