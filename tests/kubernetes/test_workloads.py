"""One view of workloads, in whatever form they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.known_images import Settings
from refactor.kubernetes.nodes import Typed
from refactor.project.values import Unknown
from refactor.reasons import Reason
from tests.support.workloads import MANIFEST, TYPED, deployment, only, workloads

YAML = """\
resource "kubernetes_manifest" "api" {
  manifest = yamldecode(<<-EOT
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: api
      namespace: shop
      labels: {app: api, tier: 0-core}
    spec:
      replicas: 2
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec:
          containers:
            - name: app
              image: nginx:1.27
              imagePullPolicy: Always
              args: ["--port", "80", "${var.flag}"]
              ports: [{name: http, containerPort: 80}]
              env:
                - {name: MODE, value: fast}
                - {name: TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}
              volumeMounts: [{name: data, mountPath: /data}]
          initContainers: [{name: wait, image: "busybox:1.36"}]
  EOT
  )
}
variable "flag" {
  type = string
}
"""


@pytest.mark.parametrize("text", [TYPED, MANIFEST, YAML], ids=["typed", "manifest", "yaml"])
def test_every_form_reads_the_same(tmp_path: Path, text: str) -> None:
    workload = only(tmp_path, text)
    assert workload.kind.name == "Deployment"
    assert (workload.object.name.text, workload.object.namespace.text) == ("api", "shop")
    assert {k: v.text for k, v in workload.object.labels.entries.items()} == {"app": "api", "tier": "0-core"}
    assert workload.selector is not None
    assert workload.selector.selects(workload.pod_labels) is True
    assert workload.spec is not None and workload.spec.text("replicas") == "2"
    (container,) = workload.containers
    assert container.title == "app" and not isinstance(container.images, Unknown)
    assert [str(i) for i in container.images] == ["nginx:1.27"]
    assert container.node.text("imagePullPolicy") == "Always"
    assert [(p.number, p.name, p.protocol) for p in container.ports] == [(80, "http", "TCP")]
    assert container.settings == Settings(
        tag="1.27",
        args=("--port", "80"),
        env={"MODE": "fast", "TOKEN": None},
        mounts=("/data",),
        ports=frozenset({80}),
        more_words=True,  # var.flag has no value
    )
    assert [c.title for c in workload.init_containers] == ["wait"]


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("kubernetes_deployment", "Deployment"),
        ("kubernetes_deployment_v1", "Deployment"),
        ("kubernetes_daemonset", "DaemonSet"),
        ("kubernetes_daemon_set_v1", "DaemonSet"),
        ("kubernetes_stateful_set", "StatefulSet"),
        ("kubernetes_stateful_set_v1", "StatefulSet"),
        ("kubernetes_replication_controller", "ReplicationController"),
        ("kubernetes_job_v1", "Job"),
    ],
)
def test_old_and_versioned_names(tmp_path: Path, type: str, kind: str) -> None:
    workload = only(tmp_path, deployment('container {\n name = "a"\n }').replace("kubernetes_deployment", type))
    assert (workload.kind.name, len(workload.containers)) == (kind, 1)


def test_a_cron_job_and_a_pod_have_their_template_elsewhere(tmp_path: Path) -> None:
    text = """\
resource "kubernetes_cron_job_v1" "backup" {
  metadata {
    name = "backup"
  }
  spec {
    schedule = "@daily"
    job_template {
      spec {
        template {
          spec {
            container {
              name = "dump"
            }
          }
        }
      }
    }
  }
}
resource "kubernetes_pod_v1" "shell" {
  metadata {
    name   = "shell"
    labels = { app = "shell" }
  }
  spec {
    container {
      name = "sh"
    }
  }
}
"""
    job, pod = workloads(tmp_path, text).all
    assert [c.title for w in (job, pod) for c in w.containers] == ["dump", "sh"]
    assert {k: v.text for k, v in pod.pod_labels.entries.items()} == {"app": "shell"}


def test_a_custom_resource_is_no_workload(tmp_path: Path) -> None:
    text = MANIFEST.replace('"Deployment"', '"Rollout"')
    assert workloads(tmp_path, text).all == ()


def test_containers_that_a_loop_makes_are_repeated(tmp_path: Path) -> None:
    pod = """\
