"""The containers in a cluster that one in code stands for: one, or one for each element of ``for_each``, each caller of a module."""

from __future__ import annotations

from refactor.kubernetes.nodes import Field
from refactor.kubernetes.workloads import Container
from refactor.metrics.usage import KINDS, ContainerKey
from refactor.project.choices import TooMany
from refactor.project.exploring import TOO_MANY
from refactor.project.texts import as_text
from refactor.project.values import Known, Raw, Str, Unknown, found
from refactor.reasons import Reason

_DEFAULT = "default"  # Kubernetes documentation, "Namespaces": where none is given


def instances(container: Container) -> tuple[ContainerKey, ...] | Unknown:
    """Every container in a cluster that this one is; or why the name of one of them is not known."""
    thing = container.workload.object
    kind = next((k for k in KINDS if k == container.workload.kind.name), None)
    name, own = thing.named("name"), container.name
    if kind is None or name is None or name.is_null or own is None:
        what = "the container" if name is not None else "the workload"
        return Unknown(Reason.NO_VALUE, f"{what} has no name in the code")
    fields = (thing.named("namespace"), name, own)
    reader = container.node.reader
    made = {**name.made, **own.made}

    def work() -> tuple[Str | Unknown, ...] | None:
        texts = [_text(f) for f in fields]
        return None if None in texts else tuple(t for t in texts if t is not None)

    try:
        ways = reader.every(work, made)
    except TooMany:
        return TOO_MANY
    keys: dict[ContainerKey, None] = {}
    for (namespace, workload, inner), _ in ways:
        for text, what in ((namespace, "namespace"), (workload, "name"), (inner, "container")):
            if isinstance(text, Unknown):
                return Unknown(text.reason, f"its {what} in the cluster is not known" + (f": {text.detail}" if text.detail else ""))
        if isinstance(namespace, Str) and isinstance(workload, Str) and isinstance(inner, Str):
            keys[ContainerKey(namespace.text or _DEFAULT, kind, workload.text, inner.text)] = None
    return tuple(keys) or Unknown(Reason.NO_VALUE, "the code makes none")


def _text(plain: Field | None) -> Str | Unknown | None:
    """A name in the way that is looked at; the empty text where there is none, None where the thing itself is not there."""
    if plain is None:
        return Str(())
    value = found(plain.thunk)
    if isinstance(value, Raw):
        value = plain.reader.run.decoded(value)
    if isinstance(value, Known) and value.value is None:
        return Str(())
    return None if value is None else as_text(value)
