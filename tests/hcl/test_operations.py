"""Random operations on real and on odd Terraform: what is inserted is what fmt prints there, and taking it out gives the old bytes."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pygohcl
import pytest

from refactor.edits import apply
from refactor.hcl.document import BOM, Document
from refactor.hcl.gates import refusal
from refactor.hcl.layout import aligned
from tests.hcl.operations import operations

ROOT = Path(__file__).parent.parent.parent
EACH = 25  # operations on each text
NTH = 4  # of the golden inputs, many of which differ in a line


def texts() -> Iterator[tuple[str, bytes]]:
    """The example stacks, one in four of the golden cases' inputs, and the valid snippets."""
    for path in [*sorted((ROOT / "examples").rglob("*.tf")), *sorted((ROOT / "golden").rglob("in/*.tf"))[::NTH]]:
        if path.read_bytes():
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    for snippet in json.loads((ROOT / "tests" / "data" / "hcl-snippets.json").read_text("utf-8")):
        if snippet["valid"] and "text" in snippet:
            yield snippet["name"], snippet["text"].encode()


def formatted(directory: Path) -> None:
    """What ``terraform fmt`` makes of every file below, in one run."""
    done = subprocess.run(["terraform", "fmt", "-list=false", str(directory)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The texts as fmt leaves them, without those that are no whole files for it."""
    directory = tmp_path_factory.mktemp("clean")
    names = {}
    for i, (name, text) in enumerate(texts()):
        document = Document("", text)
        if document.error is None and text and refusal(document) is None:
            names[f"f{i}.tf"] = name
            (directory / f"f{i}.tf").write_bytes(text)
    subprocess.run(["terraform", "fmt", "-list=false", str(directory)], capture_output=True, check=False)
    return {name: (directory / file).read_bytes() for file, name in names.items()}


def changed(text: bytes, seed: str) -> Iterator[tuple[str, bytes]]:
    """Results of operations on a text, each with its name."""
    document = Document("", text)
    rng = random.Random(seed)
    for operation, _ in zip(operations(document, rng), range(EACH), strict=False):
        yield operation.name, apply(text, aligned(document, operation.edits(document)))


def test_results_are_what_fmt_prints(clean: dict[str, bytes], tmp_path: Path) -> None:
    written: dict[str, tuple[str, str, bytes]] = {}
    for name, text in clean.items():
        for i, (operation, result) in enumerate(changed(text, name)):
            file = f"g{len(written)}.tf"
            written[file] = (name, f"{i} {operation}", result)
            (tmp_path / file).write_bytes(result)
    assert len(written) > 1000
    formatted(tmp_path)
    wrong = [f"{name}: {operation}" for file, (name, operation, result) in written.items() if (tmp_path / file).read_bytes() != result]
    assert wrong == []


def test_results_are_accepted_by_the_parser_of_hashicorp(clean: dict[str, bytes]) -> None:
    for name, text in clean.items():
        for operation, result in changed(text, name):
            try:
                pygohcl.loads(result.decode("utf-8-sig"))
            except pygohcl.HCLInternalError:
                continue
            except pygohcl.HCLParseError as error:
                pytest.fail(f"{name}: {operation}: {error}")


def test_taking_out_what_was_put_in_gives_the_old_bytes(clean: dict[str, bytes]) -> None:
    undone = 0
    for name, text in clean.items():
        if "/" not in name:
            continue  # the snippets are odd on purpose: mixed line ends, nothing but empty lines, a comment that keeps a block to one line
        document = Document("", text)
        rng = random.Random(name)
        for operation, _ in zip(operations(document, rng), range(EACH), strict=False):
            if operation.undo is None:
                continue
            result = Document("", apply(text, aligned(document, operation.edits(document))))
            assert apply(result.data, aligned(result, operation.undo(result))) == text, f"{name}: {operation.name}"
            undone += 1
    assert undone > 300


def test_crlf_and_a_byte_order_mark_change_nothing_else(clean: dict[str, bytes]) -> None:
    for name, text in clean.items():
        if b"\r" in text or b"\n" not in text.rstrip():
            continue
        for variant in (text.replace(b"\n", b"\r\n"), BOM + text):
            pairs = zip(changed(text, name), changed(variant, name), strict=True)
            for (operation, one), (_, two) in pairs:
                wanted = one.replace(b"\n", b"\r\n") if variant.startswith(text[:1]) and b"\r" in variant else BOM + one
                assert two == wanted, f"{name}: {operation}"
