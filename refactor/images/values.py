"""Images in values that are no typed blocks: manifests, container definitions, chart values, as HCL or as YAML.

Kubernetes API, ``PodSpec``: containers stand in ``containers``, ``initContainers`` and ``ephemeralContainers``, wherever a custom resource
embeds a pod template. Charts follow no standard; two customs are understood: a full reference in ``image``, and a map with ``repository``
and ``tag`` (and ``registry``, ``digest``).
"""

from __future__ import annotations

from collections.abc import Iterator

from refactor.images.reading import Parts
from refactor.project.evaluate import as_text
from refactor.project.values import Known, List, Map, Str, Thunk, Unknown, Value

_LISTS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_DEPTH = 40

Found = tuple[str, Value | Parts, Map]


def _entry(value: Map, key: str) -> Value | None:
    thunk = value.entries.get(key)
    return thunk() if thunk is not None else None


def pod_images(value: Value, path: str = "", depth: int = 0) -> Iterator[Found]:
    """Images of containers at any depth: (path, value, the container)."""
    if depth > _DEPTH:
        return
    if isinstance(value, Map):
        for key, thunk in value.entries.items():
            inner = thunk()
            below = f"{path}.{key}" if path else key
            if key in _LISTS and isinstance(inner, List):
                yield from container_images(inner, below)
            if isinstance(inner, Map | List):
                yield from pod_images(inner, below, depth + 1)
    elif isinstance(value, List):
        for i, thunk in enumerate(value.entries):
            inner = thunk()
            if isinstance(inner, Map | List):
                yield from pod_images(inner, f"{path}[{i}]", depth + 1)


def container_images(containers: List, path: str = "") -> Iterator[Found]:
    """The ``image`` of each container of a list."""
    for i, thunk in enumerate(containers.entries):
        container = thunk()
        if isinstance(container, Map):
            image = _entry(container, "image")
            if image is not None:
                yield f"{path}[{i}].image", image, container


def chart_images(value: Value, path: str = "", depth: int = 0) -> Iterator[Found]:
    """Images in the values of a chart."""
    if depth > _DEPTH:
        return
    if isinstance(value, List):
        for i, thunk in enumerate(value.entries):
            inner = thunk()
            if isinstance(inner, Map | List):
                yield from chart_images(inner, f"{path}[{i}]", depth + 1)
        return
    if not isinstance(value, Map):
        return
    group = parts_of(value)
    if group is not None:
        yield path, group, value
    for key, thunk in value.entries.items():
        inner = thunk()
        below = f"{path}.{key}" if path else key
        if key == "image" and group is None and isinstance(inner, Str | Unknown):
            yield below, inner, value
        elif isinstance(inner, Map | List):
            yield from chart_images(inner, below, depth + 1)


def parts_of(value: Map) -> Parts | None:
    """A map that names an image in parts, or a flat ``image`` with a ``tag`` or ``imageTag`` beside it."""
    repository = _entry(value, "repository")
    names = ("tag", "digest", "registry")
    if isinstance(repository, Str) and any(n in value.entries for n in names):
        tag, digest, registry = (_string(_entry(value, n)) for n in names)
        return Parts(repository, tag, registry, digest) if not _is_address(repository.text) else None
    image = _entry(value, "image")
    for name in ("tag", "imageTag"):
        tag = _string(_entry(value, name))
        if isinstance(image, Str) and tag is not None:
            return Parts(image, tag)
    return None


def _is_address(text: str) -> bool:
    """A repository of charts or of code, not of images."""
    return "://" in text or text.endswith(".git")


def _string(value: Value | None) -> Str | None:
    if isinstance(value, Known) and value.value is None:
        return None
    text = as_text(value) if value is not None else None
    return text if isinstance(text, Str) else None


def overlaid(base: Value, top: Value) -> Value:
    """``top`` over ``base``, map by map, as Helm merges values: later files, then ``set``."""
    if not isinstance(base, Map) or not isinstance(top, Map):
        return top
    entries = dict(base.entries)
    for key, thunk in top.entries.items():
        below = entries.get(key)
        entries[key] = thunk if below is None else _merged(below, thunk)
    return Map(entries, base.complete and top.complete)


def _merged(below: Thunk, above: Thunk) -> Thunk:
    return lambda: overlaid(below(), above())


def nested(path: str, value: Value) -> Value:
    """``value`` at a path as ``helm --set`` writes it: dots part keys, ``\\.`` is a dot in a key, ``name[0]`` a list element."""
    keys = [k.replace("\0", ".") for k in path.replace("\\.", "\0").split(".")]
    for key in reversed(keys):
        name, _, index = key.partition("[")
        if index:
            value = List([_always(value)], complete=False)
        value = Map({name: _always(value)})
    return value


def _always(value: Value) -> Thunk:
    return lambda: value
