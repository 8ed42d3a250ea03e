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
# Valid, and refused out loud by tree-sitter: such a file is skipped with a reason, never edited.
LOUD = {"int_exponent_plus", "heredoc_nonascii_marker"}


def data_of(snippet: dict[str, Any]) -> bytes:
    return snippet["text"].encode() if "text" in snippet else base64.b64decode(snippet["base64"])


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda s: s["name"])
def test_a_snippet_is_judged_as_terraform_judges_it(snippet: dict[str, Any]) -> None:
    assert (refusal(Document("", data_of(snippet))) is None) is snippet["valid"]


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS if s["valid"] and "text" in s], ids=lambda s: s["name"])
def test_the_structural_check_refuses_nothing_that_is_valid(snippet: dict[str, Any]) -> None:
    document = Document("", data_of(snippet))
    assert document.error is not None or lenient(document) is None


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
    ],
)
def test_what_tree_sitter_lets_through_is_noticed(text: str, said: str) -> None:
    document = Document("", text.encode())
    assert document.error is None, "tree-sitter refuses it by itself"
    assert said in str(lenient(document))
    assert refusal(document) is not None
