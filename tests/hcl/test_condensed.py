"""Long heredocs: judged and compared without the lines that say nothing, and with the line numbers of the whole file."""

from __future__ import annotations

import pytest

from refactor.edits import Change
from refactor.hcl.condensed import Condensed, digested
from refactor.hcl.document import Document
from refactor.hcl.gates import refusal
from refactor.hcl.plain import difference

LINES = "".join(f"line {i}\n" for i in range(3000))


def stack(content: str, *, tail: str = "b = 1\n", flush: str = "") -> Document:
    document = Document("", f"a = <<{flush}EOT\n{content}EOT\n{tail}".encode())
    assert document.error is None
    return document


def test_lines_of_text_go_and_those_with_templates_stay() -> None:
    document = stack(f"{LINES}x ${{c}} y\n{LINES}$${{d}}\n%%{{e}}\n{LINES}")
    condensed = Condensed(document)
    assert condensed.data == b"a = <<EOT\nx ${c} y\n$${d}\n%%{e}\nEOT\nb = 1\n"
    numbers = [condensed.line(i) for i in range(1, 8)]
    assert [document.data.split(b"\n")[n - 1] for n in numbers] == condensed.data.split(b"\n")[:7]


@pytest.mark.parametrize("text", ["a = 1\n", "a = <<EOT\nb\nEOT\n", "# <<EOT\n" + LINES.replace("line", "# line"), ""])
def test_other_files_are_left_whole(text: str) -> None:
    document = Document("", text.encode())
    assert Condensed(document).data == document.data
    assert Condensed(document).line(3) == 3


def test_what_is_behind_a_long_heredoc_is_judged_at_its_line() -> None:
    said = str(refusal(stack(LINES, tail="b = 1\nb = 2\n")))
    assert said.startswith("line 3004: Attribute redefined")
    assert "already set at line 3003." in said


def test_what_is_in_a_long_heredoc_is_judged() -> None:
    document = Document("", f"a = <<EOT\n{LINES}${{ 1 2 }}\n{LINES}EOT\n".encode())
    assert "line 3002" in str(refusal(document))


def test_a_carriage_return_in_a_line_is_not_overlooked() -> None:
    assert refusal(stack(LINES + "x\ry\n" + LINES)) is not None
    assert refusal(Document("", stack(LINES).data.replace(b"\n", b"\r\n"))) is None


def test_a_heredoc_of_100_000_lines_takes_no_minutes() -> None:
    """HashiCorp's parser alone takes 20 seconds for it, and four times as long for twice the lines."""
    assert refusal(stack("some: text\n" * 100_000 + "${c}\n")) is None


def test_lines_that_both_versions_have_become_digests() -> None:
    one, two = (stack(f"{LINES}image: {v}\n{LINES}") for v in ("x", "y"))
    short = digested(one, two)
    assert [len(s) < 300 for s in short] == [True, True]
    assert short[0].replace(b"image: x", b"image: y") == short[1]
    found = difference(one, two)
    assert isinstance(found, list)
    assert [(c.address, "image: x\n" in str(c.before), "image: y\n" in str(c.after)) for c in found] == [("a", True, True)]


def test_lines_that_moved_are_a_difference() -> None:
    one, two = stack(f"x\n{LINES}y\n{LINES}"), stack(f"y\n{LINES}x\n{LINES}")
    assert difference(one, two) != []
    assert difference(one, one) == []


def test_short_heredocs_are_shown_as_they_are() -> None:
    one, two = stack("x: 1\n"), stack("x: 2\n")
    assert difference(one, two) == [Change("a", "x: 1\n", "x: 2\n")]
