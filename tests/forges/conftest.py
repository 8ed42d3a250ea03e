"""Each test with ``lab`` runs on every make-believe forge, and on a real Gitea where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from refactor.forges.settings import ForgeKind
from tests.forges.labs import FakeLab, Lab, fake_lab
from tests.forges.real_gitea import RunningGitea, gitea_lab, gitea_server

__all__ = ["fake", "gitea_server", "hub", "lab"]


@pytest.fixture(params=[*ForgeKind, "real gitea"])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    if request.param == "real gitea":
        server: RunningGitea = request.getfixturevalue("gitea_server")
        with gitea_lab(server, tmp_path / "work") as real:
            yield real
    else:
        with fake_lab(ForgeKind(request.param)) as fake:
            yield fake


@pytest.fixture(params=list(ForgeKind))
def fake(request: pytest.FixtureRequest) -> Iterator[FakeLab]:
    """For forges that misbehave: what no description allows is what these tests are about."""
    with fake_lab(request.param) as found:
        yield found
        found.problems.clear()


@pytest.fixture
def hub() -> Iterator[FakeLab]:
    """The same, for what does not depend on the forge."""
    with fake_lab(ForgeKind.GITHUB) as found:
        yield found
        found.problems.clear()
