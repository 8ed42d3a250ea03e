"""Images in Terraform's JSON files are reported with their places, and left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from refactor.codemod import Outcome
from refactor.reasons import Reason
from tests.support.pins import pinned

_CONTAINER = {"name": "a", "image": "nginx:latest"}


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("kubernetes_pod_v1", {"spec": {"container": _CONTAINER}}, ["nginx:latest"]),
        ("kubernetes_pod_v1", {"spec": [{"container": [_CONTAINER, {"image": "redis"}]}]}, ["nginx:latest", "redis"]),
        (
            "kubernetes_cron_job_v1",
            {"spec": {"job_template": {"spec": {"template": {"spec": {"init_container": _CONTAINER}}}}}},
            ["nginx:latest"],
        ),
        ("kubernetes_pod_v1", {"spec": {"dynamic": {"container": {"for_each": "${x}", "content": _CONTAINER}}}}, ["nginx:latest"]),
        ("kubernetes_pod_v1", {"spec": {"volume": {"image": "nginx:latest"}}}, []),
        ("kubernetes_pod_v1", {"spec": {"container": {"image": ["x"]}}}, []),
        ("docker_image", {"name": "nginx"}, ["nginx"]),
        ("docker_image", {"image": "nginx"}, []),
        ("docker_service", {"task_spec": {"container_spec": {"image": "nginx"}}}, ["nginx"]),
        ("kubernetes_manifest", {"manifest": {"spec": {"containers": [{"image": "nginx"}]}}}, ["nginx"]),
        ("kubernetes_manifest", {"manifest": '${yamldecode(file("image.yaml"))}'}, ['${yamldecode(file("image.yaml"))}']),
        ("kubernetes_manifest", {"manifest": {"kind": "ConfigMap"}}, []),
        ("aws_ecs_task_definition", {"container_definitions": '${jsonencode([{image = "x"}])}'}, ['${jsonencode([{image = "x"}])}']),
        ("helm_release", {"set": [{"name": "image.tag", "value": "latest"}, {"name": "replicas", "value": "1"}]}, ["latest"]),
        ("helm_release", {"values": ["image: x\n", "replicas: 1\n"]}, ["image: x\n"]),
        ("openstack_compute_instance_v2", {"image": "nginx"}, []),
    ],
)
def test_what_is_found(kind: str, body: dict[str, object], expected: list[str], tmp_path: Path) -> None:
    text = json.dumps({"//": "made by a program", "resource": {kind: {"x": body}}}, indent=2)
    result = pinned(tmp_path, {"main.tf.json": text}, {})
    assert [f.before for f in result.findings] == expected
    assert all((f.outcome, f.reason) == (Outcome.SKIPPED, Reason.REPORT_ONLY) for f in result.findings)
    for finding in result.findings:
        assert json.dumps(finding.before).strip('"') in text.splitlines()[finding.place.line - 1]
    assert not result.changeset.changes


@pytest.mark.parametrize("text", ["[]", "{}", '{"resource": []}', '{"resource": "x"}', '{"resource": {"docker_image": ["x"]}}', "null", ""])
def test_other_shapes(text: str, tmp_path: Path) -> None:
    assert pinned(tmp_path, {"main.tf.json": text}, {}).findings == ()


def test_a_list_of_resource_objects(tmp_path: Path) -> None:
    text = json.dumps({"resource": [{"docker_image": {"a": {"name": "nginx"}}}, {"docker_image": [{"b": {"name": "redis"}}]}]})
    assert [f.before for f in pinned(tmp_path, {"main.tofu.json": text}, {}).findings] == ["nginx", "redis"]


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    result = pinned(tmp_path, {"main.tf.json": '{"resource": ', "main.tf": ""}, {})
    assert [(s.path, s.reason) for s in result.skipped] == [("main.tf.json", Reason.UNPARSABLE)]
