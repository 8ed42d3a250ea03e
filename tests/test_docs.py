"""Pages in ``docs/`` that repeat what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from refactor import catalogue
from refactor.delivery.pages import page
from refactor.reasons import Reason
from refactor.testing import check, examples

_DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", sorted(catalogue.files()))
def test_the_page_of_a_codemod_is_what_explain_shows(name: str) -> None:
    written = (_DOCS / f"{name}.md").read_text("utf-8")
    assert written == page(catalogue.load(name)), f"tfmod explain {name} > docs/{name}.md"


def test_the_table_of_reasons_has_every_reason() -> None:
    table = re.findall(r"(?m)^\| `([a-z-]+)` \| (.*?) \| (yes)? *\|$", (_DOCS / "values.md").read_text("utf-8"))
    assert table == [(r.value, r.text, "" if r.is_choice else "yes") for r in Reason]


def test_the_codemod_of_the_contributing_guide_passes_its_own_examples(tmp_path: Path) -> None:
    guide = (_DOCS.parent / "CONTRIBUTING.md").read_text("utf-8")
    file = tmp_path / "rename_owner.py"
    file.write_text(guide.partition("```python\n")[2].partition("```")[0])
    codemod = catalogue.load_file(file)
    assert [problem for case in examples(codemod) for problem in check(case)] == []
    assert len(list(examples(codemod))) == 2