dynamic "container" {
  for_each = { web = "nginx:1.27", proxy = "envoyproxy/envoy:v1.30.0" }
  content {
    name  = container.key
    image = container.value
  }
}
container {
  name = "own"
}
"""
    looped, own = only(tmp_path, deployment(pod)).containers
    assert looped.node.repeated and not own.node.repeated
    assert looped.title == "web, proxy" and not isinstance(looped.images, Unknown)
    assert [str(i) for i in looped.images] == ["nginx:1.27", "envoyproxy/envoy:v1.30.0"]


def test_every_caller_of_a_module_counts(tmp_path: Path) -> None:
    files = {
        "app/main.tf": deployment('container {\n name = "app"\n image = var.image\n }') + 'variable "image" {}\n',
        "main.tf": 'module "a" {\n  source = "./app"\n  image  = "redis:7"\n}\nmodule "b" {\n  source = "./app"\n  image  = "nginx"\n}\n',
    }
    (container,) = only(tmp_path, files).containers
    assert not isinstance(container.images, Unknown)
    assert sorted(i.name for i in container.images) == ["nginx", "redis"]
    assert container.settings.tag is None


def test_an_image_without_a_value_says_why(tmp_path: Path) -> None:
    (container,) = only(tmp_path, deployment('container {\n name = "app"\n image = var.image\n }') + 'variable "image" {}\n').containers
    assert isinstance(container.images, Unknown) and container.images.reason is Reason.NO_VALUE


def test_a_text_that_is_no_reference_says_so(tmp_path: Path) -> None:
    (container,) = only(tmp_path, deployment('container {\n name = "app"\n image = "a b"\n }')).containers
    assert isinstance(container.images, Unknown) and container.images.reason is Reason.NOT_A_REFERENCE


def test_variables_of_unknown_name_are_more_than_are_seen(tmp_path: Path) -> None:
    pods = {
        "env_from": 'container {\n name = "a"\n env_from {\n  secret_ref {\n   name = "s"\n  }\n }\n}',
        "a loop": 'container {\n name = "a"\n dynamic "env" {\n  for_each = var.env\n  content {\n   name = env.key\n  }\n }\n}',
    }
    for why, pod in pods.items():
        (container,) = only(tmp_path, deployment(pod) + 'variable "env" {}\n').containers
        assert container.settings.more_env, why


def test_a_manifest_that_is_not_known_is_no_workload_and_no_error(tmp_path: Path) -> None:
    text = 'variable "m" {}\nresource "kubernetes_manifest" "x" {\n  manifest = var.m\n}\n'
    found = workloads(tmp_path, text)
    assert found.all == ()
    assert [(o.kind, o.root.unknown is not None) for o in found.objects.all] == [("", True)]


@pytest.mark.parametrize(
    ("entry", "name", "covered"),
    [
        ("all", "livenessProbe", True),
        ("[spec]", "livenessProbe", True),
        ("[spec[0].template[0].spec[0].container[0]]", "livenessProbe", True),
        ("[spec[0].template[0].spec[0].container[0].liveness_probe]", "livenessProbe", True),
        ("[spec[0].template[0].spec[0].container[0].image]", "livenessProbe", False),
        ("[spec[0].template[0].spec[0].container[1]]", "livenessProbe", False),
        ("[metadata]", "livenessProbe", False),
    ],
)
def test_what_ignore_changes_covers(tmp_path: Path, entry: str, name: str, covered: bool) -> None:
    text = deployment('container {\n name = "a"\n}', head=f"lifecycle {{\n ignore_changes = {entry}\n }}")
    workload = only(tmp_path, text)
    (container,) = workload.containers
    refusal = workload.refusal(container.node, name)
    assert (refusal is not None) is covered
    assert refusal is None or refusal.reason is Reason.IGNORED_BY_TERRAFORM


def test_yaml_is_read_but_not_written(tmp_path: Path) -> None:
    workload = only(tmp_path, YAML)
    refusal = workload.refusal(workload.containers[0].node, "livenessProbe")
    assert refusal is not None and refusal.reason is Reason.NOT_LITERAL


def test_places_are_the_first_line_of_a_block(tmp_path: Path) -> None:
    found = workloads(tmp_path, TYPED)
    node = found.all[0].containers[0].node
    place = found.place(node)
    assert isinstance(node, Typed)
    assert TYPED.encode()[place.start : place.end] == b"container {"
    assert place.line == TYPED[: place.start].count("\n") + 1


def test_budgets_in_yaml_files_are_found_in_every_document(tmp_path: Path) -> None:
    found = workloads(
        tmp_path,
        {
            "main.tf": TYPED,
            "k8s/pdb.yaml": "kind: ConfigMap\n---\nkind: PodDisruptionBudget\nmetadata:\n  name: api\n---\nkind: PodDisruptionBudget\n",
        },
    )
    assert [o.name.text for o in found.objects.in_files("PodDisruptionBudget")] == ["api", None]
