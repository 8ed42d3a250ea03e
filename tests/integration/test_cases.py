"""What codemods write into ``kubernetes_*`` resources is what the provider knows: every example and golden case, by the stored schema
always, and by the real provider where it is there. What was wrong before is not theirs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from refactor import catalogue
from refactor.testing import Case, examples, golden
from tests.support.kubernetes_schema import problems
from tests.support.provider import Diagnostic, Provider
from tests.support.standalone import standalone

_GOLDEN = Path(__file__).parent.parent.parent / "golden"


def _changed(case: Case) -> list[str]:
    """The ``.tf`` files that differ afterwards and have resources of the provider in them."""
    after = case.after or {}
    return [p for p, d in after.items() if p.endswith(".tf") and d != case.before.get(p) and b'"kubernetes_' in d]


_KINDS = [catalogue.load(name, ()) for name in catalogue.files(())]
_CASES = [c for kind in _KINDS for c in (*examples(kind), *golden(kind, _GOLDEN)) if _changed(c)]


@pytest.mark.parametrize("case", _CASES, ids=[c.name for c in _CASES])
def test_the_schema_has_nothing_new_against(case: Case) -> None:
    for path in _changed(case):
        before = {(p.address, p.what) for p in problems(path, case.before.get(path, b""))}
        assert case.after is not None
        assert [str(p) for p in problems(path, case.after[path]) if (p.address, p.what) not in before] == []


Errors = Mapping[str, tuple[Diagnostic, ...]]


@pytest.fixture(scope="module")
def errors(kubernetes_provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """Of all cases' directories at once: by themselves they take half a second each."""
    directories: dict[str, Mapping[str, bytes]] = {}
    for case in _CASES:
        for path in _changed(case):
            directories[_key(case, "before", path)] = _kubernetes(case.before, path)
            directories[_key(case, "after", path)] = _kubernetes(case.after or {}, path)
    return kubernetes_provider.validate_all(directories, tmp_path_factory.mktemp("cases"))


@pytest.mark.parametrize("case", _CASES, ids=[c.name for c in _CASES])
def test_the_provider_has_nothing_new_against(case: Case, errors: Errors) -> None:
    for path in _changed(case):
        before = {(e.summary, e.detail) for e in errors[_key(case, "before", path)]}
        assert [str(e) for e in errors[_key(case, "after", path)] if (e.summary, e.detail) not in before] == []


def _key(case: Case, side: str, path: str) -> str:
    return f"{case.name} {side} {PurePosixPath(path).parent}"


def _kubernetes(files: Mapping[str, bytes], path: str) -> dict[str, bytes]:
    """The directory that a path is in: the Kubernetes part of its ``.tf`` files, and what they may read."""
    directory = PurePosixPath(path).parent
    below = {PurePosixPath(p).relative_to(directory): d for p, d in files.items() if PurePosixPath(p).is_relative_to(directory)}
    read = {str(p): d for p, d in below.items() if not p.name.endswith((".tf", ".tf.json"))}
    return read | standalone({p.name: d for p, d in below.items() if p.suffix == ".tf" and len(p.parts) == 1})
