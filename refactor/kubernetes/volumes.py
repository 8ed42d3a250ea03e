"""The volumes of a workload's pods, and whether several pods can use each of them.

Kubernetes documentation, Volumes; Persistent Volumes, "Access Modes": ReadWriteOnce is for one node and ReadWriteOncePod for one pod;
ReadWriteMany and ReadOnlyMany can be mounted by many nodes. That many *can* mount a volume does not say that many may write to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from refactor.hcl.expressions import Traversal
from refactor.kubernetes.nodes import Field, Node
from refactor.kubernetes.objects import KubernetesObject
from refactor.kubernetes.selectors import term
from refactor.kubernetes.workloads import Workload, Workloads


class Sharing(Enum):
    """What several pods of a workload have of one of its volumes."""

    OWN = auto()  # each starts with its own, empty or with what the cluster keeps elsewhere
    COPY = auto()  # each keeps its own, which lasts: a claim for each pod of a StatefulSet
    READ = auto()  # the same for all, and none of them writes
    WRITTEN = auto()  # the same for all, and each may write
    ONE = auto()  # only the pods of one node can have it, or only one pod
    NODE = auto()  # whatever the pod's node has there
    UNKNOWN = auto()  # the code does not say


@dataclass(frozen=True, slots=True)
class Volume:
    """``text`` says for people what it is: ``NFS storage.lan:/srv/app``, ``claim data (ReadWriteOnce)``."""

    name: str
    sharing: Sharing
    text: str
    node: Node


_OWN = frozenset({"emptyDir", "configMap", "secret", "downwardApi", "downwardAPI", "projected", "ephemeral", "gitRepo", "image"})
_FILES = {"nfs": "NFS", "cephFs": "CephFS", "cephfs": "CephFS", "glusterfs": "GlusterFS", "azureFile": "Azure Files", "quobyte": "Quobyte"}
_DISKS = {
    "awsElasticBlockStore": "an EBS disk",
    "gcePersistentDisk": "a GCE disk",
    "azureDisk": "an Azure disk",
    "cinder": "a Cinder disk",
    "vsphereVolume": "a vSphere disk",
    "photonPersistentDisk": "a Photon disk",
    "iscsi": "an iSCSI disk",
    "fc": "a Fibre Channel disk",
    "rbd": "a Ceph block device",
    "local": "a local disk",
    "scaleIo": "a ScaleIO disk",
    "portworxVolume": "a Portworx volume",
    "storageos": "a StorageOS volume",
    "flocker": "a Flocker volume",
}
_CLOCKS = ("/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo")
"""Files that are alike on all nodes of a cluster."""
_SECRETS = "secrets-store.csi.k8s.io"
_MODES = {"ReadWriteOnce": Sharing.ONE, "ReadWriteOncePod": Sharing.ONE, "ReadOnlyMany": Sharing.READ, "ReadWriteMany": Sharing.WRITTEN}
_WIDEST = (Sharing.WRITTEN, Sharing.READ, Sharing.ONE)


def volumes(workloads: Workloads, workload: Workload) -> list[Volume]:
    """Every volume of a workload's pods, the claims that a StatefulSet makes for each pod included."""
    found = [_volume(workloads, workload, node) for node in (workload.pod.children("volumes") if workload.pod is not None else ())]
    for node in workload.spec.children("volumeClaimTemplates") if workload.spec is not None else ():
        metadata = node.child("metadata")
        name = (metadata.text("name") if metadata is not None else None) or "?"
        found.append(Volume(name, Sharing.COPY, f"claim {name} of each pod", node))
    return found


def _volume(workloads: Workloads, workload: Workload, node: Node) -> Volume:
    name = node.text("name") or "?"
    sharing, text = _shared(workloads, workload, node)
    if sharing in (Sharing.WRITTEN, Sharing.NODE) and _only_read(workload, node):
        sharing = Sharing.READ if sharing is Sharing.WRITTEN or text.partition(" ")[2] in _CLOCKS else sharing
    return Volume(name, sharing, text, node)


def _shared(workloads: Workloads, workload: Workload, node: Node) -> tuple[Sharing, str]:
    for kind in (n for n in node.names() if n != "name"):
        source = node.child(kind)
        if kind in _OWN:
            return Sharing.OWN, kind
        if source is None or source.unknown is not None:
            break
        reads = source.text("readOnly") == "true"
        if kind in _FILES:
            return Sharing.READ if reads else Sharing.WRITTEN, f"{_FILES[kind]} {_where(source)}".rstrip()
        if kind in _DISKS:
            return Sharing.ONE, _DISKS[kind]
        if kind == "hostPath":
            return Sharing.NODE, f"host_path {source.text('path') or ''}".rstrip()
        if kind == "csi":
            driver = source.text("driver") or "a CSI driver"
            return Sharing.OWN if driver == _SECRETS else Sharing.UNKNOWN, f"a volume of {driver}"
        if kind == "persistentVolumeClaim":
            sharing, text = _claimed(workloads, workload, source.field("claimName"))
            return Sharing.READ if reads and sharing is Sharing.WRITTEN else sharing, text
        return Sharing.UNKNOWN, f"a volume of the kind {kind}"
    return Sharing.UNKNOWN, "a volume whose kind the code does not say"


def _where(source: Node) -> str:
    """``server:/path`` of a file server."""
    server = source.text("server") or ""
    path = source.text("path") or source.text("shareName") or ""
    return f"{server}:{path}" if server and path else path or server


def _claimed(workloads: Workloads, workload: Workload, name: Field | None) -> tuple[Sharing, str]:
    text = f"claim {(name.text or name.source) if name is not None else '?'}"
    claim = _claim(workloads, workload, name) if name is not None else None
    if claim is None:
        return Sharing.UNKNOWN, f"{text}, which is not in the code"
    spec = claim.root.child("spec")
    plain = spec.field("accessModes") if spec is not None else None
    modes = plain.elements() if plain is not None else None
    if not modes or any(m not in _MODES for m in modes):
        return Sharing.UNKNOWN, f"{text}, whose access modes the code does not say"
    there = {_MODES[m] for m in modes if m is not None}
    return next(s for s in _WIDEST if s in there), f"{text} ({', '.join(m for m in modes if m is not None)})"


def _claim(workloads: Workloads, workload: Workload, name: Field) -> KubernetesObject | None:
    """The claim that a pod names: by a reference to its resource, or by name in the namespace; those of the module first."""
    claims = workloads.objects.of_kind("PersistentVolumeClaim")
    own = workloads.objects.in_module("PersistentVolumeClaim", workload.object.module)
    expression = name.expression
    if isinstance(expression, Traversal) and expression.steps and expression.steps[0].key is not None:
        address = f"{expression.root}.{expression.steps[0].key}"
        if referred := next((c for c in own if c.address == address), None):
            return referred
    wanted = term(name)
    for among in (own, claims):
        same = [c for c in among if wanted.equals(c.name) is True and workload.object.namespace.equals(c.namespace) is True]
        if len(same) == 1:
            return same[0]
    return None


def _only_read(workload: Workload, volume: Node) -> bool:
    """Whether every mount of a volume is read-only."""
    return all(node.text("readOnly") == "true" for node in _mounts(workload, volume))


def _mounts(workload: Workload, volume: Node) -> Iterator[Node]:
    """Mounts that are, or may be, of a volume."""
    name = term(volume.field("name"))
    for container in (*workload.containers, *workload.init_containers):
        if container.node.has("volumeMounts") is None:
            yield container.node  # what it mounts is not known
        for mount in container.node.children("volumeMounts"):
            if term(mount.field("name")).equals(name) is not False:
                yield mount
