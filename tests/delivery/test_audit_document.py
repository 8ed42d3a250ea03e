"""``tfmod concerns``: a document in which every number and every line is that of a finding, and each finding is counted once."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from markdown_it import MarkdownIt

from refactor import catalogue
from refactor.codemod import Effect, EffectKind, Finding, Outcome, Place, Rule, Severity
from refactor.delivery.audit_document import Audit, document
from refactor.delivery.audit_texts import OTHER, RULES, THEMES
from refactor.delivery.report import Report
from refactor.reasons import Reason
from refactor.run import SkippedFile
from refactor.suppressions import RULES as OF_COMMENTS
from tests.support.audits import listed
from tests.support.reports import AWKWARD, DATA, MILD, ODD, PATH, Odd, changed, each_outcome, found, report

DAY = datetime(2026, 2, 23, 20, 54, tzinfo=UTC)
NO_PROBES = Rule("PRB001", "no-probes", "nothing tells Kubernetes how the container is", Severity.WARNING)
FILE = b"".join(b"line %d\n" % number for number in range(1, 40))


def at(line: int, path: str = "stacks/a/main.tf", *, lines: int = 1) -> Place:
    start = sum(len(row) + 1 for row in FILE.split(b"\n")[: line - 1])
    end = sum(len(row) + 1 for row in FILE.split(b"\n")[: line - 1 + lines]) - 1
    return Place(path, start, end, line, 1)


def probe(line: int, path: str = "stacks/a/main.tf", **more: Any) -> Finding:
    address = f"kubernetes_deployment.w{line} / spec.template.spec.container[0]"
    base = Finding(at(line, path), address, "no probes", NO_PROBES, codemod="odd", thing="container")
    return replace(base, **more)


def fine(line: int) -> Finding:
    return probe(line, rule=None, outcome=Outcome.FINE)


def written(findings: Iterable[Finding], skipped: Iterable[SkippedFile] = (), **more: Any) -> str:
    made = report(list(findings), skipped=list(skipped), label="concerns", files={PATH: DATA}, codemods=(Odd,))
    paths = {f.place.path for f in made.result.findings} - {PATH}
    read = {PATH: DATA, **dict.fromkeys(paths, FILE)}
    made = Report(made.result, "concerns", (Odd,), read.get, now=lambda: DAY)
    return document(Audit(made, **more))


def line_with(page: str, text: str) -> str:
    (line,) = [row for row in page.splitlines() if text in row]
    return line


def test_nothing_found_is_a_sentence_with_its_date() -> None:
    page = written([])
    assert "**Analysis Date:** 2026-02-23" in page
    assert "Nothing was found." in page
    assert "## " not in page
    assert page.endswith("---\n\n*Concerns audit: 2026-02-23*\n")


def test_a_concern_says_what_where_what_comes_of_it_and_what_to_run() -> None:
    page = written([probe(12, outcome=Outcome.CHANGED, effects=(Effect(EffectKind.ROLLOUT, "kubernetes_deployment.w12"),)), fine(20)])
    assert page.partition("## Performance Bottlenecks\n\n")[2].partition("\n## ")[0].splitlines() == [
        "**Containers Without Health Probes:** `PRB001`, warning",
        "",
        "- Problem: 1 of 2 containers: nothing tells Kubernetes how the container is.",
        "- Files:",
        "  - `stacks/a/main.tf` (line 12): `kubernetes_deployment.w12`",
        f"- Impact: {RULES['PRB001'].impact}",
        "- Fix approach: `tfmod odd` changes it (`terraform plan` will show 1 x rollout).",
    ]


def test_every_line_is_that_of_a_finding_and_each_finding_is_there_once() -> None:
    findings = [*each_outcome(), probe(3), probe(3), probe(9, "stacks/b/main.tf"), replace(probe(5), place=at(5, lines=4)), fine(7)]
    shown = listed(written(findings))
    expected = Counter((f.place.path, f.place.line) for f in findings if f.outcome is not Outcome.FINE)
    assert Counter({(path, first): count for (path, first, _), count in shown.items()}) == expected
    assert shown[("stacks/a/main.tf", 5, 8)] == 1
    assert shown[("stacks/a/main.tf", 3, 3)] == 2


def test_what_is_no_concern_is_counted_as_fine_accepted_or_not_judged() -> None:
    page = written(each_outcome())
    (row,) = re.findall(r"(?m)^\| entries .*$", page)
    assert [cell.strip() for cell in row.split("|")[1:-1]] == ["entries", "`odd`", "6", "1", "3", "2", "25%"]
    accepted = page.partition("## Accepted")[2].partition("## Not Judged")[0]
    assert "`ODD001` odd-value: toy | &lt;b&gt;\n" in accepted
    left = page.partition("## Not Judged")[2]
    assert f"1 entry (`odd`): {Reason.NOT_LITERAL.text} (of &lt;x&gt; | \\`y\\`)" in left


def test_what_a_codemod_leaves_stands_apart_with_the_reason_and_what_else_is_said() -> None:
    left = {"outcome": Outcome.SKIPPED, "reason": Reason.NO_EVIDENCE}
    findings = [
        probe(1, outcome=Outcome.CHANGED),
        probe(2, outcome=Outcome.CHANGED),
        *(probe(line, detail="no port", **left) for line in (3, 4)),
        *(probe(line, detail=f"only {line}", **left) for line in (5, 6, 7)),
        probe(8, outcome=Outcome.SKIPPED, reason=Reason.CHART_DECIDES),
    ]
    page = written(findings, asking=frozenset({"odd"}))
    assert "  - 2 changed by `tfmod odd`:\n    - `stacks/a/main.tf` (lines 1, 2): " in page
    assert f"  - 5 {Reason.NO_EVIDENCE.text}:\n    - `stacks/a/main.tf` (lines 3, 4, 5, 6, 7): " in page
    assert "  - `tfmod odd` changes 2. It asks registries first, and leaves what they do not know.\n" in page
    assert f"`tfmod odd` leaves 5 to a person: {Reason.NO_EVIDENCE.text} (no port (2 times); only 5; only 6; and 1 more).\n" in page
    assert f"`tfmod odd` leaves 1: {Reason.CHART_DECIDES.text}.\n" in page


def test_what_waits_for_numbers_is_said_to_wait_and_not_to_be_left() -> None:
    page = written([probe(1, outcome=Outcome.SKIPPED, reason=Reason.NO_SOURCE, detail="--usage FILE")])
    assert "`tfmod odd` changes it as soon as it is told how much (--usage FILE).\n" in page


def test_the_command_has_the_paths_that_were_asked_about() -> None:
    page = written([probe(1, outcome=Outcome.CHANGED)], arguments=("my stacks", "--exclude=a*"))
    assert "`tfmod odd 'my stacks' '--exclude=a*'` changes it." in page


def test_a_rule_of_ones_own_has_its_own_name_and_its_codemods_rationale() -> None:
    page = written([found(), changed()])
    assert f"## {OTHER.title}\n\n**Odd value:** `ODD001`, error\n" in page
    assert "- Impact: Odd values surprise {people}.\n" in page


def test_files_that_could_not_be_used_are_debt_and_no_findings() -> None:
    skipped = [SkippedFile("b.tf", Reason.ENCRYPTED, ""), SkippedFile("a.tf", Reason.UNPARSABLE, "line 3: no | brace")]
    page = written([], skipped)
    assert "## Tech Debt\n\n**Encrypted Files:**\n\n- Issue: 1 file: the file is encrypted.\n- Files:\n  - `b.tf`\n" in page
    assert "  - `a.tf`: line 3: no | brace\n" in page
    assert listed(page) == Counter()


def test_what_was_not_asked_about_is_in_no_list_but_in_the_totals() -> None:
    findings = [probe(1), probe(2), found(), changed(), fine(3)]
    page = written(findings, wanted=lambda f: f.rule is NO_PROBES)
    assert listed(page) == Counter({("stacks/a/main.tf", 1, 1): 1, ("stacks/a/main.tf", 2, 2): 1})
    assert "2 of 3 containers" in page
    assert "2 findings in 1 file (2 warnings)" in page


def test_the_order_of_findings_does_not_matter() -> None:
    findings = [*each_outcome(), *(probe(line, detail=str(line % 3), reason=Reason.GATE, outcome=Outcome.FAILED) for line in range(1, 20))]
    page = written(findings)
    for seed in range(5):
        random.Random(seed).shuffle(findings)
        assert written(findings) == page


def test_counts_of_the_table_and_of_the_sections_add_up_to_the_sum() -> None:
    page = written([probe(1), probe(2, outcome=Outcome.CHANGED), found(), found("locals", MILD, address="local")])
    assert "4 findings in 2 files (1 error, 2 warnings, 1 info), of which codemods resolve 1." in page
    rows = re.findall(r"(?m)^\| .* \| `([A-Z]+\d+)` \| \w+ \| (\d+) \| (\d*) \|$", page)
    assert rows == [("PRB001", "2", "1"), ("ODD001", "1", ""), ("ODD002", "1", "")]
    assert line_with(page, "| `stacks/a` |") == "| `stacks/a` |  | 2 |  | 2 |"


@pytest.mark.parametrize("value", [AWKWARD, "*a* _b_", "</details>", "line\nbreak\n# heading", "| a", "[x](y)", "```"])
def test_no_value_changes_the_page_around_it(value: str) -> None:
    findings = [probe(n, detail=value, address=value, outcome=Outcome.SKIPPED, reason=Reason.GATE) for n in (1, 2)]
    findings += [probe(3, f"{value.splitlines()[0]}/x.tf", rule=None, reason=Reason.GATE, outcome=Outcome.SKIPPED, detail=value)]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written(findings))
    assert [t.type for t in tokens if t.type in ("html_block", "fence", "code_block")] == []
    headings = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert headings == ["Codebase Concerns", "Performance Bottlenecks", "Not Judged", "Coverage"]
    kinds = {c.type for t in tokens for c in t.children or ()}
    assert kinds <= {"text", "code_inline", "strong_open", "strong_close", "em_open", "em_close", "text_special", "softbreak"}


def test_every_rule_that_there_is_has_its_words() -> None:
    rules = {r.code for name in catalogue.files() for r in catalogue.load(name).rules} | {r.code for r in OF_COMMENTS}
    assert rules == set(RULES)
    assert {w.theme for w in RULES.values()} | {OTHER} == set(THEMES)


def test_a_rule_of_a_comment_says_what_to_write() -> None:
    odd = Finding(at(4), "stacks/a/main.tf", "no reason", rule=OF_COMMENTS[0], codemod="tfmod")
    page = written([odd])
    assert "- Issue: 1 place: a tfmod:ignore comment gives no reason.\n- Files:\n  - `stacks/a/main.tf` (line 4)\n" in page
    assert "- Fix approach: Write the reason after the brackets: `# tfmod:ignore[...] reason`.\n" in page


def test_the_severities_of_a_finding_are_those_of_its_rule() -> None:
    assert ODD.severity is Severity.ERROR
    assert "(1 error)" in written([found()])
