"""What Services and Ingresses of a module send to a workload's containers.

Kubernetes API, ``ServiceSpec``: a Service sends to pods of its namespace that its selector selects, to ``targetPort``, a number or the name
of a container's port; left out, it is ``port``. A Service without a selector selects nothing by itself, nor does an ``ExternalName``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refactor.kubernetes.nodes import Field, Node
from refactor.kubernetes.objects import KubernetesObject
from refactor.kubernetes.open_values import is_open
from refactor.kubernetes.selectors import Selector, all_of, labels
from refactor.kubernetes.workloads import Container, Workload, Workloads
from refactor.project.values import Unknown
from refactor.reasons import Reason


@dataclass(frozen=True, slots=True)
class Exposed:
    """A port that a Service sends to. ``target`` is a number or a port's name; ``label`` is the Service port's own name.

    ``by`` is the Service's address; ``ingress`` that of an Ingress that leads to it, or empty. ``is_open``: callers may set another target.
    """

    target: int | str
    protocol: str
    label: str
    app_protocol: str
    by: str
    ingress: str = ""
    is_open: bool = False


def exposed(workloads: Workloads, workload: Workload) -> list[Exposed | Unknown]:
    """Every port that the Services of the workload's module send to its pods; what may be one and is not known says so."""
    services = workloads.objects.in_module("Service", workload.object.module)
    return [port for service in services for port in _of(service, workload, workloads)]


def _of(service: KubernetesObject, workload: Workload, workloads: Workloads) -> Iterator[Exposed | Unknown]:
    spec = service.root.child("spec")
    selector = labels(spec.field("selector")) if spec is not None else None
    if spec is None or selector is None or (selector.complete and not selector.entries) or spec.text("type") == "ExternalName":
        return
    selects = all_of(Selector(selector).selects(workload.pod_labels), service.namespace.equals(workload.object.namespace))
    if selects is False:
        return
    if selects is None or _otherwise_made(service, workload):
        yield Unknown(Reason.COMPUTED, f"{service.address} may send to it")
        return
    for port in spec.children("ports"):
        ingress = next((i.address for i in _ingresses(workloads, service, port)), "")
        target = _target(service, port)
        if isinstance(target, Unknown):
            yield target
        else:
            protocol = port.field("protocol")
            name = "TCP" if protocol is None or protocol.is_null else (protocol.text or "")
            words = (port.text("name") or "", port.text("appProtocol") or "")
            yield Exposed(target, name.upper(), *words, service.address, ingress, is_open(_target_field(port)))


def _otherwise_made(service: KubernetesObject, workload: Workload) -> bool:
    """Whether the Service is there under a condition, or for keys, that are not the workload's."""
    made = {name: _made(service, name) for name in ("count", "for_each")}
    return any(made.values()) and made != {name: _made(workload.object, name) for name in made}


def _made(made: KubernetesObject, name: str) -> str:
    attribute = made.resource.body.attribute(name) if made.resource is not None else None
    return " ".join(made.scope.document.text(attribute.expression.span).split()) if attribute is not None else ""


def _target_field(port: Node) -> Field | None:
    plain = port.field("targetPort")
    return port.field("port") if plain is None or plain.is_null else plain


def _target(service: KubernetesObject, port: Node) -> int | str | Unknown:
    plain = _target_field(port)
    text = plain.text if plain is not None else None
    if text is None:
        return Unknown(Reason.COMPUTED, f"the port that {service.address} sends to is not known, or not the same everywhere")
    return int(text) if text.isdecimal() else text


def _ingresses(workloads: Workloads, service: KubernetesObject, port: Node) -> Iterator[KubernetesObject]:
    for ingress in workloads.objects.in_module("Ingress", service.module):
        backends = (node for node in ingress.root.walk() if "service" in node.names() or "serviceName" in node.names())
        if any(_names(backend, service, port) for backend in backends):
            yield ingress


def _names(backend: Node, service: KubernetesObject, port: Node) -> bool:
    """Whether a backend is this port of the Service; where the code does not say which port it is, it may be any."""
    inner = backend.child("service")
    name = inner.text("name") if inner is not None else backend.text("serviceName")
    if name is None or name != service.name.text:
        return False
    below = inner.child("port") if inner is not None else None
    wanted = (below.text("number") or below.text("name")) if below is not None else backend.text("servicePort")
    return wanted is None or wanted in (port.text("port"), port.text("name"))


def container_of(workload: Workload, port: Exposed) -> Container | None:
    """The container that serves an exposed port: the only one, or the only one that declares it."""
    containers = workload.containers
    if len(containers) == 1:
        return containers[0]
    declaring = [c for c in containers if declares(c, port.target)]
    return declaring[0] if len(declaring) == 1 else None


def declares(container: Container, target: int | str) -> bool:
    """Whether a container declares a port of this number or name."""
    return any(target in (p.number, p.name) for p in container.ports)


def to_container(ports: Sequence[Exposed | Unknown], container: Container) -> list[Exposed]:
    """Those that a container serves."""
    return [p for p in ports if isinstance(p, Exposed) and container_of(container.workload, p) is container]
