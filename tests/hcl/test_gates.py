"""The judges: what Terraform accepts and refuses, they accept and refuse."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from refactor.hcl.document import Document
from refactor.hcl.gates import refusal
from refactor.hcl.lenient import lenient

SNIPPETS: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "data" / "hcl-snippets.json").read_text("utf-8"))


def data_of(snippet: dict[str, Any]) -> bytes:
    return snippet["text"].encode() if "text" in snippet else base64.b64decode(snippet["base64"])


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda s: s["name"])
def test_a_snippet_is_judged_as_terraform_judges_it(snippet: dict[str, Any]) -> None:
    assert (refusal(Document("", data_of(snippet))) is None) is snippet["valid"]


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS if s["valid"] and "text" in s], ids=lambda s: s["name"])
def test_the_structural_check_refuses_nothing_that_is_valid(snippet: dict[str, Any]) -> None:
    document = Document("", data_of(snippet))
    assert document.error is not None or lenient(document) is None


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS if not s["valid"]], ids=lambda s: s["name"])
def test_the_structural_check_notices_what_tree_sitter_lets_through(snippet: dict[str, Any]) -> None:
    document = Document("", data_of(snippet))
    if snippet["name"] == "invalid_utf8_in_string":
        return  # refusal() looks at the encoding before anything else
    assert document.error is not None or lenient(document) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a = (\n  b ||\n  c\n) <= 1\n",
        "a = b && (\n  c || d\n)\n",
        "a = [b +\n  1]\n",
        "a = f(b\n  ? c\n  : d)\n",
        "x { a = {\n  b = 1\n} }\n",
        "x { # c\n  a = 1\n}\n",
        "a = { b = 1, # c\n  d = 2 }\n",
        "a = <<-EOT\r\nb\r\nEOT\r\n",
        "a = 1 /* c\n*/\nb = 2\n",
        'a = "${\n  b\n}"\n',
    ],
)
def test_line_breaks_where_hcl_allows_them_are_no_concern(text: str) -> None:
    document = Document("", text.encode())
    assert document.error is None
    assert lenient(document) is None
    assert refusal(document) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1 b = 2\n", "two"),
        ("a = 1\na = 2\n", "twice"),
        ("a\n{\n}\n", "brace"),
        ('a = "x\ny"\n', "line break"),
        ("a = 1 +\n2\n", "broken over lines"),
        ("a {\n b = 1 }\n", "does not end as it begins"),
        ("a\n= 1\n", "around the ="),
        ("a { b = 1\n c = 2 }\n", "more than one attribute"),
        ("a { b {} }\n", "more than one attribute"),
        ("a = ({ b = 1 +\n2 })\n", "broken over lines"),
        ("a = { b = 1 c = 2 }\n", "nothing between them"),
        ("a = {\n  b = 1\n  , c = 2\n}\n", "a comma on a line"),
        ('a "b${c}" {}\n', "label"),
        ("a = <<EOT x\nb\nEOT\n", "behind the marker"),
        ('{"a": 1}\n', "not a body"),
    ],
)
def test_what_tree_sitter_lets_through_is_noticed(text: str, said: str) -> None:
    document = Document("", text.encode())
    assert document.error is None, "tree-sitter refuses it by itself"
    assert said in str(lenient(document))
    assert refusal(document) is not None
