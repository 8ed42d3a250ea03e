"""Pages of codemods, from what each carries: ``tfmod explain`` and ``docs/`` show the same."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import asdict

from refactor.codemod import Codemod, Example
from refactor.delivery.templates import rendered


def listing(codemods: Iterable[type[Codemod]], format: str) -> str:
    """Codemods with their rules."""
    kinds = list(codemods)
    if format == "json":
        return json.dumps([_data(k) for k in kinds], indent=2) + "\n"
    lines: list[str] = []
    for kind in kinds:
        lines.append(f"{kind.name}: {kind.summary} ({kind.safety.value})")
        lines += [f"  {r.code} {r.name} ({r.severity.value}): {r.summary}" for r in kind.rules]
    return "\n".join(lines) + "\n"


def page(codemod: type[Codemod], format: str = "text") -> str:
    """The page of one codemod, in Markdown."""
    if format == "json":
        return json.dumps(_data(codemod), indent=2) + "\n"
    examples = [{"title": e.title, "reason": e.reason, "before": e.before, "changes": _changes(e)} for e in codemod.examples]
    return rendered("codemod_page.md.j2", codemod=codemod, examples=examples)


def _changes(example: Example) -> dict[str, str]:
    if example.after is None:
        return {}
    result: dict[str, str] = {}
    for name, before in example.before.items():
        after = example.after.get(name, before)
        if after != before:
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=99, lineterm="")
            result[name] = "\n".join(line for line in list(lines)[3:])
    return result


def _data(codemod: type[Codemod]) -> dict[str, object]:
    return {
        "name": codemod.name,
        "summary": codemod.summary,
        "rationale": codemod.rationale,
        "safety": codemod.safety.value,
        "rules": [asdict(r) for r in codemod.rules],
        "options": [{"name": o.name, "help": o.help, "default": o.default, "choices": list(o.choices)} for o in codemod.options],
        "examples": [asdict(e) for e in codemod.examples],
    }
