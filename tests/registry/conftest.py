from __future__ import annotations

import pytest

from tests.support.desk import desk
from tests.support.lookups import Clock
from tests.support.registry import docker_registry

__all__ = ["desk", "docker_registry"]


@pytest.fixture
def clock() -> Clock:
    return Clock()
