"""The HTML report in a real Chromium: filters, keys, addresses, differences, themes and paper, as a person meets them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from refactor.changeset import Changeset, FileChange
from refactor.codemod import Finding, Fix, Outcome
from refactor.delivery.html import render
from refactor.delivery.report import Report
from refactor.reasons import Reason
from tests.delivery.test_html import evil, many
from tests.support.browser import DOWN, ENTER, ESCAPE, UP, Browser, browser, missing
from tests.support.pages import data_of
from tests.support.reports import MILD, changed, each_outcome, report

NOW = datetime(2026, 2, 23, 20, 54, tzinfo=UTC)
ROWS = "#list tr.main"
MINUS = "\u2212"
HALVES = """return [...document.querySelectorAll('.diff .half')].filter(h => h.checkVisibility())
    .map(h => h.innerText.replace(/\\s+/g, ' ').trim())"""
FOCUSED = "return (document.activeElement.closest('tr.main') || {}).id || document.activeElement.id || document.activeElement.tagName"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    why = missing()
    if why is not None:
        pytest.skip(why)
    with browser(tmp_path_factory.mktemp("chromium")) as window:
        yield window


@pytest.fixture
def window(chromium: Browser) -> Iterator[Browser]:
    """The browser as it was at first; nothing may be left on its console."""
    chromium.resize(1280, 900)
    chromium.scheme("light")
    chromium.complaints()
    yield chromium
    assert chromium.complaints() == []


def written(path: Path, given: Report) -> str:
    text = render(replace(given, now=lambda: NOW))
    path.write_text(text, "utf-8")
    return text


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 concerns in 12 stacks, and one of each outcome."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    written(path, report([*many(120), *each_outcome()]))
    return path


def count(window: Browser) -> str:
    (text,) = window.texts("#count")
    return text


def test_what_is_fine_is_left_out_at_first_and_rows_come_as_one_gets_to_them(window: Browser, page: Path) -> None:
    window.open(page)
    assert count(window) == "126 of 127 shown"
    assert len(window.texts(ROWS)) == 100
    window.script(
        """const more = document.getElementById("more");
        more.scrollIntoView();
        return new Promise(done => new MutationObserver(done).observe(document.querySelector("#list tbody"), {childList: true}));"""
    )
    assert len(window.texts(ROWS)) == 126


def test_search_takes_words_in_any_order_and_is_in_the_address(window: Browser, page: Path) -> None:
    window.open(page)
    window.keys("/")
    window.keys("app-7 STACK-0")
    assert window.script("return location.hash") == "#q=app-7+STACK-0"
    assert count(window) == "1 of 127 shown"
    window.keys(ESCAPE)
    assert window.script("return location.hash") == ""
    assert count(window) == "126 of 127 shown"


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("rule=ODD002", "2 of 127 shown"),
        ("sev=info&out=failed", "1 of 127 shown"),
        ("stack=stacks%2Fstack-3", "10 of 127 shown"),
        ("codemod=odd&out=already+fine", "1 of 127 shown"),
        ("out=found,changed", "122 of 127 shown"),
        ("reason=suppressed", "1 of 127 shown"),
        ("q=app-11+it%20is+nowhere", "0 of 127 shown"),
        ("coverage", "126 of 127 shown"),
        ("rule=%3Cb%3E", "0 of 127 shown"),
    ],
)
def test_an_address_brings_its_filters(window: Browser, page: Path, fragment: str, shown: str) -> None:
    window.open(page, fragment)
    assert count(window) == shown


def test_choices_narrow_the_list_and_clear_takes_them_back(window: Browser, page: Path) -> None:
    window.open(page)
    window.script("const s = document.getElementById('f-sev'); s.value = 'info'; s.dispatchEvent(new Event('change'))")
    assert (count(window), window.script("return location.hash")) == ("2 of 127 shown", "#sev=info")
    window.click("#f-out input[value=failed]")
    assert count(window) == "1 of 127 shown"
    window.click("#reset")
    assert (count(window), window.script("return location.hash")) == ("126 of 127 shown", "")


def test_keys_go_through_the_list(window: Browser, page: Path) -> None:
    window.open(page)
    ids = window.script("return [...document.querySelectorAll(arguments[0])].map(r => r.id)", ROWS)
    seen = []
    for key in ("j", "j", "k", DOWN, DOWN, UP):
        window.keys(key)
        seen.append(window.script(FOCUSED))
    assert [ids.index(s) for s in seen] == [0, 1, 0, 1, 2, 1]
    window.keys(ENTER)
    assert window.script("return location.hash") == f"#open={ids[1].removeprefix('r-')}"
    assert len(window.texts("tr.more")) == 1
    window.keys("j")
    assert window.script(FOCUSED) == ids[2]
    window.keys("k" + ESCAPE)
    assert (window.texts("tr.more"), window.script("return location.hash"), window.script(FOCUSED)) == ([], "", ids[1])


def test_j_goes_on_where_the_rows_laid_out_end(window: Browser, page: Path) -> None:
    window.open(page)
    window.keys("j" * 105)
    ids = window.script("return [...document.querySelectorAll(arguments[0])].map(r => r.id)", ROWS)
    assert ids.index(window.script(FOCUSED)) == 104


def test_letters_are_letters_in_the_search(window: Browser, page: Path) -> None:
    window.open(page)
    window.keys("/")
    window.keys("jk?/")
    assert window.script("return document.getElementById('f-q').value") == "jk?/"
    assert window.script("return document.getElementById('help').open") is False


def test_help_opens_closes_and_can_turn_letters_off(window: Browser, page: Path) -> None:
    window.open(page)
    window.keys("?")
    assert window.texts("#help h2") == ["Keys"]
    window.click("#single")
    window.keys(ESCAPE)
    assert window.texts("#help h2") == []
    window.keys("j/")
    assert not str(window.script(FOCUSED)).startswith(("r-", "f-q"))
    window.script("document.getElementById('single').click()")


def test_a_link_to_a_finding_opens_it_wherever_it_stands(window: Browser, page: Path) -> None:
    data = data_of(page.read_text("utf-8"))
    last = data["findings"][-1]
    assert last["outcome"] == "already fine"
    window.open(page, f"open={last['id']}")
    (detail,) = window.texts("tr.more")
    assert "local.third" in detail
    assert window.script(FOCUSED) == f"r-{last['id']}"
    window.open(page, "open=nothing")
    assert (count(window), window.texts("tr.more")) == ("126 of 127 shown", [])


def test_a_click_on_a_number_narrows_the_list(window: Browser, page: Path) -> None:
    window.open(page)
    window.click(".tiles a[href='#out=skipped']")
    window.until("document.getElementById('count').textContent === '3 of 127 shown'")
    assert len(window.texts(ROWS)) == 3


def test_values_are_only_text_here_too(window: Browser, tmp_path: Path) -> None:
    written(tmp_path / "evil.html", evil())
    window.open(tmp_path / "evil.html")
    window.keys("j" + ENTER)
    assert window.script("return document.images.length") == 0
    assert "<img src=x onerror=alert(1)>" in window.texts("tr.more")[0]


OLD = b'resource "a" "b" {\n  name = "x"\n  image = "nginx:latest" # why\n}\n'
NEW = b'resource "a" "b" {\n  name  = "x"\n  image = "nginx:1.27.3" # why\n  more {\n  }\n}\n'


def hunk(window: Browser, tmp_path: Path) -> None:
    """A page with one difference, opened."""
    one = replace(changed(), fix=Fix(create={"new.tf": NEW}))
    text = written(tmp_path / "diff.html", report([one], changes=Changeset((FileChange("a.tf", OLD, NEW),))))
    lines = ['resource "a" "b" {', [['  name = "x"', '  image = "nginx:latest" # why'], NEW.decode().splitlines()[1:5]], "}"]
    data = data_of(text)
    data["diffs"][0] = {"path": "a.tf", "kind": "changed", "hunks": [[0, 0, "", lines]]}
    text = re.sub(r'(id="data">).*?(</script>)', lambda m: m[1] + json.dumps(data) + m[2], text, flags=re.DOTALL)
    (tmp_path / "diff.html").write_text(text, "utf-8")
    window.open(tmp_path / "diff.html", f"open={data['findings'][0]['id']}")


def test_a_difference_stands_side_by_side_with_the_words_marked(window: Browser, tmp_path: Path) -> None:
    hunk(window, tmp_path)
    halves = window.script(
        "return [...document.querySelectorAll('.diff .row')].map(r => [...r.children].map(h => h.innerText.replace(/\\s+/g, ' ').trim()))"
    )
    assert halves == [
        ['1 resource "a" "b" {', '1 resource "a" "b" {'],
        [f'2 {MINUS} name = "x"', '2 + name = "x"'],
        [f'3 {MINUS} image = "nginx:latest" # why', '3 + image = "nginx:1.27.3" # why'],
        ["", "4 + more {"],
        ["", "5 + }"],
        ["4 }", "6 }"],
    ]
    marked = "return [...document.querySelectorAll(arguments[0])].map(m => m.textContent)"
    assert window.script(marked, ".old mark") == [" ", "latest"]
    assert window.script(marked, ".now mark") == ["  ", "1.27.3"]
    kinds = "return [...document.querySelectorAll(arguments[0])].map(m => m.textContent)"
    assert window.script(kinds, ".now .t-k") == ["more"]
    assert window.script(kinds, ".now .t-a") == ["name", "image"]
    assert "".join(window.script(kinds, ".now .t-s")) == '"x""nginx:1.27.3"'
    assert window.script(kinds, ".now .t-c") == ["# why"]
    boxes = "return [...document.querySelectorAll('.row:nth-of-type(2) .half')].map(h => Math.round(h.getBoundingClientRect().top))"
    assert len(set(window.script(boxes))) == 1


def test_on_a_phone_a_difference_is_one_column_and_nothing_is_wider_than_the_page(window: Browser, tmp_path: Path, page: Path) -> None:
    window.resize(360, 740)
    hunk(window, tmp_path)
    wide = "return [document.documentElement.scrollWidth, innerWidth]"
    assert window.script(wide) == [360, 360]
    lines = window.script(HALVES)
    assert [line.partition(" ")[2][:6] for line in lines] == [
        "resour",
        f"{MINUS} name",
        "+ name",
        f"{MINUS} imag",
        "+ imag",
        "+ more",
        "+ }",
        "}",
    ]
    window.open(page)
    assert window.script(wide) == [360, 360]


def test_the_theme_is_the_systems_until_it_is_chosen(window: Browser, page: Path) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    window.scheme("dark")
    window.open(page)
    assert window.script(ground) == "rgb(17, 21, 26)"
    window.click("#theme")
    assert (window.script(ground), window.texts("#theme")) == ("rgb(255, 255, 255)", ["Theme: light"])
    window.scheme("light")
    window.click("#theme")
    assert window.script(ground) == "rgb(17, 21, 26)"
    window.scheme("light", "print")
    assert window.script(ground) == "rgb(255, 255, 255)"
    window.scheme("light")
    window.click("#theme")
    assert window.texts("#theme") == ["Theme: auto"]


def test_without_scripts_the_findings_are_there(window: Browser, page: Path) -> None:
    window.without_scripts(True)
    try:
        window.open(page)
    finally:
        window.without_scripts(False)
    assert window.script("return [document.querySelectorAll('noscript table tr').length, document.getElementById('list').hidden]") == [
        127,
        True,
    ]


def test_paper_has_every_row_and_every_difference(window: Browser, page: Path) -> None:
    window.open(page)
    assert window.printed().startswith(b"%PDF-")
    window.script("dispatchEvent(new Event('beforeprint'))")
    assert (len(window.texts(ROWS)), len(window.texts(".diff"))) == (126, 1)
    window.script("dispatchEvent(new Event('afterprint'))")
    assert (window.texts("tr.more"), window.script("return location.hash")) == ([], "")


def test_five_thousand_findings_are_there_at_once(window: Browser, tmp_path: Path) -> None:
    more: list[Finding] = many(5000)
    odd = [replace(f, rule=MILD, outcome=Outcome.SKIPPED, reason=Reason.OFFLINE) for f in more[::3]]
    written(tmp_path / "large.html", report([*more, *odd]))
    window.open(tmp_path / "large.html")
    loaded = window.script("return performance.getEntriesByType('navigation')[0].domComplete")
    assert loaded < 4000, "milliseconds; 300 on a machine that does nothing else"
    assert window.script("return document.getElementsByTagName('*').length") < 20_000
    assert count(window) == "6,667 shown"
    search = """const q = document.getElementById("f-q"), begun = performance.now();
        q.value = "stack-499"; q.dispatchEvent(new Event("input")); document.body.offsetHeight; return performance.now() - begun"""
    assert window.script(search) < 2000
    assert count(window) == "13 of 6,667 shown"


def test_the_parts_of_the_page_have_names(window: Browser, page: Path) -> None:
    window.open(page)
    nameless = """return [...document.querySelectorAll("button, select, input, a[href], svg[role=img], dialog, section")].filter(e =>
        !(e.getAttribute("aria-label") || (e.labels && e.labels.length) || e.textContent.trim() ||
          document.getElementById(e.getAttribute("aria-labelledby")))).map(e => e.outerHTML)"""
    assert window.script(nameless) == []
    assert window.script("return [...document.querySelectorAll('header, main, footer, nav, h1')].map(e => e.tagName)") == [
        "HEADER",
        "H1",
        "NAV",
        "MAIN",
        "FOOTER",
    ]
    assert window.script("return document.getElementById('count').getAttribute('aria-live')") == "polite"
    assert window.script("return document.documentElement.lang") == "en"
    ids = window.script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
