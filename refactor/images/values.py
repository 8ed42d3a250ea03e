"""Images in values that are no typed blocks: manifests, container definitions, chart values, as HCL or as YAML.

Kubernetes API, ``PodSpec``: containers stand in ``containers``, ``initContainers`` and ``ephemeralContainers``, wherever a custom resource
embeds a pod template. Charts follow no standard; two customs are understood: a full reference in ``image``, and a map with ``repository``
and ``tag`` (and ``registry``, ``digest``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from refactor.images.reading import Parts
from refactor.project.evaluate import Evaluator
from refactor.project.exploring import Explorer, Made
from refactor.project.texts import as_text, made
from refactor.project.values import Known, List, Map, Raw, Str, Thunk, Unknown, Value, always, found, may_hold
from refactor.reasons import Reason

_LISTS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_NAMES = ("repository", "tag", "digest", "registry")
_DEPTH = 40
_TOO_DEEP = Unknown(Reason.COMPUTED, f"nested more than {_DEPTH} deep")
_NO_TAG = Unknown(Reason.CHART_DECIDES, "no tag is set: the chart's own default counts")
_NO_NAME = Unknown(Reason.CHART_DECIDES, "no repository is set: the chart's own default counts")


@dataclass(frozen=True, slots=True)
class Found:
    """An image at a path. ``around`` is the container, or the map, that it stands in; ``read`` works it out under what was ``made``."""

    path: str
    around: Map
    read: Callable[[], Str | Unknown | Parts | None]
    made: Made


def pod_images(value: Value, made: Made, explore: Explorer, path: str = "", depth: int = 0) -> Iterator[Found]:
    """Images of containers at any depth."""
    if depth > _DEPTH:
        yield Found(path, Map({}), _known(_TOO_DEEP), made)
        return
    for key, thunk, below in _entries(value, path):
        for inner, chosen in explore.parts(thunk, made):
            if key in _LISTS and isinstance(inner, List):
                yield from container_images(inner, chosen, explore, below)
            elif key in _LISTS and isinstance(inner, Unknown):
                yield Found(below, Map({}), _known(inner), chosen)
            yield from pod_images(inner, chosen, explore, below, depth + 1)


def _entries(value: Value, path: str) -> Iterator[tuple[str, Thunk, str]]:
    """Entries that may have entries themselves: key (none in lists), value and path."""
    if isinstance(value, Map):
        for key, thunk in value.entries.items():
            if may_hold(thunk):
                yield key, thunk, f"{path}.{key}" if path else key
    elif isinstance(value, List):
        for i in range(len(value.entries)):
            thunk = value.entries[i]
            if may_hold(thunk):
                yield "", thunk, f"{path}[{i}]"


def container_images(containers: List, made: Made, explore: Explorer, path: str = "") -> Iterator[Found]:
    """The ``image`` of each container of a list."""
    for i in range(len(containers.entries)):
        for container, chosen in explore.parts(containers.entries[i], made):
            if isinstance(container, Map) and "image" in container.entries:
                yield Found(f"{path}[{i}].image", container, _text_of(container.entries["image"]), chosen)
            elif isinstance(container, Unknown):
                yield Found(f"{path}[{i}]", Map({}), _known(container), chosen)
    if not containers.complete:
        yield Found(path, Map({}), _known(Unknown(Reason.COMPUTED, "containers that the code does not name")), made)


def chart_images(value: Value, made: Made, explore: Explorer, path: str = "", name: str = "", depth: int = 0) -> Iterator[Found]:
    """Images in the values of a chart. ``name`` is the key that the value stands under."""
    if depth > _DEPTH:
        yield Found(path, Map({}), _known(_TOO_DEEP), made)
        return
    group = _group(value, name) if isinstance(value, Map) else None
    if group is not None and isinstance(value, Map):
        yield Found(path, value, group, made)
    elif isinstance(value, Map) and "image" in value.entries:
        yield Found(f"{path}.image" if path else "image", value, _image_text(value.entries["image"]), made)
    for key, thunk, below in _entries(value, path):
        for inner, chosen in explore.parts(thunk, made):
            yield from chart_images(inner, chosen, explore, below, key, depth + 1)


def _group(value: Map, name: str) -> Callable[[], Str | Unknown | Parts | None] | None:
    """An image in parts: a map with ``repository`` and more, one under ``image``, or a flat ``image`` with a ``tag`` or ``imageTag``."""
    keys = value.entries
    image_like = name.lower().endswith("image")
    for repository in ("repository", "name") if image_like else ("repository",):
        if repository in keys and (image_like or any(k in keys for k in _NAMES[1:])):
            return lambda: _parts(value, repository, "tag")
    if image_like and "tag" in keys:
        return lambda: _NO_NAME
    for tag in ("tag", "imageTag"):
        if "image" in keys and tag in keys and not may_hold(keys["image"]):
            return lambda: _parts(value, "image", tag)
    return None


def _parts(value: Map, repository: str, tag: str) -> Str | Unknown | Parts | None:
    named = _optional(value, repository)
    if isinstance(named, Str) and ("://" in named.text or named.text.endswith(".git") or not named.text):
        return None if named.text else _NO_NAME  # a repository of charts or of code
    rest = [_optional(value, k) for k in (tag, "registry", "digest")]
    unknown = next((v for v in (named, *rest) if isinstance(v, Unknown)), None)
    if unknown is not None:
        seen = tuple(s for v in (named, *rest) if isinstance(v, Str) for s in v.slices)
        return Unknown(unknown.reason, unknown.detail, unknown.missing, (*seen, *unknown.seen))
    if named is None:
        return _NO_NAME
    texts = [v if isinstance(v, Str) else None for v in rest]
    return Parts(named, *texts) if isinstance(named, Str) else named


def _optional(value: Map, key: str) -> Str | Unknown | None:
    """A text; None where the key is absent, or null."""
    inner = found(value.entries[key]) if key in value.entries else None
    return None if inner is None or (isinstance(inner, Known) and inner.value is None) else as_text(inner)


def _text_of(thunk: Thunk) -> Callable[[], Str | Unknown | None]:
    def read() -> Str | Unknown | None:
        value = found(thunk)
        return None if value is None else as_text(value)

    return read


def _image_text(thunk: Thunk) -> Callable[[], Str | Unknown | None]:
    """The text of a chart's ``image``; a map there is read for itself, and a number or a boolean is no image."""

    def read() -> Str | Unknown | None:
        value = found(thunk)
        return value if isinstance(value, Str | Unknown) else None

    return read


