"""Every codemod's examples and golden cases, and what has to hold for all of them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from refactor import catalogue
from refactor.hcl.document import Document
from refactor.testing import Case, check, examples, golden

_ROOT = Path(__file__).parent.parent
_GOLDEN = _ROOT / "golden"
_HCL = (".tf", ".tofu", ".hcl", ".tfvars")
_BOM = b"\xef\xbb\xbf"


def _cases() -> tuple[list[Case], list[Case]]:
    kinds = [catalogue.load(name, ()) for name in catalogue.files(())]
    return [c for k in kinds for c in examples(k)], [c for k in kinds for c in golden(k, _GOLDEN)]


_EXAMPLES, _CASES = _cases()


def _names(cases: list[Case]) -> list[str]:
    return [c.name for c in cases]


@pytest.mark.parametrize("case", [*_EXAMPLES, *_CASES], ids=_names([*_EXAMPLES, *_CASES]))
def test_case(case: Case) -> None:
    assert check(case) == []


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def _bom(data: bytes) -> bytes:
    return _BOM + data


def _unfinished_crlf(data: bytes) -> bytes:
    return _crlf(data.removesuffix(b"\n"))


@pytest.mark.parametrize("case", _CASES, ids=_names(_CASES))
@pytest.mark.parametrize("variant", [_unfinished_crlf, _bom])
def test_the_way_a_file_is_written_makes_no_difference(case: Case, variant: Callable[[bytes], bytes]) -> None:
    """Only Terraform's own files are varied: what is beside them is read by others."""

    def varied(path: str, data: bytes) -> bytes:
        return variant(data) if path.endswith(_HCL) and not data.startswith(b"\0") else data

    before = {p: varied(p, d) for p, d in case.before.items()}
    after = None if case.after is None else {p: varied(p, d) for p, d in case.after.items()}
    assert check(replace(case, before=before, after=after)) == []


def test_names_of_cases_that_change_nothing_come_with_a_reason() -> None:
    for place in sorted(_GOLDEN.glob("*/*/")):
        if not (place / "out").is_dir():
            assert '"reason"' in (place / "expect.json").read_text("utf-8"), place.name


def test_what_was_formatted_stays_formatted(tmp_path: Path) -> None:
    """One run of ``terraform fmt`` over the inputs and the outputs of all golden cases."""
    terraform = shutil.which("terraform")
    assert terraform is not None, "terraform is needed: see CONTRIBUTING.md"
    for i, case in enumerate(_CASES):
        for side, files in (("before", case.before), ("after", case.after or {})):
            for path, data in files.items():
                if path.endswith((".tf", ".tfvars")) and Document(path, data).error is None:
                    place = tmp_path / side / str(i) / path
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(data)
    command = [terraform, f"-chdir={tmp_path}", "fmt", "-check", "-recursive"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr  # 3: some file is not formatted
    listed = set(done.stdout.splitlines())
    clean_before = [p for p in listed if p.startswith("after/") and p.replace("after/", "before/", 1) not in listed]
    assert clean_before == []
