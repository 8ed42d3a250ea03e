"""What tests of every area may ask for."""

from __future__ import annotations

import pytest

from tests.support.provider import Missing, Provider, found


@pytest.fixture(scope="session")
def kubernetes_provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """The real provider; tests that need it say that they are skipped where it is not there. What it says about names and types,
    :func:`tests.support.kubernetes_schema.problems` says everywhere."""
    provider = found(tmp_path_factory.mktemp("kubernetes-provider"))
    if isinstance(provider, Missing):
        pytest.skip(provider.reason)
    return provider
