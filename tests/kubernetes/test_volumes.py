"""Which volumes several pods of a workload can use, and what stands in the way of more replicas."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.obstacles import obstacles
from refactor.kubernetes.volumes import Sharing, volumes
from tests.support.workloads import workloads

HEAD = """\
resource "kubernetes_{kind}" "api" {{
  metadata {{
    name      = "api"
    namespace = "shop"
  }}
  spec {{
    {spec}
    selector {{
      match_labels = {{ app = "api" }}
    }}
    template {{
      metadata {{
        labels = {{ app = "api" }}
      }}
      spec {{
        {pod}
        container {{
          name  = "app"
          image = "{image}"
          {container}
        }}
      }}
    }}
  }}
}}
"""
CLAIM = """\
resource "kubernetes_persistent_volume_claim{version}" "data" {{
  metadata {{
    name      = "data"
    namespace = "{namespace}"
  }}
  spec {{
    access_modes = {modes}
  }}
}}
"""
MOUNT = """
volume_mount {
  name       = "data"
  mount_path = "/data"
}
"""
READ = MOUNT.replace("}", "  read_only = true\n}")


def text(pod: str = "", container: str = "", *, spec: str = "", kind: str = "deployment", image: str = "ghcr.io/acme/api:1.2") -> str:
    return HEAD.format(pod=pod, container=container, spec=spec, kind=kind, image=image)


def volume(source: str) -> str:
    return f'volume {{\n  name = "data"\n  {source}\n}}\n'


def sharing(root: Path, code: str) -> list[Sharing]:
    found = workloads(root, code)
    return [v.sharing for v in volumes(found, found.all[0])]


def in_the_way(root: Path, code: str, replicas: int = 2) -> list[tuple[str, str]]:
    found = workloads(root, code)
    return [(o.text, o.consent) for o in obstacles(found, found.all[0], replicas)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("empty_dir {}", Sharing.OWN),
        ('config_map {\n name = "a"\n }', Sharing.OWN),
        ('secret {\n secret_name = "a"\n }', Sharing.OWN),
        ("projected {\n sources {}\n }", Sharing.OWN),
        ("downward_api {\n items {}\n }", Sharing.OWN),
        ("ephemeral {\n volume_claim_template {}\n }", Sharing.OWN),
        ('csi {\n driver = "secrets-store.csi.k8s.io"\n }', Sharing.OWN),
        ('csi {\n driver = "nfs.csi.k8s.io"\n }', Sharing.UNKNOWN),
        ('nfs {\n server = "a"\n path = "/b"\n }', Sharing.WRITTEN),
        ('nfs {\n server = "a"\n path = "/b"\n read_only = true\n }', Sharing.READ),
        ('nfs {\n server = "a"\n path = "/b"\n read_only = var.frozen\n }', Sharing.WRITTEN),
        ('azure_file {\n share_name = "a"\n secret_name = "b"\n }', Sharing.WRITTEN),
        ('ceph_fs {\n monitors = ["a"]\n }', Sharing.WRITTEN),
        ('aws_elastic_block_store {\n volume_id = "a"\n }', Sharing.ONE),
        ('host_path {\n path = "/srv"\n }', Sharing.NODE),
        ('persistent_volume_claim {\n claim_name = "data"\n }', Sharing.UNKNOWN),
        ('something_new {\n a = "b"\n }', Sharing.UNKNOWN),
        ("", Sharing.UNKNOWN),
    ],
)
def test_what_pods_have_of_a_volume(tmp_path: Path, source: str, expected: Sharing) -> None:
    assert sharing(tmp_path, text(volume(source), MOUNT)) == [expected]


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ('["ReadWriteOnce"]', Sharing.ONE),
        ('["ReadWriteOncePod"]', Sharing.ONE),
        ('["ReadOnlyMany"]', Sharing.READ),
        ('["ReadWriteMany"]', Sharing.WRITTEN),
        ('["ReadWriteOnce", "ReadWriteMany"]', Sharing.WRITTEN),
        ("var.modes", Sharing.UNKNOWN),
        ("[var.mode]", Sharing.UNKNOWN),
        ("[]", Sharing.UNKNOWN),
    ],
)
@pytest.mark.parametrize("version", ["", "_v1"])
@pytest.mark.parametrize("by_name", [True, False])
def test_a_claim_is_as_its_access_modes_say(tmp_path: Path, modes: str, expected: Sharing, version: str, by_name: bool) -> None:
    name = '"data"' if by_name else f"kubernetes_persistent_volume_claim{version}.data.metadata[0].name"
    claim = CLAIM.format(version=version, namespace="shop", modes=modes)
    assert sharing(tmp_path, text(volume(f"persistent_volume_claim {{\n claim_name = {name}\n }}"), MOUNT) + claim) == [expected]


def test_a_claim_of_another_namespace_is_another_one(tmp_path: Path) -> None:
    claim = CLAIM.format(version="", namespace="other", modes='["ReadOnlyMany"]')
    assert sharing(tmp_path, text(volume('persistent_volume_claim {\n claim_name = "data"\n }'), MOUNT) + claim) == [Sharing.UNKNOWN]


def test_a_claim_whose_name_is_computed_is_found_by_its_reference(tmp_path: Path) -> None:
    claim = CLAIM.format(version="", namespace="shop", modes='["ReadWriteOnce"]').replace('name      = "data"', "name = var.name")
    name = "kubernetes_persistent_volume_claim.data.metadata[0].name"
    assert sharing(tmp_path, text(volume(f"persistent_volume_claim {{\n claim_name = {name}\n }}"), MOUNT) + claim) == [Sharing.ONE]


@pytest.mark.parametrize(
    ("container", "expected"),
    [(READ, Sharing.READ), (MOUNT, Sharing.WRITTEN), (READ + MOUNT, Sharing.WRITTEN), ("", Sharing.READ)],
)
def test_a_volume_that_all_mounts_only_read_is_not_written(tmp_path: Path, container: str, expected: Sharing) -> None:
    assert sharing(tmp_path, text(volume('nfs {\n server = "a"\n path = "/b"\n }'), container)) == [expected]


def test_a_mount_whose_volume_is_not_known_may_be_of_any(tmp_path: Path) -> None:
    other = MOUNT.replace('"data"', "var.volume")
    assert sharing(tmp_path, text(volume('nfs {\n server = "a"\n path = "/b"\n }'), READ + other)) == [Sharing.WRITTEN]


def test_mounts_of_a_dynamic_block_that_is_not_known_may_write(tmp_path: Path) -> None:
    mounts = 'dynamic "volume_mount" {\n for_each = var.mounts\n content {\n name = volume_mount.value\n mount_path = "/a"\n }\n }'
    assert sharing(tmp_path, text(volume('nfs {\n server = "a"\n path = "/b"\n }'), mounts)) == [Sharing.WRITTEN]


@pytest.mark.parametrize(("path", "expected"), [("/etc/localtime", Sharing.READ), ("/etc/secrets", Sharing.NODE)])
def test_files_of_a_node_are_its_own_but_for_the_clock(tmp_path: Path, path: str, expected: Sharing) -> None:
    assert sharing(tmp_path, text(volume(f'host_path {{\n path = "{path}"\n }}'), READ)) == [expected]


def test_a_stateful_set_makes_a_claim_for_each_pod(tmp_path: Path) -> None:
    claim = 'volume_claim_template {\n metadata {\n name = "data"\n }\n spec {\n access_modes = ["ReadWriteOnce"]\n }\n }'
    assert sharing(tmp_path, text(container=MOUNT, spec=claim, kind="stateful_set")) == [Sharing.COPY]


@pytest.mark.parametrize(
    ("parts", "word", "consent"),
    [
        ({"spec": 'strategy {\n type = "Recreate"\n }'}, "Recreate", ""),
        ({"spec": "strategy {\n type = var.strategy\n }"}, "not known", ""),
        ({"pod": "host_network = true"}, "host_network", ""),
        ({"pod": "host_network = var.host"}, "host_network", ""),
        ({"pod": 'node_name = "a"'}, "one node", ""),
        ({"pod": 'node_selector = { "kubernetes.io/hostname" = "a" }'}, "one node", ""),
        ({"container": "port {\n container_port = 53\n host_port = 53\n }"}, "host_port 53", ""),
        ({"container": 'resources {\n limits = { "nvidia.com/gpu" = 1 }\n }'}, "nvidia.com/gpu", "devices"),
        ({"container": 'resources {\n requests = { "amd.com/gpu" = 1 }\n }'}, "amd.com/gpu", "devices"),
        ({"container": 'args = ["celery", "-A", "shop", "worker", "-B"]'}, "celery beat", "clustered"),
        ({"container": 'env {\n name = "DB_TYPE"\n value = "sqlite3"\n }'}, "SQLite", "clustered"),
        ({"container": 'security_context {\n capabilities {\n add = ["NET_ADMIN"]\n }\n }'}, "NET_ADMIN", "clustered"),
        ({"image": "postgres:17"}, "postgres", "clustered"),
        ({"image": "docker.io/phpmyadmin/phpmyadmin:5"}, "sessions", "clustered"),
        ({"image": "phpmyadmin:5"}, "sessions", "clustered"),
        ({"image": "grafana/grafana:11.3.0"}, "database in a file", "clustered"),
        (
            {"image": "grafana/grafana:11.3.0", "container": 'env {\n name = "GF_DATABASE_TYPE"\n value = "sqlite3"\n }'},
            "SQLite",
            "clustered",
        ),
    ],
)
def test_what_stands_in_the_way(tmp_path: Path, parts: dict[str, str], word: str, consent: str) -> None:
    ((found, needed),) = in_the_way(tmp_path, text(**parts))
    assert word in found
    assert needed == consent


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"spec": 'strategy {\n type = "RollingUpdate"\n }'},
        {"spec": "strategy {\n type = null\n }"},
        {"pod": "host_network = false"},
        {"pod": 'node_selector = { "kubernetes.io/arch" = "amd64" }'},
        {"container": "port {\n container_port = 53\n }"},
        {"container": "port {\n container_port = 53\n host_port = 0\n }"},
        {"container": 'resources {\n limits = { cpu = "1", memory = "1Gi", "ephemeral-storage" = "1Gi" }\n }'},
        {"container": 'resources {\n limits = { "nvidia.com/gpu" = "0" }\n }'},
        {"container": 'args = ["celery", "worker"]'},
        {"container": 'security_context {\n capabilities {\n drop = ["ALL"]\n add = ["NET_BIND_SERVICE"]\n }\n }'},
        {"image": "nginx:1.27"},
        {"image": "grafana/grafana:11.3.0", "container": 'env {\n name = "GF_DATABASE_TYPE"\n value = "postgres"\n }'},
    ],
)
def test_what_does_not(tmp_path: Path, parts: dict[str, str]) -> None:
    assert in_the_way(tmp_path, text(**parts)) == []


def test_a_majority_of_two_is_no_gain(tmp_path: Path) -> None:
    code = text(image="quay.io/coreos/etcd:v3.5.17")
    assert [c for _, c in in_the_way(tmp_path / "two", code, 2)] == ["", "clustered"]
    assert [c for _, c in in_the_way(tmp_path / "three", code, 3)] == ["clustered"]
