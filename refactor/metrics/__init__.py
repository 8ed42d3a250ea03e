"""What containers really use: measured by a Prometheus-compatible server or read from a file, and what follows for requests and limits.

Names are imported when they are used: what needs no network must not load the libraries for one. The function
:func:`refactor.metrics.recommend.recommend` has its module's name, and is imported from there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refactor.metrics.config import PrometheusConfig, PrometheusConfigError, load_prometheus
    from refactor.metrics.prometheus import PrometheusUsage, open_usage
    from refactor.metrics.recommend import Policy, Resources
    from refactor.metrics.saved import SavedUsage, UsageFileError
    from refactor.metrics.usage import ContainerKey, NoUsage, Usage, UsageSource

__all__ = [
    "ContainerKey",
    "NoUsage",
    "Policy",
    "PrometheusConfig",
    "PrometheusConfigError",
    "PrometheusUsage",
    "Resources",
    "SavedUsage",
    "Usage",
    "UsageFileError",
    "UsageSource",
    "load_prometheus",
    "open_usage",
]

_HOMES = {
    "ContainerKey": "usage",
    "NoUsage": "usage",
    "Policy": "recommend",
    "PrometheusConfig": "config",
    "PrometheusConfigError": "config",
    "PrometheusUsage": "prometheus",
    "Resources": "recommend",
    "SavedUsage": "saved",
    "Usage": "usage",
    "UsageFileError": "saved",
    "UsageSource": "usage",
    "load_prometheus": "config",
    "open_usage": "prometheus",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
