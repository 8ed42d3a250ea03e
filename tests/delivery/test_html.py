"""``--format html``: one file that needs nothing else, and in which no value of a repository is anything but text."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import pytest

from refactor.codemod import Finding, Outcome
from refactor.delivery.html import render
from refactor.delivery.report import Report
from refactor.reasons import Reason
from refactor.run import SkippedFile
from tests.support.pages import Page, data_of
from tests.support.reports import PATH, changed, each_outcome, everything, found, report

NOW = datetime(2026, 2, 23, 20, 54, tzinfo=UTC)
EVIL = "</script><img src=x onerror=alert(1)>\"'&amp;<!--<script>{{ 7*7 }}`${7}`"


def made(given: Report) -> str:
    return render(replace(given, now=lambda: NOW))


def evil() -> Report:
    """A report in which every text that a repository decides is an attack."""
    one = changed()
    texts: dict[str, Any] = {
        "message": EVIL,
        "address": EVIL,
        "detail": EVIL,
        "before": EVIL,
        "notes": (EVIL,),
        "thing": EVIL,
        "codemod": EVIL,
    }
    place = replace(one.place, path=f"{EVIL}/{EVIL}.tf")
    hurt = [
        replace(one, **texts, after=EVIL),
        replace(found(), **texts, place=place, read_at=place),
        replace(found(), **texts, rule=None, outcome=Outcome.SKIPPED, reason=Reason.NOT_LITERAL),
    ]
    return report(hurt, label=EVIL, skipped=(SkippedFile(EVIL, Reason.ENCRYPTED, EVIL),))


def test_no_value_becomes_an_element_or_an_attribute() -> None:
    text = made(evil())
    page = Page(text)
    assert page.of("img") == []
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "style"]
    assert len(page.of("script")) == 2
    assert EVIL in page.text("title") and EVIL in page.text("td")
    assert "49" not in page.text("td")


def test_values_in_the_data_are_whole_and_cannot_end_it() -> None:
    text = made(evil())
    data = data_of(text)
    assert [f["message"] for f in data["findings"]] == [EVIL] * 3
    assert data["findings"][0]["path"] == f"{EVIL}/{EVIL}.tf"
    raw = text.partition('id="data">')[2].partition("</script>")[0]
    assert not re.search("[<>&\u2028\u2029]", raw)


@pytest.mark.parametrize("given", [everything(), evil(), report()], ids=["everything", "evil", "nothing"])
def test_nothing_is_loaded_from_anywhere(given: Report) -> None:
    page = Page(made(given))
    assert all(
        value.startswith("#") or value == "data:," for value in page.values("href", "src", "srcset", "action", "xlink:href", "poster")
    )
    assert not [name for name, _ in page.elements if name in ("iframe", "object", "embed", "base", "video", "audio", "source")]
    assert not re.search(r"url\(|@import|//", page.text("style"))


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    text = made(everything())
    page = Page(text)
    (policy,) = [m["content"] for m in page.of("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    style = text.partition("<style>")[2].partition("</style>")[0]
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    for content, directive in ((style, "style-src"), (script, "script-src")):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';") and "unsafe" not in policy


def test_the_script_makes_elements_of_no_text() -> None:
    for name in ("report.js", "report_diff.js"):
        code = resources.files("templates").joinpath(name).read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|</script|fetch\(|XMLHttp", code)


def test_the_same_run_at_the_same_time_is_the_same_file() -> None:
    assert made(everything()) == made(everything())
    later = render(replace(everything(), now=lambda: datetime(2026, 2, 24, tzinfo=UTC)))
    assert [a for a, b in zip(made(everything()).splitlines(), later.splitlines(), strict=True) if a != b] == [
        '<p class="muted"><time datetime="2026-02-23T20:54:00+00:00">2026-02-23 20:54 UTC</time> · tfmod 0.1.0</p>'
    ]


def test_every_outcome_reaches_the_page_and_its_data() -> None:
    text = made(everything())
    assert {f["outcome"] for f in data_of(text)["findings"]} == {o.value for o in Outcome}
    shown = Page(text).text("td")
    for finding in each_outcome():
        if finding.outcome is not Outcome.FINE:
            assert finding.message.replace("\n", " ") in shown
        if finding.reason is not None:
            assert finding.reason.text in shown
    assert "the file is encrypted" in Page(text).text("li")


def test_every_link_within_the_page_leads_somewhere_and_the_list_that_grows_is_the_last() -> None:
    page = Page(made(everything()))
    ids = page.values("id")
    sections = [v[1:] for v in page.values("href") if v.startswith("#") and "=" not in v]
    assert sections and set(sections) <= set(ids)
    assert [a["id"] for a in page.of("section")][-1] == "findings"


def test_a_literal_that_several_places_read_is_one_row() -> None:
    readers = [found(address="local.a"), found(address="local.b")]
    (row,) = data_of(made(report(readers)))["findings"]
    assert row["addresses"] == ["local.a", "local.b"]


def test_rows_of_what_is_no_concern_have_names_of_their_own_that_stay() -> None:
    fine = replace(found("fine"), rule=None, outcome=Outcome.FINE)
    twice = report([fine, replace(fine, place=replace(fine.place, line=9, start=0, end=1))])
    ids = [f["id"] for f in data_of(made(twice))["findings"]]
    assert len(set(ids)) == 2
    moved = report([replace(fine, place=replace(fine.place, line=99, start=900, end=901))])
    assert data_of(made(moved))["findings"][0]["id"] in ids


def test_the_worst_stands_first() -> None:
    rows = data_of(made(everything()))["findings"]
    assert [r["outcome"] for r in rows] == ["failed", "found", "changed", "skipped", "skipped", "skipped", "already fine"]


def test_a_fix_has_its_own_difference() -> None:
    data = data_of(made(report([changed()])))
    (row,), (diff,) = data["findings"], data["diffs"]
    assert row["diffs"] == [0] and row["effects"] == [["rollout", "kubernetes_deployment.a|b"]]
    assert (diff["path"], diff["kind"]) == (PATH, "changed")
    ((before, after, _, lines),) = diff["hunks"]
    assert (before, after) == (0, 0)
    ((old, new),) = [line for line in lines if isinstance(line, list)]
    assert (old, new) == (['  second = "old"'], ['  second = "new and longer"'])


def test_characters_that_hide_or_turn_text_are_shown() -> None:
    text = made(report([replace(found(), message="a\u202eb\x1b[2Jc", address="x\u200by")]))
    (row,) = data_of(text)["findings"]
    assert row["message"] == "a b [2Jc" and row["addresses"] == ["x<U+200B>y"]
    assert not set("\u202e\x1b\u200b") & set(text)


def test_bytes_that_are_no_utf_8_do_not_break_the_page() -> None:
    from refactor.delivery.report import render as rendered

    odd = replace(found(), place=replace(found().place, path="a\udcff.tf"))
    data = rendered(replace(report([odd]), now=lambda: NOW), "html")
    assert data_of(data.decode())["findings"][0]["path"] == "a\udcff.tf"


def test_without_scripts_there_is_a_table_and_the_diff() -> None:
    text = made(everything())
    static = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert static.count("<tr>") == len([f for f in each_outcome() if f.outcome is not Outcome.FINE]) + 1
    assert "+  second = &#34;new and longer&#34;" in static


def many(count: int) -> list[Finding]:
    """Concerns as real ones are, in stacks of ten."""
    note = "no pull policy is set: Kubernetes pulls latest at every start, a pinned image only where it is missing (in new objects)"
    one = found(notes=(note,), message="ghcr.io/some-organisation/some-image:latest: a tag that its publisher moves")
    places = (replace(one.place, path=f"stacks/stack-{i // 10}/main.tf", line=i, start=i * 100, end=i * 100 + 9) for i in range(count))
    return [replace(one, place=p, address=f"kubernetes_deployment.app-{p.line} / spec.template.spec.container[0].image") for p in places]


def test_five_hundred_findings_are_well_under_a_megabyte() -> None:
    assert len(made(report(many(500))).encode()) < 700_000


def test_without_scripts_not_all_of_very_many_are_shown() -> None:
    text = made(report(many(1000)))
    assert text.count("<tr>") < 600 and "These are the first 300." in text
    assert len(data_of(text)["findings"]) == 1000
