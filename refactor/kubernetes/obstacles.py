"""What in the code says that a second pod of a workload is not safe beside the first, or does not say that it is.

Sources: Kubernetes documentation (Deployments, "Recreate Deployment"; Configuration Best Practices, "hostPort"; Schedule GPUs, "each
container requests whole devices"); Celery documentation, "Periodic Tasks" (one scheduler at a time); SQLite, "Appropriate Uses" (one
writer, no network file system); and what publishers of images say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from refactor.kubernetes.known_images import KnownImage, load
from refactor.kubernetes.matching import image_matches
from refactor.kubernetes.nodes import Node
from refactor.kubernetes.volumes import Sharing, Volume, volumes
from refactor.kubernetes.workloads import Container, Workload, Workloads
from refactor.project.values import Unknown

CLUSTERED = "clustered"
SHARED_STORAGE = "shared_storage"
DEVICES = "devices"
CONSENTS = (CLUSTERED, SHARED_STORAGE, DEVICES)
"""What a person can say of a workload that its code does not."""

_HOSTNAME = "kubernetes.io/hostname"
_NETWORK = frozenset({"NET_ADMIN", "ALL"})
_KEEPERS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("*/phpmyadmin", (), "phpMyAdmin keeps its sessions in files of the pod"),
    ("*/adminer", (), "Adminer keeps its sessions in files of the pod"),
    (
        "*/roundcubemail",
        ("ROUNDCUBEMAIL_DB_TYPE", "ROUNDCUBEMAIL_DSNW"),
        "Roundcube keeps its database, with the sessions, in a file of the pod",
    ),
    (
        "*/coturn",
        (),
        "a TURN server relays on ports that it hands out itself (RFC 8656), which nothing in front of two of them tells apart",
    ),
    ("*/grafana", ("GF_DATABASE_TYPE", "GF_DATABASE_URL"), "Grafana keeps its database in a file of the pod"),
    ("*/kube-state-metrics", (), "each kube-state-metrics exports every object: sums over them would be double"),
    ("*/external-dns", (), "ExternalDNS elects no leader: two of them change the same records"),
)
"""Images that need something outside of the pod, or all requests of a client in one pod, or to be alone, before a second replica works; and
the variables that say that they have it. A variable that says SQLite is seen by itself."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``consent`` is which of :data:`CONSENTS` removes it; empty: none does."""

    text: str
    consent: str = ""


def obstacles(workloads: Workloads, workload: Workload, replicas: int) -> Iterator[Obstacle]:
    """Everything that keeps a workload from ``replicas`` pods, what cannot be consented to first."""
    found = list(_all(workloads, workload, replicas))
    yield from (o for o in found if not o.consent)
    yield from (o for o in found if o.consent)


def _all(workloads: Workloads, workload: Workload, replicas: int) -> Iterator[Obstacle]:
    yield from _of_strategy(workload)
    if workload.pod is not None:
        yield from _of_network(workload.pod)
    yield from bound(workload)
    for volume in volumes(workloads, workload):
        yield from _of_volume(volume)
    for container in workload.containers:
        yield from _of_container(container, replicas)


def _of_strategy(workload: Workload) -> Iterator[Obstacle]:
    strategy = workload.spec.child("strategy") if workload.spec is not None else None
    plain = strategy.field("type") if strategy is not None else None
    if plain is None or plain.is_null:
        return
    if plain.texts != ("RollingUpdate",):
        known = "Recreate" in plain.texts
        yield Obstacle("strategy Recreate: no two pods at a time" if known else f"a strategy that is not known ({plain.source})")


def _of_network(pod: Node) -> Iterator[Obstacle]:
    network = pod.field("hostNetwork")
    if network is not None and not network.is_null and network.text != "false":
        yield Obstacle("host_network: two pods of one node would want the same ports")


def tied(workloads: Workloads, workload: Workload) -> Iterator[Obstacle]:
    """What keeps replicas that there are already on one node, or may: volumes that only the pods of one node can have at a time.

    Kept apart, the pods on other nodes would wait for the volume for ever, or find other files.
    """
    yield from bound(workload)
    for volume in volumes(workloads, workload):
        if volume.sharing in (Sharing.ONE, Sharing.NODE, Sharing.UNKNOWN):
            yield from _of_volume(volume)


def bound(workload: Workload) -> Iterator[Obstacle]:
    """What leaves just one node to the pods of a workload."""
    pod = workload.pod
    if pod is None:
        return
    if pod.has("nodeName"):
        yield Obstacle(f"node_name binds all pods to one node ({pod.text('nodeName') or '?'})")
    selector = pod.field("nodeSelector")
    entries = selector.entries() if selector is not None else None
    if entries is not None and _HOSTNAME in entries:
        yield Obstacle(f"node_selector binds all pods to one node ({entries[_HOSTNAME].text or '?'})")
    if _is_bound(pod):
        yield Obstacle("node_affinity binds all pods to one node")


