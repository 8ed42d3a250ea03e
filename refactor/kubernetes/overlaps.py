"""Whether a new budget would meet something that is there already: pods of another workload or instance, or a name.

Kubernetes documentation, "Deployments": "You must not overlap labels or selectors with other controllers"; where code does so all the same,
a budget by such a selector counts, and with a second one blocks, what it was not meant for.
"""

from __future__ import annotations

import re

from refactor.kubernetes.budgets import all_budgets
from refactor.kubernetes.nodes import Field
from refactor.kubernetes.selectors import Selector, all_of
from refactor.kubernetes.workloads import Workload, Workloads
from refactor.project.choices import TooMany
from refactor.project.texts import as_text
from refactor.project.values import Known, Str, Unknown, found
from refactor.reasons import Reason

_VARIES = re.compile(r"\b(?:each\.|count\.index\b)")
_Way = tuple[str | None, ...]


def of_workloads(workloads: Workloads, workload: Workload, selector: Selector) -> Unknown | None:
    """Another workload of the module whose pods the selector selects too."""
    for other in workloads.by_module[workload.object.module.directory]:
        if other is workload or other.resource is workload.resource:
            continue
        if all_of(selector.selects(other.pod_labels), other.object.namespace.equals(workload.object.namespace)):
            return Unknown(Reason.AMBIGUOUS, f"its selector selects the pods of {other.address} too")
    return None


def of_names(workloads: Workloads, workload: Workload) -> Unknown | None:
    """Something that has the name which the budget would get, or will want it."""
    thing, module = workload.object, workload.object.module.directory
    peers = [w.object for w in workloads.by_module[module] if w.kind.scalable and w.resource is not workload.resource]
    budgets = [b for b in all_budgets(workloads) if b.module.directory == module or b.resource is None]
    for other in (*budgets, *peers):
        if all_of(other.name.equals(thing.name), other.namespace.equals(thing.namespace)):
            what = "a budget" if other in budgets else f"a {other.kind}"
            return Unknown(Reason.NAME_TAKEN, f"{what} of its name: {other.address}")
    return None


def of_instances(workload: Workload) -> Unknown | None:
    """Whether instances of one workload (``for_each``, a module called twice) have names of their own, but select one another's pods."""
    if not workload.repeats and all(i.call is None for i in workload.object.module.instances):
        return None
    name, namespace = workload.object.named("name"), workload.object.named("namespace")
    selector = workload.spec.child("selector") if workload.spec is not None else None
    plain = selector.field("matchLabels") if selector is not None else None
    values = plain.entries() if plain is not None else None
    if name is None or values is None:
        return None
    fields = (name, namespace, *values.values())
    ways = _ways(workload, fields)
    known = {way for way in ways if None not in way}
    if len({way[1:] for way in known}) < len(known) or (known != ways and _is_seen(workload, plain, fields)):
        return Unknown(Reason.AMBIGUOUS, "instances with names of their own have one selector")
    return None


def _is_seen(workload: Workload, plain: Field | None, fields: tuple[Field | None, ...]) -> bool:
    """Whether the source alone says so: the name has ``each`` or ``count.index``, and nothing else does."""
    name, *others = fields
    return bool(workload.repeats) and _varies(name) and not any(_varies(f) for f in (plain, *others)) and not _is_one(workload)


def _varies(plain: Field | None) -> bool:
    return plain is not None and _VARIES.search(plain.source) is not None


def _is_one(workload: Workload) -> bool:
    """Whether ``count`` makes one at most."""
    attribute = workload.resource.body.attribute("count")
    if attribute is None:
        return False
    scope = workload.object.scope
    reader = workload.root.reader
    values = reader.values(reader.run.thunk(attribute.expression, scope), {})
    texts = [as_text(v) for v, _ in values]
    return all(isinstance(t, Str) and t.text in ("0", "1") for t in texts)


def _ways(workload: Workload, fields: tuple[Field | None, ...]) -> set[_Way]:
    """Each combination of values; None for one that is not known."""

    def work() -> _Way:
        return tuple(_text(f) for f in fields)

    made = {key: value for f in fields if f is not None for key, value in f.made.items()}
    try:
        return {way for way, _ in workload.root.reader.every(work, made)}
    except TooMany:
        return set()


def _text(plain: Field | None) -> str | None:
    if plain is None:
        return ""
    value = found(plain.thunk)
    if value is None or (isinstance(value, Known) and value.value is None):
        return ""
    text = as_text(value)
    return text.text if isinstance(text, Str) else None
