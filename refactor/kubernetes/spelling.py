"""One spelling for what Terraform and the Kubernetes API spell differently: ``container { image_pull_policy }`` is
``containers[].imagePullPolicy``.

hashicorp/kubernetes turns a field's name into snake case; a list of objects becomes repeated blocks, most of them in the singular; a map
of strings stays an attribute.
"""

from __future__ import annotations

import re

_LISTS = {
    "containers": "container",
    "initContainers": "init_container",
    "ephemeralContainers": "ephemeral_container",
    "volumes": "volume",
    "volumeMounts": "volume_mount",
    "volumeDevices": "volume_device",
    "volumeClaimTemplates": "volume_claim_template",
    "ports": "port",
    "env": "env",
    "envFrom": "env_from",
    "tolerations": "toleration",
    "topologySpreadConstraints": "topology_spread_constraint",
    "imagePullSecrets": "image_pull_secrets",
    "hostAliases": "host_aliases",
    "httpHeaders": "http_header",
    "matchExpressions": "match_expressions",
    "matchFields": "match_fields",
    "preferredDuringSchedulingIgnoredDuringExecution": "preferred_during_scheduling_ignored_during_execution",
    "rules": "rule",
    "paths": "path",
    "metrics": "metric",
    "readinessGates": "readiness_gate",
}
"""API fields that are lists of objects, and the blocks that make their elements."""

_FIELDS = {block: name for name, block in _LISTS.items()}
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"  # a list for pods; for nodes an object
_MAPS = frozenset({"labels", "annotations", "matchLabels", "limits", "requests", "nodeSelector", "data", "stringData"})
_CAPITALS = {"host_pid": "hostPID", "host_ipc": "hostIPC", "cluster_ip": "clusterIP", "pod_ip": "podIP", "host_ip": "hostIP"}
_SNAKES = {api: name for name, api in _CAPITALS.items()}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(name: str) -> str:
    """``imagePullPolicy`` as ``image_pull_policy``."""
    return _SNAKES.get(name) or _HUMP.sub("_", name).lower()


def camel(name: str) -> str:
    """``image_pull_policy`` as ``imagePullPolicy``."""
    if name in _CAPITALS:
        return _CAPITALS[name]
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def block_type(name: str) -> str:
    """The block that makes an API field's object, or one element of its list."""
    return _LISTS.get(name) or snake(name)


def field_of(block: str) -> str:
    """The API field that a type of block stands for."""
    return _FIELDS.get(block) or camel(block)


def is_list(name: str) -> bool:
    """Whether an API field is a list of objects."""
    return name in _LISTS or name == _REQUIRED


def is_map(name: str) -> bool:
    """Whether an API field is a map of strings, which typed resources have as an attribute."""
    return name in _MAPS
