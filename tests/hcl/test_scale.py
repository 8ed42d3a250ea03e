"""Twice the file is twice the work, counted in calls rather than in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from refactor.edits import Edit, apply
from refactor.hcl.addresses import address_at
from refactor.hcl.declared import unexplained
from refactor.hcl.differences import differences
from refactor.hcl.document import Document
from refactor.hcl.insert import insert_attribute, insert_element, remove_elements
from refactor.hcl.layout import aligned
from refactor.hcl.lenient import lenient
from tests.hcl.operations import tuples

RESOURCE = 'resource "kubernetes_pod" "a{}" {{\n  spec {{\n    container {{\n      image = "x" # {}\n    }}\n  }}\n}}\n\n'


def stack(count: int) -> Document:
    return Document("", "".join(RESOURCE.format(i, i) for i in range(count)).encode())


def tfvars(count: int) -> Document:
    return Document("", ("a = [\n" + "".join(f'  {{ image = "x", n = {i} }},\n' for i in range(count)) + "]\n").encode())


def heredoc(count: int) -> Document:
    return Document("", ("a = <<EOT\n" + "".join(f'image: "x" ${{b}} {i}\n' for i in range(count)) + "EOT\n").encode())


def places(document: Document) -> list[int]:
    found = []
    at = document.data.find(b'"x"')
    while at != -1:
        found.append(at)
        at = document.data.find(b'"x"', at + 1)
    return found


def replaced(document: Document) -> list[Edit]:
    return [Edit(at, at + 3, b'"x:1.2.3"') for at in places(document)]


def addresses(document: Document) -> object:
    return [address_at(document, at) for at in places(document)]


def layout_of_all(document: Document) -> object:
    return aligned(document, replaced(document))


def layout_of_each(document: Document) -> object:
    return [aligned(document, [edit]) for edit in replaced(document)]


def compared(document: Document) -> object:
    found = differences(document, Document("", apply(document.data, replaced(document))))
    return unexplained(found, found)


def inserted(document: Document) -> object:
    bodies = (spec.body for block in document.body.blocks() for spec in block.body.blocks())
    return [aligned(document, insert_attribute(body, "b", "1")) for body in bodies]


def added(document: Document) -> object:
    found = tuples(document)[0]
    return aligned(document, insert_element(document, found, "1", after=found.elements[1]))


@pytest.mark.parametrize(
    ("make", "work"),
    [
        (stack, addresses),
        (stack, layout_of_all),
        (stack, layout_of_each),
        (stack, compared),
        (stack, inserted),
        (stack, lenient),
        (tfvars, addresses),
        (tfvars, layout_of_all),
        (tfvars, compared),
        (tfvars, added),
        (tfvars, lenient),
        (heredoc, layout_of_all),
        (heredoc, compared),
        (heredoc, lenient),
    ],
)
def test_work_grows_with_the_file(make: Callable[[int], Document], work: Callable[[Document], object]) -> None:
    work(make(10))
    small, large = calls(work, make(100)), calls(work, make(400))
    assert large < 5 * small


def calls(work: Callable[[Document], object], document: Document) -> int:
    count = 0

    def counted(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event.endswith("call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work(document)
    finally:
        sys.setprofile(before)
    return count


def test_several_elements_go_from_a_long_list() -> None:
    document = tfvars(300)
    found = tuples(document)[0]
    edits = remove_elements(document, found, [e for i, e in enumerate(found.elements) if i % 100])
    assert apply(document.data, edits).count(b"image") == 3
