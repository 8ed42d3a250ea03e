"""Which amounts a container gets: whatever there is and whatever was measured, Kubernetes takes the result."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refactor.kubernetes.instances import instances
from refactor.kubernetes.quantities import Quantity
from refactor.kubernetes.resources import CELLS, CPU, LIMITS, MEMORY, REQUESTS, Amount, Cell, Declared
from refactor.kubernetes.sizing import Measured, final, measured, planned, scaled
from refactor.kubernetes.workloads import Container
from refactor.metrics.recommend import Advice, Policy
from refactor.metrics.scripted import ScriptedUsage
from refactor.metrics.usage import ContainerKey, NoUsage
from refactor.project.values import Unknown
from refactor.reasons import Reason
from tests.support.workloads import deployment, workloads

API = ContainerKey("default", "Deployment", "api", "app")
WEB = ContainerKey("default", "Deployment", "web", "app")


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    return workloads(tmp_path_factory.mktemp("module"), deployment('container {\n name = "app"\n }')).all[0].containers[0]


def advice(text: str) -> Advice:
    return Advice(Quantity.parse(text), text, "measured")


def amount(*texts: str) -> Amount:
    return Amount(True, tuple(Quantity.parse(t) for t in texts)) if texts else Amount(False)


def having(container: Container, **amounts: Amount) -> Declared:
    """``request`` and ``limit`` of memory; nothing of CPU."""
    found = {(REQUESTS, MEMORY): amounts.get("request", Amount(False)), (LIMITS, MEMORY): amounts.get("limit", Amount(False))}
    return Declared(container, None, {cell: found.get(cell, Amount(False)) for cell in CELLS})


NEW = {(REQUESTS, MEMORY): advice("200Mi"), (LIMITS, MEMORY): advice("400Mi")}


def texts(plan_amounts: dict[Cell, Advice]) -> dict[str, str]:
    return {section: a.text for (section, _), a in plan_amounts.items()}


@pytest.mark.parametrize(
    ("there", "set_"),
    [
        ({}, {"requests": "200Mi", "limits": "400Mi"}),
        ({"request": amount("100Mi")}, {"limits": "400Mi"}),
        ({"request": amount("400Mi")}, {"limits": "400Mi"}),
        ({"request": amount("1G")}, {"limits": "1G"}),
        ({"request": amount("1Gi", "2Gi")}, {"limits": "2Gi"}),
        ({"limit": amount("1Gi")}, {"requests": "200Mi"}),
        ({"limit": amount("100Mi")}, {"requests": "100Mi"}),
        ({"limit": amount("150Mi", "1Gi")}, {"requests": "150Mi"}),
        ({"request": amount("1Gi"), "limit": amount("2Gi")}, {}),
    ],
)
def test_a_number_is_made_to_fit_what_is_set(container: Container, there: dict[str, Amount], set_: dict[str, str]) -> None:
    plan = planned(having(container, **there), NEW, overwrite=False)
    assert (texts(dict(plan.amounts)), plan.left) == (set_, {})


@pytest.mark.parametrize("kept", ["request", "limit"])
def test_beside_a_value_that_is_not_known_nothing_is_set(container: Container, kept: str) -> None:
    there = {kept: Amount(True, why=Unknown(Reason.NO_VALUE, "var.memory"))}
    plan = planned(having(container, **there), NEW, overwrite=False)
    assert not plan.amounts
    assert [why.reason for why in plan.left.values()] == [Reason.NO_VALUE]
    assert all("not known: var.memory" in why.detail for why in plan.left.values())


def test_overwriting_leaves_what_is_no_literal(container: Container) -> None:
    plan = planned(having(container, request=amount("1Gi"), limit=amount("2Gi")), NEW, overwrite=True)
    assert not plan.amounts  # these have no place in a file
    assert {why.reason for why in plan.left.values()} == {Reason.NOT_LITERAL}


AMOUNTS = st.sampled_from(["1Mi", "64Mi", "100M", "128Mi", "1Gi", "1500Mi", "2G"])
THERE = st.one_of(st.just(amount()), AMOUNTS.map(amount), st.tuples(AMOUNTS, AMOUNTS).map(lambda two: amount(*two)))


@given(request=THERE, limit=THERE, new_request=st.none() | AMOUNTS, new_limit=st.none() | AMOUNTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_plan_never_makes_a_request_above_its_limit(
    container: Container, request: Amount, limit: Amount, new_request: str | None, new_limit: str | None
) -> None:
    held = having(container, request=request, limit=limit)
    numbers = {cell: advice(text) for cell, text in (((REQUESTS, MEMORY), new_request), ((LIMITS, MEMORY), new_limit)) if text is not None}
    plan = planned(held, numbers, overwrite=False)
    after = final(held, plan)
    fits = not request.values or not limit.values or max(request.values) <= min(limit.values)
    if fits and (REQUESTS, MEMORY) in after and (LIMITS, MEMORY) in after:
        lowest = plan.amounts[LIMITS, MEMORY].value if (LIMITS, MEMORY) in plan.amounts else min(limit.values)
        assert after[REQUESTS, MEMORY] <= lowest
    assert all(held[cell].present is False for cell in plan.amounts)
    again = {cell: Amount(True, (a.value,)) for cell, a in plan.amounts.items()}
    settled = planned(Declared(container, None, {**held.amounts, **again}), numbers, overwrite=False)
    assert not settled.amounts


# Measurements


ROWS = {str(API): "cpu 100m 400m, memory 200Mi 220Mi 230Mi", str(WEB): "cpu 10m 20m, memory 900Mi 950Mi 1000Mi"}


def answers(rows: dict[str, str], *keys: ContainerKey) -> Measured | NoUsage:
    return measured(keys, ScriptedUsage(rows).usage(keys), Policy())


def test_of_several_the_highest_of_each_counts() -> None:
    found = answers(ROWS, API, WEB)
    assert isinstance(found, Measured)
    assert {name: a.text for (_, name), a in found.numbers.items() if _ == REQUESTS} == {CPU: "100m", MEMORY: "960Mi"}
    assert found.numbers[REQUESTS, CPU].why.endswith(f"(the highest of 2: {API})")
    assert found.numbers[LIMITS, MEMORY].why.endswith(f"(the highest of 2: {WEB})")
    assert (LIMITS, CPU) not in found.numbers


@pytest.mark.parametrize(("row", "reason"), [("!no-data", Reason.NO_DATA), ("cpu 1m 1m, hours 3", Reason.TOO_FEW_SAMPLES)])
def test_one_that_was_not_measured_is_enough_to_say_nothing(row: str, reason: Reason) -> None:
    found = answers({**ROWS, str(WEB): row}, API, WEB)
    assert isinstance(found, NoUsage) and found.reason is reason
    assert found.detail.startswith(f"one of 2 that this code makes, {WEB}: ")


def test_what_one_of_them_lacks_is_missing() -> None:
    found = answers({**ROWS, str(WEB): "memory 900Mi 950Mi 1000Mi"}, API, WEB)
    assert isinstance(found, Measured)
    assert {name for _, name in found.numbers} == {MEMORY}
    assert [m.detail for m in found.missing] == ["no cpu usage was measured"]


@pytest.mark.parametrize(("percent", "headroom"), [(50, 100), (80, 25), (75, 34), (100, 0), (200, 0)])
def test_room_for_an_autoscaler(percent: int, headroom: int) -> None:
    policy = scaled(Policy(), {CPU: percent})
    assert (policy.cpu_request_headroom, policy.memory_request_headroom) == (headroom, 0)
    assert scaled(Policy(cpu_request_headroom=300), {CPU: percent}).cpu_request_headroom == 300


# Names in the cluster


def names(root: Path, text: str) -> list[str] | Reason:
    found = instances(workloads(root, text).all[0].containers[0])
    return found.reason if isinstance(found, Unknown) else [str(k) for k in found]


ONE = deployment('container {\n name = "app"\n }')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE, ["default/Deployment/api/app"]),
        (ONE.replace('name = "api"', 'name = "api"\n namespace = null', 1), ["default/Deployment/api/app"]),
        (
            ONE.replace("  \n", '  for_each = { a = "x", b = "y" }\n', 1).replace(
                'name = "api"', "name = each.key\n namespace = each.value", 1
            ),
            ["x/Deployment/a/app", "y/Deployment/b/app"],
        ),
        (ONE.replace('name = "api"', 'name = "api-${count.index}"', 1), Reason.COMPUTED),
        (ONE.replace('name = "api"', "name = var.name", 1) + 'variable "name" {\n type = string\n}\n', Reason.NO_VALUE),
        (ONE.replace('name = "app"', ""), Reason.NO_VALUE),
        (ONE.replace('name = "api"', 'generate_name = "api-"', 1), Reason.NO_VALUE),
    ],
    ids=["default", "null", "for_each", "count", "no-value", "no-container-name", "generated"],
)
def test_what_a_container_is_in_the_cluster(tmp_path: Path, text: str, found: list[str] | Reason) -> None:
    assert names(tmp_path, text) == found