def _known(value: Unknown) -> Callable[[], Unknown]:
    return lambda: value


def decoded(run: Evaluator, value: Value) -> Value:
    """What a provider reads: text as YAML or JSON. Text that names no image has none, whether or not it can be read."""
    if isinstance(value, Str):
        return Unknown(Reason.NOT_LITERAL, "YAML or JSON in a quoted string") if "image" in value.text else Map({})
    if not isinstance(value, Raw):
        return value
    inner = run.decoded(value)
    if isinstance(inner, Unknown):
        data = run.project.read(value.path) or b""
        text = data if value.span is None else data[value.span.start : value.span.end]
        return inner if b"mage" in text or b"ontainers" in text or b"${" in text else Map({})
    return inner


def joined(parts: Parts) -> Str | Unknown:
    """The reference that the parts say together; separators stand in no file."""
    if (parts.tag is None or not parts.tag.text) and (parts.digest is None or not parts.digest.text):
        return _NO_TAG
    slices = [*parts.registry.slices, *made("/").slices] if parts.registry is not None and parts.registry.text else []
    slices += parts.repository.slices
    for separator, part in ((":", parts.tag), ("@", parts.digest)):
        if part is not None and part.text:
            slices += [*made(separator).slices, *part.slices]
    return Str(tuple(slices))


def overlaid(base: Value, top: Value) -> Value:
    """``top`` over ``base``, map by map, as Helm merges values: later files, then ``set``."""
    if isinstance(base, List) and isinstance(top, Map) and top.entries and all(k.isdecimal() for k in top.entries):
        entries = [base.entries[i] for i in range(len(base.entries))]  # set { name = "list[0].key" }
        for key in top.entries:
            at = int(key)
            entries[at : at + 1] = [_merged(entries[at], top.entries[key]) if at < len(entries) else top.entries[key]]
        return List(entries, base.complete)
    if not isinstance(base, Map) or not isinstance(top, Map):
        return top
    merged = {k: base.entries[k] for k in base.entries}
    for key in top.entries:
        below = merged.get(key)
        merged[key] = top.entries[key] if below is None else _merged(below, top.entries[key])
    return Map(merged, base.complete and top.complete)


def _merged(below: Thunk, above: Thunk) -> Thunk:
    if not may_hold(above):
        return above
    return lambda: overlaid(below(), above())


def nested(path: str, value: Thunk) -> Map:
    """A value at a path as ``helm --set`` writes it: dots part keys, ``\\.`` is a dot in a key, ``name[0]`` a list element."""
    keys: list[str] = []
    for part in path.replace("\\.", "\0").split("."):
        name, *indices = part.replace("\0", ".").split("[")
        keys += [name, *(i.rstrip("]") for i in indices)]
    result = Map({keys[-1]: value})
    for key in reversed(keys[:-1]):
        result = Map({key: always(result)})
    return result
