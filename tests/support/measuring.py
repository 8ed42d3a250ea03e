"""A codemod that asks for measurements: it writes into ``locals { memory = ... }`` what ``shop/StatefulSet/db/postgres`` should request."""

from __future__ import annotations

from pathlib import Path

SOURCE = """
from dataclasses import replace

from refactor.codemod import Codemod, Example, FileEdits, Finding, Fix, Outcome, Place, Rule, Safety
from refactor.edits import Change
from refactor.hcl.addresses import attribute_address
from refactor.hcl.insert import replace as put
from refactor.metrics.recommend import Policy, recommend
from refactor.metrics.usage import ContainerKey, NoUsage
from refactor.reasons import Reason

RULE = Rule("MEM001", "no-memory", "no memory is asked for")
DB = ContainerKey("shop", "StatefulSet", "db", "postgres")
BEFORE = {"main.tf": 'locals {\\n  memory = ""\\n}\\n'}


class SetMemory(Codemod):
    name = "set-memory"
    summary = "ask for the memory that is used"
    rationale = "A test."
    safety = Safety.SAFE
    rules = (RULE,)
    measures = True
    examples = (
        Example(
            "measured",
            BEFORE,
            {"main.tf": 'locals {\\n  memory = "512Mi"\\n}\\n'},
            usage={"shop/StatefulSet/db/postgres": "cpu 20m 50m, memory 500Mi 500Mi 510Mi, pods 2"},
        ),
        Example("not measured", BEFORE, reason="nobody knows", usage={}),
        Example("too short", BEFORE, reason="too short", usage={"shop/StatefulSet/db/postgres": "memory 1Mi 2Mi 3Mi, hours 2"}),
        Example("nobody to ask", BEFORE, reason="there is no server"),
    )

    def detect(self, project):
        for document in project.search(lambda data: b"memory" in data):
            for block in document.body.blocks("locals"):
                attribute = block.body.attribute("memory")
                if attribute is None:
                    continue
                start, end = attribute.expression.span
                found = document.text(attribute.expression.span) == '""'
                yield Finding(
                    Place(document.path, start, end, document.lines.line(start), document.lines.column(start)),
                    attribute_address(attribute),
                    "no memory" if found else "fine",
                    thing="local",
                    codemod=self.name,
                    rule=RULE if found else None,
                    outcome=Outcome.FOUND if found else Outcome.FINE,
                    subject=attribute,
                )

    def fix(self, project, findings, services):
        for finding in findings:
            if services.usage is None:
                yield replace(finding, outcome=Outcome.SKIPPED, reason=Reason.NO_DATA, detail="nobody to ask")
                continue
            usage = services.usage.usage([DB])[DB]
            advice = usage if isinstance(usage, NoUsage) else recommend(usage, Policy())
            if isinstance(advice, NoUsage):
                yield replace(finding, outcome=Outcome.SKIPPED, reason=advice.reason, detail=advice.detail)
                continue
            text = advice.memory_request.text
            edits = tuple(put(finding.subject.expression, f'"{text}"'))
            change = Change(finding.address, "", text)
            fix = Fix((FileEdits(finding.place.path, edits, (change,)),))
            yield replace(finding, outcome=Outcome.CHANGED, after=text, detail=advice.memory_request.why, fix=fix)
"""

MAIN = 'locals {\n  memory = ""\n}\n'
CHANGED = '+  memory = "512Mi"\n'


def write_codemod(repository: Path, settings: str = "") -> None:
    """Make it one of the repository's own, with these settings beside it, and something for it to change."""
    (repository / "mine").mkdir(exist_ok=True)
    (repository / "mine" / "set_memory.py").write_text(SOURCE)
    (repository / "tfmod.toml").write_text(f'codemods = ["mine"]\n{settings}')
    (repository / "main.tf").write_text(MAIN)
