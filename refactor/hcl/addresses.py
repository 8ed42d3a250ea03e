"""Addresses of values in HCL files.

An address is ``<block> / <path>``: ``kubernetes_deployment.api / spec.template.spec.container[0].image``, ``var.tag / default``,
``local.apps / web.image``. A top-level attribute (``.tfvars``, Terragrunt) is its path alone. Blocks that usually repeat carry an index, as
do all of a type of which there are several. ``jsonencode``, ``yamlencode`` and the like are looked through.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from refactor.hcl.document import Attribute, Block, Body, Document, Rank
from refactor.hcl.expressions import Call, Expression, Object, Tuple
from refactor.hcl.strings import is_identifier

REPEATED = frozenset(
    [
        *("container", "init_container", "ephemeral_container", "env", "env_from", "port", "volume", "volume_mount", "toleration"),
        *("set", "set_list", "set_sensitive", "rule"),
    ]
)
TRANSPARENT = frozenset(["jsonencode", "yamlencode", "tomap", "tolist", "toset", "tostring", "sensitive", "nonsensitive"])
_PREFIX = {"resource": "", "data": "data.", "module": "module.", "variable": "var.", "output": "output.", "provider": "provider."}


# --- The form of an address


def top_level(type: str, labels: Sequence[str], rank: Rank) -> str:
    """Address of a top-level block: ``type.name`` for a resource, ``var.name`` for a variable, ...; an index where there are several."""
    if type == "locals":
        return "local"
    address = _PREFIX[type] + ".".join(labels) if type in _PREFIX else ".".join((type, *labels))
    return address if rank.names == 1 else f"{address}[{rank.of_name}]"


def segment(type: str, labels: Sequence[str], rank: Rank) -> str:
    """A nested block as a part of a path."""
    if labels:
        name = type + "".join(f'["{label}"]' for label in labels)
        return name if rank.names == 1 else f"{name}[{rank.of_name}]"
    return type if rank.types == 1 and type not in REPEATED else f"{type}[{rank.of_type}]"


def key_path(path: str, key: str) -> str:
    """``path`` with one more object key or attribute name."""
    if not is_identifier(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def join(block: str, path: str) -> str:
    """The block part and the path part of an address together."""
    return f"{block} / {path}" if block and path else block or path


def attribute_in(block: str, path: str, name: str) -> str:
    """Address of an attribute of the body at ``path`` in ``block``."""
    return f"local.{name}" if block == "local" and not path else join(block, key_path(path, name))


def inside(address: str, path: str, *, top: bool) -> str:
    """Address of what stands at ``path`` in the value of the attribute at ``address``; ``top`` for an attribute outside all blocks."""
    if not path:
        return address
    if not top and " / " not in address:
        return f"{address} / {path}"
    return address + path if path.startswith("[") else f"{address}.{path}"


def covers(declared: str, address: str) -> bool:
    """Whether ``address`` is ``declared`` or lies below it."""
    if not declared or not address.startswith(declared):
        return False
    rest = address[len(declared) :]
    return not rest or rest[0] in ".[" or rest.startswith(" / ")


# --- Addresses in a document


def block_address(block: Block) -> str:
    """Address of a top-level block, whatever others there are."""
    return top_level(block.type, block.labels, Rank(0, 1, 0, 1)) if block.type != "locals" else "locals"


def body_address(body: Body) -> tuple[str, str]:
    """The block part and the path part of the address of what stands in ``body``."""
    segments: list[str] = []
    block = body.block
    while block is not None and block.parent.block is not None:
        segments.append(segment(block.type, block.labels, block.parent.rank(block)))
        block = block.parent.block
    top = top_level(block.type, block.labels, block.parent.rank(block)) if block is not None else ""
    return top, ".".join(reversed(segments))


def attribute_address(attribute: Attribute) -> str:
    """Full address of an attribute."""
    return attribute_in(*body_address(attribute.body), attribute.name)


def address_at(document: Document, offset: int) -> str:
    """Address of the innermost value that holds ``offset``, or of the body that does."""
    body = document.body
    while True:
        at = bisect_right(body.items, offset, key=lambda i: i.node.start_byte) - 1
        item = body.items[at] if at >= 0 else None
        if item is None or item.node.end_byte <= offset:
            return join(*body_address(body))
        if isinstance(item, Attribute):
            return inside(attribute_address(item), _path_at(item.expression, offset, ""), top=body.block is None)
        body = item.body


def _path_at(expression: Expression, offset: int, path: str) -> str:
    if isinstance(expression, Object):
        at = bisect_right(expression.items, offset, key=lambda i: i.span.start) - 1
        if at >= 0 and offset < (item := expression.items[at]).span.end and item.key is not None:
            return _path_at(item.value, offset, key_path(path, item.key))
    elif isinstance(expression, Tuple):
        at = bisect_right(expression.elements, offset, key=lambda e: e.span.start) - 1
        if at >= 0 and offset < (element := expression.elements[at]).span.end:
            return _path_at(element, offset, f"{path}[{at}]")
    elif isinstance(expression, Call) and expression.name in TRANSPARENT and len(expression.arguments) == 1:
        return _path_at(expression.arguments[0], offset, path)
    return path