def _is_bound(pod: Node) -> bool:
    """Whether a required node affinity names one host in each of its terms."""
    required = pod.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = [*required.children("nodeSelectorTerms"), *required.children("nodeSelectorTerm")] if required is not None else []
    return bool(terms) and all(any(_names_one(e) for e in t.children("matchExpressions")) for t in terms)


def _names_one(expression: Node) -> bool:
    values = expression.field("values")
    listed = values.elements() if values is not None else None
    return expression.text("key") == _HOSTNAME and expression.text("operator") == "In" and listed is not None and len(listed) == 1


def _of_volume(volume: Volume) -> Iterator[Obstacle]:
    match volume.sharing:
        case Sharing.ONE:
            yield Obstacle(f"{volume.text}: a volume that one node, or one pod, can have at a time")
        case Sharing.NODE:
            yield Obstacle(f"{volume.text}: each pod has the files of its own node")
        case Sharing.WRITTEN:
            yield Obstacle(f"{volume.text}: all pods would write to the same files", SHARED_STORAGE)
        case Sharing.UNKNOWN:
            yield Obstacle(f"{volume.text}: whether pods can share it is not known", SHARED_STORAGE)
        case Sharing.COPY:
            yield Obstacle(f"{volume.text}: each pod would have data of its own", CLUSTERED)


def _of_container(container: Container, replicas: int) -> Iterator[Obstacle]:
    for port in container.node.children("ports"):
        host = port.field("hostPort")
        if host is not None and not host.is_null and host.text != "0":
            yield Obstacle(f"host_port {host.text or host.source}: one pod on a node can have it")
    for device in _devices(container):
        yield Obstacle(f"each pod takes {device} of its own", DEVICES)
    if capability := _network(container.node):
        yield Obstacle(f"{container.title} has {capability}: a tunnel or router, whose peers expect one of it", CLUSTERED)
    yield from _of_image(container, replicas)
    yield from _of_settings(container)


def _devices(container: Container) -> list[str]:
    """Extended resources (``nvidia.com/gpu``), of which a node has a few."""
    resources = container.node.child("resources")
    found: dict[str, None] = {}
    for name in ("limits", "requests"):
        plain = resources.field(name) if resources is not None else None
        entries = plain.entries() if plain is not None else None
        for key, value in (entries or {}).items():
            if "/" in key and not key.split("/")[0].endswith("kubernetes.io") and value.text != "0":
                found[f"{value.text or '?'} {key}"] = None
    return list(found)


def _network(node: Node) -> str:
    """The capability by which a container changes the network of its pod, if it has one."""
    added = node.at("securityContext", "capabilities")
    plain = added.field("add") if added is not None else None
    listed = plain.elements() if plain is not None else None
    return next((c for c in listed or () if c in _NETWORK), "") or ""


def _of_image(container: Container, replicas: int) -> Iterator[Obstacle]:
    images = container.images
    if isinstance(images, Unknown):
        return
    known: dict[str, KnownImage] = {k.name: k for i in images if (k := load().lookup(i)) is not None}
    for image in known.values():
        if image.quorum == "majority" and replicas < 3:
            yield Obstacle(f"{image.name} decides by majority: with {replicas} it stands still when either is gone; 3 is the least")
        if image.single_writer:
            yield Obstacle(f"{image.name}: two on the same data damage it, or refuse to start", CLUSTERED)
    settings = container.settings
    for pattern, variables, text in _KEEPERS:
        told = any(name in settings.env for name in variables)
        if any(image_matches(pattern, i) for i in images) and not (variables and told):
            yield Obstacle(text, CLUSTERED)


def _of_settings(container: Container) -> Iterator[Obstacle]:
    """Words of a command, and variables, that say of a program that there is to be one of it."""
    settings = container.settings
    words = [*(settings.command or ()), *(settings.args or ())]
    text = f" {' '.join(words)} "
    if "celery" in text and (" beat" in text or " -B " in text):
        yield Obstacle("celery beat: two schedulers would send every task twice", CLUSTERED)
    for name, value in settings.env.items():
        if "sqlite" in name.lower() or "sqlite" in (value or "").lower():
            yield Obstacle(f"{name} says SQLite: a database in a file, for one process", CLUSTERED)
            return


def is_probed(workload: Workload) -> bool:
    """Whether a container says when it is ready, or may say it; one that runs beside it need not."""
    return any(c.node.has("readinessProbe") is not False for c in workload.containers)


__all__ = ["CLUSTERED", "CONSENTS", "DEVICES", "SHARED_STORAGE", "Obstacle", "bound", "is_probed", "obstacles", "tied"]
