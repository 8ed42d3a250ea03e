"""What is put into an object comes out in its own form, as ``terraform fmt`` prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.codemod import FileEdits
from refactor.edits import apply
from refactor.hcl.document import Document
from refactor.hcl.gates import refusal, undeclared
from refactor.hcl.layout import aligned, misplaced
from refactor.kubernetes.workloads import Workload
from refactor.kubernetes.writing import NotWritable, Source, Tree, copied, put, reset
from tests.support.workloads import MANIFEST, TYPED, deployment, only

PROBE: Tree = {"httpGet": {"path": "/", "port": "http", "httpHeaders": [{"name": "Host", "value": "x"}]}, "periodSeconds": 10}
RESOURCES: Tree = {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"nvidia.com/gpu": 1}}


def result(workload: Workload, edits: FileEdits | NotWritable) -> str:
    """The file with the edits; they pass the gates, and leave nothing for fmt."""
    assert isinstance(edits, FileEdits), edits
    document = workload.object.scope.document
    after = apply(document.data, aligned(document, list(edits.edits)))
    new = Document(document.path, after)
    assert refusal(new) is None
    assert undeclared(document, new, edits.changes) == []
    if not misplaced(document.data):
        assert misplaced(after) == []
    return after.decode()


def lines(text: str, first: str, count: int) -> list[str]:
    found = [line.strip() for line in text.splitlines()]
    at = found.index(first)
    return found[at : at + count]


def test_blocks_in_a_typed_resource(tmp_path: Path) -> None:
    workload = only(tmp_path, TYPED)
    text = result(workload, put(workload.containers[0].node, "livenessProbe", PROBE))
    assert lines(text, "liveness_probe {", 11) == [
        "liveness_probe {",
        "http_get {",
        'path = "/"',
        'port = "http"',
        "http_header {",
        'name  = "Host"',
        'value = "x"',
        "}",
        "}",
        "period_seconds = 10",
        "}",
    ]


def test_keys_in_a_manifest(tmp_path: Path) -> None:
    workload = only(tmp_path, MANIFEST)
    text = result(workload, put(workload.containers[0].node, "livenessProbe", PROBE))
    assert lines(text, "livenessProbe = {", 12) == [
        "livenessProbe = {",
        "httpGet = {",
        'path = "/"',
        'port = "http"',
        "httpHeaders = [",
        "{",
        'name  = "Host"',
        'value = "x"',
        "},",
        "]",
        "}",
        "periodSeconds = 10",
    ]


def test_maps_stay_attributes_and_odd_keys_are_quoted(tmp_path: Path) -> None:
    workload = only(tmp_path, TYPED)
    text = result(workload, put(workload.containers[0].node, "resources", RESOURCES, after=("ports",)))
    assert lines(text, "resources {", 9) == [
        "resources {",
        "requests = {",
        'cpu    = "250m"',
        'memory = "512Mi"',
        "}",
        "limits = {",
        '"nvidia.com/gpu" = 1',
        "}",
        "}",
    ]
    assert text.index("resources {") < text.index("env {")


def test_the_style_of_a_manifest_is_followed(tmp_path: Path) -> None:
    text = (
        'resource "kubernetes_manifest" "x" {\n  manifest = {\n    "kind" : "Deployment"\n    "spec" : { "template" : { "spec" : {\n'
        '      "containers" : [{\n        "name" : "a"\n      }] } } }\n  }\n}\n'
    )
    workload = only(tmp_path, text)
    after = result(workload, put(workload.containers[0].node, "livenessProbe", {"tcpSocket": {"port": 80}}))
    assert '"livenessProbe" : {' in after and '"port" : 80' in after


def test_an_attribute_joins_its_run_and_is_aligned(tmp_path: Path) -> None:
    workload = only(tmp_path, TYPED)
    assert workload.spec is not None
    text = result(workload, put(workload.spec, "minReadySeconds", 5))
    assert lines(text, "replicas          = 2", 2) == ["replicas          = 2", "min_ready_seconds = 5"]


def test_carriage_returns_stay(tmp_path: Path) -> None:
    workload = only(tmp_path, TYPED.replace("\n", "\r\n"))
    text = result(workload, put(workload.containers[0].node, "livenessProbe", PROBE))
    assert text.count("\n") == text.count("\r\n")


def test_a_copied_expression_gets_the_indentation_of_its_new_place(tmp_path: Path) -> None:
    workload = only(tmp_path, deployment("").replace('match_labels = { app = "api" }', 'match_labels = {\n        app = "api"\n      }'))
    selector = workload.root.at("spec", "selector")
    plain = selector.field("matchLabels") if selector is not None else None
    assert plain is not None and plain.expression is not None
    source = copied(workload.object.scope.document, plain.expression)
    assert source == Source('{\n  app = "api"\n}')


@pytest.mark.parametrize(("text", "after"), [("replicas = 2", "3"), ('replicas = "2"', '"3"')])
def test_reset(tmp_path: Path, text: str, after: str) -> None:
    workload = only(tmp_path, TYPED.replace("replicas = 2", text))
    assert workload.spec is not None
    edited = reset(workload.spec, "replicas", "3" if '"' in after else 3)
    assert f"replicas = {after}\n" in result(workload, edited)


def test_what_is_not_written_out_is_not_written(tmp_path: Path) -> None:
    text = MANIFEST.replace("manifest = {", "manifest = merge({}, {").replace("}\nresource", "})\nresource", 1)
    text = text.replace("  }\n})\nresource", "  })\n}\nresource", 1)
    workload = only(tmp_path, text)
    refused = put(workload.containers[0].node, "livenessProbe", PROBE)
    assert isinstance(refused, NotWritable)
    assert isinstance(reset(workload.root, "kind", "x"), NotWritable)


NULL = TYPED.replace("spec {", "spec {\n    paused = null", 1)


def test_a_leaf_takes_the_place_of_a_null(tmp_path: Path) -> None:
    workload = only(tmp_path, NULL)
    assert workload.spec is not None
    assert "paused = true" in " ".join(result(workload, put(workload.spec, "paused", True)).split())


@pytest.mark.parametrize("value", ["var.paused", "false"])
def test_what_is_written_already_is_not_written_twice(tmp_path: Path, value: str) -> None:
    workload = only(tmp_path, NULL.replace("null", value))
    assert workload.spec is not None
    assert isinstance(put(workload.spec, "paused", True), NotWritable)
