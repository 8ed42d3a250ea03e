"""Autoscalers and bounds: which of them mean a workload."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.autoscalers import Autoscalers
from refactor.kubernetes.bounds import Bounds
from refactor.kubernetes.quantities import Quantity
from refactor.kubernetes.resources import CPU, LIMITS, MEMORY, REQUESTS, Cell
from refactor.kubernetes.workloads import Workloads
from tests.support.values import project
from tests.support.workloads import deployment, workloads

API = deployment('container {\n name = "app"\n }')
HPA = """
resource "kubernetes_horizontal_pod_autoscaler{version}" "api" {{
  metadata {{
    name = "api"
  }}
  spec {{
    max_replicas = 3
    scale_target_ref {{
      kind = "{kind}"
      name = {name}
    }}
    {more}
  }}
}}
"""
METRIC = """metric {{
      type = "Resource"
      resource {{
        name = "{name}"
        target {{
          type                = "{type}"
          {target}
        }}
      }}
    }}
"""


def hpa(more: str = "", *, version: str = "", kind: str = "Deployment", name: str = '"api"') -> str:
    return HPA.format(version=version, kind=kind, name=name, more=more)


def metric(name: str, type: str = "Utilization", target: str = "average_utilization = 60") -> str:
    return METRIC.format(name=name, type=type, target=target)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("", {}),
        (hpa("target_cpu_utilization_percentage = 70"), {"cpu": 70}),
        (hpa(version="_v1"), {"cpu": 80}),
        (hpa(metric("cpu"), version="_v2"), {"cpu": 60}),
        (hpa(metric("cpu") + metric("memory"), version="_v2"), {"cpu": 60, "memory": 60}),
        (hpa(metric("cpu", "AverageValue", 'average_value = "1"'), version="_v2"), {}),
        (hpa(kind="StatefulSet"), {}),
        (hpa(name='"web"'), {}),
        (hpa(name="kubernetes_deployment.api.metadata[0].name"), {"cpu": 80}),
        (hpa("target_cpu_utilization_percentage = var.percent") + 'variable "percent" {\n type = number\n}\n', {}),
    ],
)
def test_percentages_that_a_horizontal_one_scales_by(tmp_path: Path, text: str, targets: dict[str, int]) -> None:
    found = workloads(tmp_path, API + text)
    scalers = found.project.view(Autoscalers)
    assert {name: percent for name, (percent, _) in scalers.targets(found.all[0]).items()} == targets


VPA = """
resource "kubernetes_manifest" "vpa" {{
  manifest = {{
    apiVersion = "autoscaling.k8s.io/v1"
    kind       = "VerticalPodAutoscaler"
    metadata   = {{ name = "api"{namespace} }}
    spec       = {{ targetRef = {{ kind = "Deployment", name = "api" }}{more} }}
  }}
}}
"""


@pytest.mark.parametrize(
    ("more", "namespace", "sets"),
    [
        ("", "", True),
        ("", ', namespace = "default"', True),
        ("", ', namespace = "shop"', False),
        (', updatePolicy = { updateMode = "Off" }', "", False),
        (', updatePolicy = { updateMode = "Initial" }', "", True),
        (', resourcePolicy = { containerPolicies = [{ containerName = "*", mode = "Off" }] }', "", False),
        (', resourcePolicy = { containerPolicies = [{ containerName = "proxy", mode = "Off" }] }', "", True),
        (
            ', resourcePolicy = { containerPolicies = [{ containerName = "*", mode = "Off" }, { containerName = "app", mode = "Auto" }] }',
            "",
            True,
        ),
    ],
)
def test_a_vertical_one_that_sets_requests(tmp_path: Path, more: str, namespace: str, sets: bool) -> None:
    found = workloads(tmp_path, API + VPA.format(more=more, namespace=namespace))
    assert found.project.view(Autoscalers).sets(found.all[0].containers[0]) == ("kubernetes_manifest.vpa" if sets else "")


RANGE = """
resource "kubernetes_limit_range" "all" {{
  metadata {{
    name = "all"
  }}
  spec {{
    limit {{
      type = "{type}"
      {fields}
    }}
  }}
}}
"""


def amounts(**texts: str) -> dict[Cell, Quantity]:
    cells = {"request": (REQUESTS, CPU), "limit": (LIMITS, CPU), "memory": (LIMITS, MEMORY)}
    return {cells[name]: Quantity.parse(text) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("fields", "set_", "problem"),
    [
        ('max = { cpu = "1" }', amounts(limit="1"), ""),
        ('max = { cpu = "1" }', amounts(limit="1001m"), "a cpu limit of 1001m is above its max, 1"),
        ('max = { cpu = "1" }', amounts(request="2"), "a cpu request of 2 is above the limit that it gives, 1"),
        ('default = { cpu = "500m" }', amounts(request="600m"), "a cpu request of 600m is above the limit that it gives, 500m"),
        ('default = { cpu = "500m" }', amounts(request="600m", limit="1"), ""),
        ('min = { cpu = "100m" }', amounts(request="50m"), "a cpu request of 50m is below its min, 100m"),
        ('min = { cpu = "100m" }', amounts(request="100m"), ""),
        ('max = { memory = "1Gi" }', amounts(memory="2Gi"), "a memory limit of 2Gi is above its max, 1Gi"),
        ('max_limit_request_ratio = { cpu = "2" }', amounts(request="500m", limit="1"), ""),
        (
            'max_limit_request_ratio = { cpu = "2" }',
            amounts(request="499m", limit="1"),
            "a cpu limit of 1 is more than 2 times the request of 499m",
        ),
        ("max = { memory = var.most }", amounts(memory="2Gi"), ""),
    ],
)
def test_what_a_limit_range_refuses(tmp_path: Path, fields: str, set_: dict[Cell, Quantity], problem: str) -> None:
    found = workloads(tmp_path, API + RANGE.format(type="Container", fields=fields))
    told = found.project.view(Bounds).leaves(found.all[0], set_)
    assert told == (f"kubernetes_limit_range.all: {problem}" if problem else "")


@pytest.mark.parametrize(
    ("type_", "fields", "problem"),
    [
        ("Pod", 'max = { cpu = "1m" }', "1 of cpu is above the max of the whole pod, 1m"),
        ("Pod", 'max = { cpu = "1" }', ""),
        ("Pod", 'min = { cpu = "2" }', ""),  # other containers may make up for it
        ("PersistentVolumeClaim", 'max = { cpu = "1m" }', ""),
    ],
)
def test_of_a_limit_range_for_pods_what_one_container_alone_breaks(tmp_path: Path, type_: str, fields: str, problem: str) -> None:
    found = workloads(tmp_path, API + RANGE.format(type=type_, fields=fields))
    told = found.project.view(Bounds).leaves(found.all[0], amounts(limit="1"))
    assert told == (f"kubernetes_limit_range.all: {problem}" if problem else "")


def test_a_limit_range_in_a_yaml_file_counts(tmp_path: Path) -> None:
    text = "kind: LimitRange\nmetadata: {name: all}\nspec: {limits: [{type: Container, max: {memory: 64Mi}}]}\n"
    repository = project(tmp_path, {"main.tf": API, "range.yaml": text})
    found = repository.view(Workloads)
    assert repository.view(Bounds).leaves(found.all[0], amounts(memory="1Gi")) == "range.yaml: a memory limit of 1Gi is above its max, 64Mi"


@pytest.mark.parametrize(("hard", "counts"), [('"requests.cpu" = "8"', True), ('memory = "8Gi"', True), ('pods = "9"', False)])
def test_quotas_that_count_cpu_and_memory(tmp_path: Path, hard: str, counts: bool) -> None:
    quota = f'resource "kubernetes_resource_quota_v1" "all" {{\n metadata {{\n name = "all"\n }}\n spec {{\n hard = {{ {hard} }}\n }}\n}}\n'
    found = workloads(tmp_path, API + quota)
    assert found.project.view(Bounds).quotas(found.all[0]) == (["kubernetes_resource_quota_v1.all"] if counts else [])
