"""Values as a reader knows them from Terraform, whatever python-hcl2 made of them."""

from __future__ import annotations

import pytest

from refactor.bot.values import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("nginx:1", "nginx:1"),
        ("", ""),
        ("10", "10"),
        ("{not json", "{not json"),
        ("[" * 5000, "[" * 5000),
        ('"text"', '"text"'),
        ('{"port": 80, "path": "\\"/x\\""}', '{ port = 80, path = "/x" }'),
        ('{"http_get": [{"port": 80}], "n": null, "b": true}', "{ http_get { port = 80 }, n = null, b = true }"),
        ('{"a": [{"b": 1}, {"b": 2}]}', "{ a { b = 1 }, a { b = 2 } }"),
        ('["${var.x}", "\\"y\\"", 1]', '[var.x, "y", 1]'),
        ('{"x": "${var.a}-${var.b}"}', '{ x = "${var.a}-${var.b}" }'),
        ('{"app.kubernetes.io/name": "\\"x\\""}', '{ "app.kubernetes.io/name" = "x" }'),
        ('{"\\"quoted\\"": {}}', "{ quoted = {} }"),
        ("several\n  lines", "several lines"),
    ],
)
def test_values(value: str, text: str) -> None:
    assert shown(value) == text
