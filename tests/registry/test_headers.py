"""Response headers: challenges, links, waiting times, rate limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.registry.headers import Challenge, RateLimit, challenges, choose, next_link, rate_limit, redact, retry_after

HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:samalba/my-app:pull,push"'
HUB_PARAMETERS = {"realm": "https://auth.docker.io/token", "service": "registry.docker.io", "scope": "repository:samalba/my-app:pull,push"}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (HUB, [Challenge("bearer", HUB_PARAMETERS)]),
        ('Basic realm="x"', [Challenge("basic", {"realm": "x"})]),
        ("basic realm=x", [Challenge("basic", {"realm": "x"})]),
        ("Basic", [Challenge("basic")]),
        (f'Basic realm="a, b", {HUB}', [Challenge("basic", {"realm": "a, b"}), Challenge("bearer", HUB_PARAMETERS)]),
        (f"{HUB}, Basic", [Challenge("bearer", HUB_PARAMETERS), Challenge("basic")]),
        ("Negotiate, NTLM", [Challenge("negotiate"), Challenge("ntlm")]),
        ('Negotiate abcDEF+/==, Basic realm="x"', [Challenge("negotiate"), Challenge("basic", {"realm": "x"})]),
        (' ,, Basic  realm = "x" , charset="UTF-8"', [Challenge("basic", {"realm": "x", "charset": "UTF-8"})]),
        (r'Basic realm="say \"hi\""', [Challenge("basic", {"realm": 'say "hi"'})]),
        ('Bearer realm="r",realm="later"', [Challenge("bearer", {"realm": "r"})]),
        ('Bearer REALM="r"', [Challenge("bearer", {"realm": "r"})]),
        ('Bearer realm="", service=""', [Challenge("bearer", {"realm": "", "service": ""})]),
        ("", []),
        ('"', []),
        ('Bearer realm="never closed', [Challenge("bearer")]),
    ],
)
def test_challenges_are_read_as_the_rfc_says(header: str, expected: list[Challenge]) -> None:
    assert challenges(header) == expected


@pytest.mark.parametrize(
    ("header", "scheme"),
    [
        (f"Basic, {HUB}", "bearer"),
        (f'{HUB}, Basic realm="x"', "bearer"),
        ('Negotiate, Basic realm="x"', "basic"),
        ("Bearer, Basic", "basic"),  # a Bearer without a realm cannot be answered
        ("Bearer", None),
        ("Negotiate", None),
        ("", None),
    ],
)
def test_bearer_is_answered_before_basic(header: str, scheme: str | None) -> None:
    chosen = choose(challenges(header))
    assert (chosen.scheme if chosen else None) == scheme


@given(st.text(max_size=60))
def test_no_header_is_an_error(header: str) -> None:
    challenges(header)
    next_link(header)
    retry_after(header, datetime(2026, 1, 1, tzinfo=UTC))
    rate_limit(header, header)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('</v2/a/tags/list?last=x&n=10>; rel="next"', "/v2/a/tags/list?last=x&n=10"),
        ("<a>; rel=next", "a"),
        ("<a>;rel=next", "a"),
        ('<a> ; REL="Next"', "a"),
        ('<a>; rel="prev next"', "a"),
        ('<a>; rel="prev", <b,c>; rel="next"', "b,c"),
        ('<a>; title="x, <y>; rel=next"; rel="prev"', None),
        (r'<a>; title="\""; rel="next"', "a"),
        ("<a>; rel=prev; rel=next", None),  # only the first counts
        ("<a>; foo; rel=next", "a"),
        ("<>; rel=next", ""),
        ("<a>", None),
        ("a; rel=next", None),
        ("<a; rel=next", None),
        ("", None),
    ],
)
def test_the_next_page_is_the_link_that_says_so(header: str, target: str | None) -> None:
    assert next_link(header) == target


TOKEN = st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda name: name != "rel")
VALUE = st.text(alphabet=' abc,;<>="\\next', max_size=12)
TARGET = st.text(alphabet="abc/?&=,;:%20", min_size=1, max_size=20).map(str.strip).filter(bool)
RELATION = st.lists(st.sampled_from(["prev", "first", "nextish", "next"]), min_size=1, max_size=3)


@given(st.lists(st.tuples(TARGET, st.lists(st.tuples(TOKEN, VALUE), max_size=3), RELATION, st.booleans()), min_size=1, max_size=4))
def test_links_are_read_whatever_stands_in_their_parameters(links: list[tuple[str, list[tuple[str, str]], list[str], bool]]) -> None:
    parts = []
    for target, parameters, relation, before in links:
        written = ['{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in parameters]
        written.insert(0 if before else len(written), 'rel="{}"'.format(" ".join(relation)))
        parts.append("; ".join([f"<{target}>", *written]))
    expected = next((target for target, _, relation, _ in links if "next" in relation), None)
    assert next_link(", ".join(parts)) == expected


NOW = datetime(2026, 1, 27, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Tue, 27 Jan 2026 12:00:30 GMT", 30.0),
        ("Tue, 27 Jan 2026 11:00:00 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 30, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("remaining", "limit", "expected"),
    [
        ("76;w=21600", "100;w=21600", RateLimit(76, 100, 21600)),
        ("76", "100", RateLimit(76, 100, 0)),
        ("0;w=3600", None, RateLimit(0, None, 3600)),
        ("5", "100;w=60", RateLimit(5, 100, 60)),
        ("5;x=1", "?", RateLimit(5, None, 0)),
        (None, "100;w=21600", None),
        ("many", "100", None),
        ("", "", None),
    ],
)
def test_rate_limits_are_read_with_their_window(remaining: str | None, limit: str | None, expected: RateLimit | None) -> None:
    assert rate_limit(remaining, limit) == expected


def test_a_shown_url_has_no_credentials_and_no_query() -> None:
    assert redact("https://user:secret@cdn.example:8443/blob/x?sig=secret#secret") == "https://cdn.example:8443/blob/x"
