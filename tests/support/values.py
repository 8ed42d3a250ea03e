"""What an expression of a test comes to, in every way in which it comes out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from refactor.hcl.document import Document
from refactor.project.choices import Absent, Choices, every
from refactor.project.evaluate import Evaluator
from refactor.project.project import Project
from refactor.project.texts import as_text
from refactor.project.values import Str
from tests.support.workspaces import opened, put


def project(root: Path, files: Mapping[str, str]) -> Project:
    put(root, {name: text.encode() for name, text in files.items()})
    return Project(opened(root))


def texts(root: Path, expression: str, files: Mapping[str, str], directory: str = "") -> list[str]:
    """The texts, or ``!reason`` where one is not known, each once. The expression stands in a file of ``directory``."""
    found = project(root, {"main.tf": "", **files})
    run = Evaluator(found)
    path = f"{directory}/here.tf" if directory else "here.tf"
    document = Document(path, f"_ = {expression}\n".encode())
    attribute = document.body.attribute("_")
    assert attribute is not None and document.error is None, expression
    scope = run.scope(document, found.module(directory))

    def once(choices: Choices) -> str | None:
        run.choices = choices
        try:
            value = as_text(run.evaluate(attribute.expression, scope))
        except Absent:
            return None
        return value.text if isinstance(value, Str) else f"!{value.reason.value}"

    return list(dict.fromkeys(t for t in every(once) if t is not None))
