from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.metrics.cluster import cluster
from tests.support.lookups import Clock
from tests.support.prometheus import RunningPrometheus, backfill, running_prometheus


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two weeks of :mod:`tests.metrics.cluster`. A server has its data for itself: give it a copy."""
    return backfill(tmp_path_factory.mktemp("blocks"), cluster())


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory, blocks: Path) -> Iterator[RunningPrometheus]:
    """A server that knows them."""
    directory = tmp_path_factory.mktemp("prometheus")
    with running_prometheus(directory, shutil.copytree(blocks, directory / "data")) as server:
        yield server
