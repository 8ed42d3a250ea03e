"""Parts of a SARIF report: messages, places, and what a fix replaces, as characters and as bytes.

Section numbers are of SARIF 2.1.0.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from refactor.codemod import Finding
from refactor.delivery.originals import Originals, Spot
from refactor.delivery.positions import Text
from refactor.edits import Edit, Span

Json = dict[str, Any]
"""An object of the report."""

ROOT = "%SRCROOT%"


def message(text: str) -> Json:
    return {"text": plain(text)}


def plain(text: str) -> str:
    """A plain text message (3.11): braces would be placeholders, and ``[a](b)`` a link."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def artifact(path: str) -> Json:
    """A path as a relative URI (RFC 3986): every byte that is not unreserved is percent-encoded, ``:`` too (3.4.3)."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": ROOT}


def location(spot: Spot, addresses: Sequence[str] = ()) -> Json:
    data: Json = {"physicalLocation": {"artifactLocation": artifact(spot.path), "region": region(spot)}}
    if addresses:
        data["logicalLocations"] = [{"fullyQualifiedName": address, "kind": "resource"} for address in addresses]
    return data


def region(spot: Spot) -> Json:
    """Where a spot is (3.30): as characters and as bytes, where the file is there."""
    if spot.text is None:
        return {"startLine": max(spot.line, 1), "startColumn": max(spot.column, 1)}
    return text_region(spot.text, spot.span) | {"byteOffset": spot.span.start, "byteLength": spot.span.end - spot.span.start}


def text_region(text: Text, span: Span) -> Json:
    """Lines and columns from 1, columns in UTF-16 code units, the end behind the last of them (3.30.2)."""
    inserts = span.start == span.end
    line, column = text.position(span.start, in_last_line=inserts)
    end_line, end_column = text.position(span.end, in_last_line=inserts)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def artifact_changes(findings: Sequence[Finding], originals: Originals) -> list[Json]:
    """What the fix of one concern changes (3.55), whose findings share it; nothing where no edit of files is the whole fix.

    Regions are of the files on the disk. A fix stands by itself: where it needs what another codemod of the run does, there is none.
    """
    if any(_edits(f) != _edits(findings[0]) for f in findings[1:]):
        return []
    changes = []
    for path, edits in (originals.edits(findings[0]) or {}).items():
        text = originals.text(path)
        if text is not None and edits:
            changes.append({"artifactLocation": artifact(path), "replacements": [_replacement(text, edit) for edit in edits]})
    return changes


def _edits(finding: Finding) -> list[tuple[str, tuple[Edit, ...]]]:
    return [(file.path, file.edits) for file in finding.fix.files] if finding.fix is not None else []


def _replacement(text: Text, edit: Edit) -> Json:
    """One edit (3.57), which consumers of either kind of region can apply."""
    deleted = text_region(text, Span(edit.start, edit.end))
    deleted |= {"charOffset": text.characters(edit.start), "charLength": text.units(edit.start, edit.end)}
    deleted |= {"byteOffset": edit.start, "byteLength": edit.end - edit.start}
    data: Json = {"deletedRegion": deleted}
    if edit.text:
        data["insertedContent"] = {"text": edit.text.decode("utf-8", "replace"), "binary": b64encode(edit.text).decode()}
    return data
