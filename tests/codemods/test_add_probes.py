"""What has to hold for every probe that ``add-probes`` writes. Its cases are in golden/add-probes, its examples on its page."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemods.add_probes import AddProbes
from refactor.codemod import Outcome
from refactor.kubernetes.checks import Witness
from refactor.kubernetes.known_images import Check, Exec, KnownImage, load
from refactor.kubernetes.probe_config import Timings
from refactor.kubernetes.probes import Kind, Timing
from refactor.kubernetes.probing import Plan, Planner
from refactor.project.modules import is_override
from refactor.project.project import Project
from tests.support.workloads import deployment, workloads
from tests.support.workspaces import opened

SHOWN = [image for image in load().images if not image.requires]
EVERY = "\n".join(
    f'resource "kubernetes_deployment_v1" "image-{n}" {{\n  metadata {{}}\n  spec {{\n    template {{\n      metadata {{}}\n      spec {{\n'
    f'        container {{\n          image = "{image.repositories[0]}:{image.since or "1"}"\n        }}\n      }}\n    }}\n  }}\n}}\n'
    for n, image in enumerate(SHOWN)
)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """Of a container of each well-known image that needs no proof, as it comes."""
    found: dict[str, Plan] = {}
    for image, workload in zip(SHOWN, workloads(tmp_path_factory.mktemp("images"), EVERY).all, strict=True):
        witness = Witness(workload.containers[0], [])
        assert witness.known is image
        found[image.name] = Planner(witness, witness.evidence(), {}, Timings()).plan()
    return found


each = pytest.mark.parametrize("image", SHOWN, ids=lambda image: str(image.name))


@each
def test_a_well_known_image_gets_what_its_publisher_asks_and_nothing_else(image: KnownImage, plans: dict[str, Plan]) -> None:
    plan = plans[image.name]
    wanted = {Kind.READINESS: image.readiness, Kind.LIVENESS: image.liveness}
    for kind, check in wanted.items():
        assert (kind in plan.probes) == (check is not None), plan.doubts
        if check is not None:
            assert plan.probes[kind].ask.action == check.action
            assert plan.probes[kind].ask.port == (None if isinstance(check.action, Exec) else check.action.port or image.port)
    assert (Kind.STARTUP in plan.probes) == (image.startup and image.liveness is not None)


@each
def test_a_probe_has_the_time_that_its_check_needs(image: KnownImage, plans: dict[str, Plan]) -> None:
    for kind, probe in plans[image.name].probes.items():
        check: Check | None = image.readiness if kind is Kind.READINESS else image.liveness
        assert check is not None
        assert probe.timing.timeout >= (check.timeout or 5) and probe.timing.period >= (check.period or 10)
        if kind is Kind.STARTUP:
            assert probe.timing.patience >= 900


def lax(liveness: Timing, readiness: Timing) -> bool:
    return liveness.patience >= readiness.patience and liveness.timeout >= readiness.timeout


@each
def test_no_liveness_probe_is_stricter_than_the_readiness_probe_beside_it(image: KnownImage, plans: dict[str, Plan]) -> None:
    probes = plans[image.name].probes
    if Kind.LIVENESS in probes:
        assert lax(probes[Kind.LIVENESS].timing, probes[Kind.READINESS].timing)


@each
def test_nothing_that_is_written_looks_like_a_secret(image: KnownImage, plans: dict[str, Plan]) -> None:
    written = json.dumps([probe.tree() for probe in plans[image.name].probes.values()])
    assert not re.search(r"(?i)passw|secret|token|\$\{?[A-Z]", written)


numbers = st.builds(Timing, *(st.integers(1, 600) for _ in range(3)), st.just(0))


def beside(root: Path, kind: Kind, there: Timing) -> Timing:
    """The timing of the other one of liveness and readiness, beside one that is there."""
    image = 'container {\n name = "app"\n image = "grafana/grafana:11.3.0"\n '
    probe = f'{kind}_probe {{\n  http_get {{\n   path = "/api/health"\n   port = 3000\n  }}\n  period_seconds = {there.period}\n'
    probe += f"  timeout_seconds = {there.timeout}\n  failure_threshold = {there.failures}\n }}\n}}"
    witness = Witness(workloads(root, deployment(image + probe)).all[0].containers[0], [])
    plan = Planner(witness, witness.evidence(), {}, Timings()).plan()
    return plan.probes[Kind.READINESS if kind is Kind.LIVENESS else Kind.LIVENESS].timing


@given(there=numbers)
def test_a_liveness_probe_is_as_patient_as_the_readiness_probe_that_is_there(
    tmp_path_factory: pytest.TempPathFactory, there: Timing
) -> None:
    assert lax(beside(tmp_path_factory.mktemp("t"), Kind.READINESS, there), there)


@given(there=numbers)
def test_a_readiness_probe_is_as_quick_as_the_liveness_probe_that_is_there(tmp_path_factory: pytest.TempPathFactory, there: Timing) -> None:
    found = beside(tmp_path_factory.mktemp("t"), Kind.LIVENESS, there)
    assert found.patience <= there.patience and found.timeout <= max(there.timeout, 1)


CASES = sorted(p.parent for p in (Path(__file__).parent.parent.parent / "golden" / "add-probes").glob("*/in"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_every_container_is_accounted_for_once(case: Path, tmp_path: Path) -> None:
    """Whatever is said of it."""
    shutil.copytree(case / "in", tmp_path / "in")  # git does not know it there
    findings = list(AddProbes().detect(Project(opened(tmp_path / "in"))))
    files = sorted((tmp_path / "in").rglob("*.tf"))
    overriding = [p for p in files if is_override(p.name)]  # its blocks replace those of the other files
    texts = [p.read_bytes() for p in overriding or files]
    written = sum(len(re.findall(rb"^\s*(?:(?:init_)?container|dynamic \"container\") \{", text, re.M)) for text in texts)
    assert len(findings) == written + sum(text.count(b"containers = [") + text.count(b"containers:") for text in texts)
    assert len({f.place for f in findings}) == len(findings)
    for finding in findings:
        assert finding.outcome in (Outcome.FOUND, Outcome.FINE, Outcome.SKIPPED)
        assert (finding.rule is not None) == (finding.outcome is Outcome.FOUND)
        assert (finding.reason is not None) == (finding.outcome is Outcome.SKIPPED)
