"""What the bot writes down in commits and bodies, and reads back after whatever people and forges did to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.forges.marker import (
    Marker,
    Trailers,
    comment_marker,
    content_digest,
    is_ours,
    read_marker,
    read_trailers,
    text_digest,
    with_marker,
    without_marker,
)
from refactor.forges.model import cut_title, fenced, length

TRAILERS = Trailers("pin-images/web", "sha256:1", "4b825dc6")
MESSAGE = f"Pin 3 images\n\nWhy: tags move.\n\n{TRAILERS.text()}"
MARKER = Marker("pin-images", "sha256:1", "sha256:2")


def test_trailers_are_read_back() -> None:
    assert read_trailers(MESSAGE) == TRAILERS


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE.replace("\n", "\r\n"),
        MESSAGE + "Signed-off-by: Ada <ada@example.com>\n",
        "Co-authored-by: x\n\n" + MESSAGE + "\n\n",
        MESSAGE.replace("Tfmod-Tree", "tfmod-tree"),
    ],
)
def test_other_trailers_and_line_ends_do_not_matter(message: str) -> None:
    assert read_trailers(message) == TRAILERS


@pytest.mark.parametrize(
    "message",
    [
        "",
        "\n\n",
        "Fix things",
        MESSAGE + "\nA person's last paragraph.\n",
        MESSAGE.replace("Tfmod-Tree: 4b825dc6\n", ""),
        MESSAGE + "Tfmod-Tree: other\n",
        MESSAGE.replace("Tfmod-Change: sha256:1", "Tfmod-Change:"),
        "About `Tfmod-Group: x`\n\n> Tfmod-Group: x\n> Tfmod-Change: y\n> Tfmod-Tree: z\n",
        "Tfmod-Group: x\nTfmod-Change: y\nTfmod-Tree: z\nand a sentence\n",
    ],
)
def test_what_is_not_all_there_is_nobodys(message: str) -> None:
    assert read_trailers(message) is None


def test_a_commit_is_ours_only_with_the_tree_that_it_names() -> None:
    assert is_ours(MESSAGE, "4b825dc6", "pin-images/web")
    assert not is_ours(MESSAGE, "amended", "pin-images/web")
    assert not is_ours(MESSAGE, "4b825dc6", "pin-images/db")
    assert not is_ours("Fix", "4b825dc6", "pin-images/web")


def test_a_group_cannot_break_out_of_its_trailer() -> None:
    trailers = Trailers("a\nTfmod-Tree: forged", "sha256:1", "t")
    assert read_trailers(f"x\n\n{trailers.text()}") == Trailers("a Tfmod-Tree: forged", "sha256:1", "t")


@given(st.text(min_size=1), st.text(min_size=1), st.text(), st.text())
def test_a_marker_survives_any_text(group: str, change: str, text: str, closed: str) -> None:
    marker = Marker(group, change, text, closed)
    line = marker.line()
    assert "\n" not in line and line.count("-->") == 1 and "--" not in line[4:-3]
    assert read_marker(with_marker("body", marker)) == marker


@given(st.text())
def test_reading_any_body_never_fails(body: str) -> None:
    read_marker(body)
    read_trailers(body)
    text_digest("t", body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        "<!-- tfmod: -->",
        "<!-- tfmod: {} -->",
        "<!-- tfmod: [1] -->",
        '<!-- tfmod: {"group": 1, "change": "c", "text": "t"} -->',
        '<!-- tfmod: {"group": "g", "text": "t"} -->',
        '<!-- tfmod: {"group": "g", "change": "c", "text": "t"',
        "<!-- tfmod: " + "{" * 5000 + "} -->",
        "<!-- renovate-debug: {} -->",
    ],
)
def test_a_damaged_marker_is_none(body: str) -> None:
    assert read_marker(body) is None


def test_a_marker_is_replaced_and_not_added() -> None:
    once = with_marker("text", MARKER)
    closed = Marker("pin-images", "sha256:1", "sha256:2", "not-needed")
    assert with_marker(once, closed) == with_marker("text", closed)
    assert without_marker(once) == "text"


def test_unknown_fields_of_a_later_version_are_passed_over() -> None:
    line = '<!-- tfmod: {"v":2,"group":"g","change":"c","text":"t","more":[1]} -->'
    assert read_marker(line) == Marker("g", "c", "t")


def test_a_texts_digest_knows_words_but_not_line_ends() -> None:
    digest = text_digest("Pin images", "a\nb")
    assert text_digest("Pin  images ", "a\r\nb\r\n") == digest
    assert text_digest("Pin images", with_marker("a\nb", MARKER)) == digest
    assert text_digest("Pin images", "a\nc") != digest != text_digest("Pin image", "sa\nb")


def test_a_contents_digest_knows_paths_modes_blobs_and_removals() -> None:
    files: dict[str, tuple[str, str] | None] = {"b.tf": ("100644", "2"), "a.tf": ("100644", "1")}
    digest = content_digest(files)
    assert content_digest(dict(sorted(files.items()))) == digest
    others: list[dict[str, tuple[str, str] | None]] = [
        {"a.tf": ("100644", "1")},
        files | {"a.tf": ("100755", "1")},
        files | {"a.tf": ("100644", "2")},
        files | {"a.tf": None},
        {},
    ]
    assert len({digest, *(content_digest(other) for other in others)}) == 6


def test_a_comments_marker_is_one_plain_line() -> None:
    assert comment_marker("Pushed --> x\n") == "<!-- tfmod-comment: pushed-x- -->"


@pytest.mark.parametrize(("text", "fence"), [("a", "```"), ("```", "````"), ("x `````` y", "```````"), ("", "```")])
def test_a_fence_is_longer_than_what_it_holds(text: str, fence: str) -> None:
    block = fenced("hcl", text)
    assert block.startswith(f"{fence}hcl\n") and block.endswith(f"\n{fence}")


def test_titles_are_one_line_and_cut_by_the_forges_count() -> None:
    assert cut_title(" a\n b ", 10) == "a b"
    assert cut_title("x" * 11, 10) == "x" * 9 + "…"
    assert length(cut_title("🐳" * 11, 10)) <= 10
    assert cut_title("x" * 999, 0) == "x" * 999
