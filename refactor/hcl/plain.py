"""A file as plain values, read by python-hcl2, and where two readings differ.

python-hcl2 shares no code with what edits and with HashiCorp's parser. It cannot read everything that Terraform can (a few valid forms),
and on one it loses blocks without a word (a heredoc marker followed by blanks), so a reading is only believed if it has every top-level
block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from refactor.edits import Change
from refactor.hcl.addresses import REPEATED, key_path
from refactor.hcl.document import Document

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
_BLOCK = "__is_block__"
_NAMED = {"resource": (2, ""), "data": (2, "data."), "module": (1, "module."), "variable": (1, "var."), "output": (1, "output.")}
_NAMED["provider"] = (1, "provider.")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """python-hcl2 cannot read the text, or cannot be believed."""

    detail: str


def read(data: bytes) -> dict[str, Plain] | Unreadable:
    """The file as python-hcl2 reads it: blocks are lists of dicts, strings keep their quotes."""
    import hcl2
    from lark.exceptions import LarkError

    try:
        value: dict[str, Plain] = hcl2.loads(data.decode("utf-8-sig") + "\n")
    except (LarkError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        # What it raises for syntax that it does not know: lark's errors, and those of its own transformers.
        return Unreadable(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:160])
    lost = _lost(Document("", data), value)
    return Unreadable(f"it does not see {lost}") if lost else value


def _lost(document: Document, value: dict[str, Plain]) -> str:
    """The type of a top-level block that the reading lacks, if any."""
    if document.error is not None:
        return ""
    wanted = Counter(b.type for b in document.body.blocks())
    for kind, count in wanted.items():
        found = value.get(kind)
        if not isinstance(found, list) or len(found) < count:
            return f"every {kind} block"
    return ""


def difference(before: bytes, after: bytes) -> list[Change] | Unreadable:
    """Values that differ, by address, as a reviewer is shown them."""
    old = read(before)
    if isinstance(old, Unreadable):
        return old
    new = read(after)
    if isinstance(new, Unreadable):
        return Unreadable(f"the result cannot be read: {new.detail}")
    return list(_differences(_flattened(old), _flattened(new)))


def _flattened(value: dict[str, Plain]) -> dict[str, Plain]:
    """Top-level blocks by address; attributes by name."""
    result: dict[str, Plain] = {}
    for kind, found in value.items():
        if kind == _BLOCK:
            continue
        if not isinstance(found, list) or not all(isinstance(f, dict) for f in found):
            result[kind] = found
            continue
        for entry in found:
            depth, prefix = _NAMED.get(kind, (0, kind))
            name, inner = _labels(entry, depth)
            if kind == "locals" and isinstance(inner, dict):
                result.update({f"local.{k}": v for k, v in inner.items() if k != _BLOCK})
                continue
            address = prefix + name
            same = sum(a == address or a.startswith(f"{address}#") for a in result)
            result[f"{address}#{same}" if same else address] = inner
    return result


def _labels(entry: Plain, depth: int) -> tuple[str, Plain]:
    names: list[str] = []
    for _ in range(depth):
        if not isinstance(entry, dict) or len(entry) != 1:
            break
        key, entry = next(iter(entry.items()))
        names.append(key.strip('"'))
    return ".".join(names), entry


def _differences(old: dict[str, Plain], new: dict[str, Plain]) -> Iterator[Change]:
    for address in dict.fromkeys((*old, *new)):
        yield from _compared(address, "", old.get(address, _MISSING), new.get(address, _MISSING))


def _compared(base: str, path: str, old: object, new: object) -> Iterator[Change]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if key != _BLOCK:
                yield from _compared(base, key_path(path, key.strip('"')), old.get(key, _MISSING), new.get(key, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        only = len(old) == len(new) == 1 and _is_block(old[0]) and path.rpartition(".")[2] not in REPEATED
        for a, b, index in _aligned(old, new):
            yield from _compared(base, path if only else f"{path}[{index}]", a, b)
    else:
        yield Change(f"{base} / {path}" if path else base, _text(old), _text(new))


def _is_block(value: Plain) -> bool:
    return isinstance(value, dict) and _BLOCK in value


def _aligned(old: list[Plain], new: list[Plain]) -> Iterator[tuple[object, object, int]]:
    """Elements matched with elements: by position where none came or went."""
    if len(old) == len(new):
        yield from ((a, b, i) for i, (a, b) in enumerate(zip(old, new, strict=True)))
        return
    one, two = [repr(x) for x in old], [repr(x) for x in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        common = min(i2 - i1, j2 - j1)
        yield from ((old[i1 + k], new[j1 + k], j1 + k) for k in range(common))
        yield from ((old[i], _MISSING, i) for i in range(i1 + common, i2))
        yield from ((_MISSING, new[j], j) for j in range(j1 + common, j2))


def _text(value: object) -> str | None:
    if value is _MISSING:
        return None
    if isinstance(value, str):
        return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def unexplained(declared: Sequence[Change], found: Sequence[Change]) -> list[Change]:
    """Differences that nobody declared, and declared ones that cannot be seen.

    python-hcl2's addresses may be coarser (it gives ``jsonencode({...})`` as one text), so one address explains another if it leads to it.
    """
    wanted = [_bare(c.address) for c in declared]
    seen = [_bare(c.address) for c in found]
    strangers = [c for c, a in zip(found, seen, strict=True) if not any(_leads(a, w) or _leads(w, a) for w in wanted)]
    unseen = [
        c for c, a in zip(declared, wanted, strict=True) if c.before != c.after and not any(_leads(a, s) or _leads(s, a) for s in seen)
    ]
    return [*strangers, *unseen]


def _bare(address: str) -> str:
    """An address without the indexes of single blocks, which one reading has and the other has not."""
    return address.replace("[0]", "").replace(" / ", "/").replace('"', "")


def _leads(short: str, long: str) -> bool:
    return long.startswith(short) and (len(long) == len(short) or long[len(short)] in "./[#" or short.endswith("/"))
