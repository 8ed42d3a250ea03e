"""Which resource types run images, where in them the reference stands, and what plan shows when it changes.

Sources: the resource documentation of hashicorp/kubernetes, kreuzwerker/docker, hashicorp/aws, hashicorp/google and hashicorp/azurerm.
A job's pod template is immutable (``ForceNew`` in the provider, and by the Kubernetes API), as is an ECS task definition.
"""

from __future__ import annotations

from dataclasses import dataclass

from refactor.codemod import EffectKind
from refactor.kubernetes.kinds import TYPES, WORKLOADS


@dataclass(frozen=True, slots=True)
class ImageResource:
    """``blocks`` are the block types that hold ``attribute``; ``through`` those that may stand around them (empty: the resource itself)."""

    effect: EffectKind
    attribute: str = "image"
    blocks: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()


_POD_BLOCKS = frozenset({"container", "init_container", "ephemeral_container"})
_POD_THROUGH = frozenset({"spec", "template", "job_template"})


def _pods(effect: EffectKind) -> ImageResource:
    return ImageResource(effect, blocks=_POD_BLOCKS, through=_POD_THROUGH)


def _kubernetes() -> dict[str, ImageResource]:
    """Every type that makes pods; the image of a bare pod is changed in place."""
    effects = {k.name: EffectKind.UPDATE if k.name == "Pod" else k.effect for k in WORKLOADS.values()}
    return {type_: _pods(effects[kind]) for type_, kind in TYPES.items() if kind in effects}


RESOURCES: dict[str, ImageResource] = {
    **_kubernetes(),
    "docker_image": ImageResource(EffectKind.REPLACE, attribute="name"),
    "docker_container": ImageResource(EffectKind.REPLACE),
    "docker_service": ImageResource(EffectKind.UPDATE, blocks=frozenset({"container_spec"}), through=frozenset({"task_spec"})),
    "google_cloud_run_service": ImageResource(
        EffectKind.ROLLOUT, blocks=frozenset({"containers"}), through=frozenset({"template", "spec"})
    ),
    "google_cloud_run_v2_service": ImageResource(EffectKind.ROLLOUT, blocks=frozenset({"containers"}), through=frozenset({"template"})),
    "google_cloud_run_v2_job": ImageResource(EffectKind.UPDATE, blocks=frozenset({"containers"}), through=frozenset({"template"})),
    "google_cloud_run_v2_worker_pool": ImageResource(EffectKind.ROLLOUT, blocks=frozenset({"containers"}), through=frozenset({"template"})),
    "azurerm_container_group": ImageResource(EffectKind.REPLACE, blocks=frozenset({"container", "init_container"})),
    "azurerm_container_app": ImageResource(
        EffectKind.ROLLOUT, blocks=frozenset({"container", "init_container"}), through=frozenset({"template"})
    ),
    "azurerm_container_app_job": ImageResource(
        EffectKind.UPDATE, blocks=frozenset({"container", "init_container"}), through=frozenset({"template"})
    ),
}

TASK_DEFINITIONS = {"aws_ecs_task_definition": "container_definitions"}
"""Resource types whose containers are JSON: a list of objects with ``image`` (AWS API, ``ContainerDefinition``)."""
