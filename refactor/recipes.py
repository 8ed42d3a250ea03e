"""Recipes: lists of codemods that ``tfmod fix --recipe NAME`` runs in order."""

from __future__ import annotations

from collections.abc import Mapping

from refactor.config import Config

BUILT_IN: Mapping[str, tuple[str, ...]] = {
    # Budgets come last: they count the replicas that there are then.
    "harden": ("pin-images", "add-probes", "set-resources", "scale-replicas", "add-pdbs"),
}


def recipes(settings: Config) -> Mapping[str, tuple[str, ...]]:
    """The built-in ones, and those of the configuration, which win."""
    return {**BUILT_IN, **settings.recipes}
