"""Texts that are hard to edit without touching a neighbour, and how to look at what an edit did."""

from __future__ import annotations

from refactor.edits import Edit, apply
from refactor.yaml.document import Mapping, Scalar, YamlStream
from refactor.yaml.edit import CannotEdit
from refactor.yaml.gate import Difference, difference
from refactor.yaml.reader import parse
from refactor.yaml.template import Unparsable

DEPLOYMENT = """\
# nginx behind the ingress
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: "front"}   # flow
spec:
  replicas: 3
  template:
    spec:
      initContainers:
      - name: init
        image: 'busybox:1.36'
      containers:
        - image: nginx:1.25   # pinned by hand
          name: web
          command: ["sh", "-c", 'echo "it''s"']
          env:
            - {name: A, value: "1"}
            - name: EMPTY
              value:
"""

VALUES = """\
image:
  repository: docker.io/library/redis
  tag: "7.2"
  pullPolicy: IfNotPresent

## Sidecars
sidecars: []
annotations: {}
resources: &small
  limits: {cpu: 100m, memory: 128Mi}
worker:
  resources: *small
cron:
  <<: *small
  schedule: "*/5 * * * *"
script: |-
  set -e
    image: not-this-one
  echo done
motd: >+
  folded
  text

last: end
"""

HELM = """\
{{- if .Values.enabled }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "app.name" . }}-web
  labels:
    {{- include "app.labels" . | nindent 4 }}
    tier: front
spec:
  containers:
    {{- range .Values.extra }}
    - name: {{ .name }}
      image: "{{ .repo }}:{{ .tag }}"
    {{- end }}
    - name: fixed
      image: nginx:1.25
{{- end }}
"""

TERRAFORM = """\
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  annotations:
    literal: "$${HOME} and %%{x}"
spec:
  containers:
%{ for c in containers ~}
    - name: ${c.name}
      image: "repo/${c.image}:1.0"
%{ endfor ~}
    - name: side
      image: busybox:${tag}
      args: ["--at=${jsonencode({ a = "b}" })}", plain]
"""

JSON = '{\n  "image": "nginx:1.25",\n  "n": 1.5,\n  "list": ["a", {"k": null}, true],\n  "e": "\\u00e9\\n"\n}'

NASTY: dict[str, tuple[str, bool]] = {
    "deployment": (DEPLOYMENT, False),
    "values": (VALUES, False),
    "helm": (HELM, True),
    "terraform": (TERRAFORM, True),
    "json": (JSON, False),
    "json template": ('{"a": "${var.a}", "b": "x$${y}", "c": ["1", "2"]}\n', True),
    "crlf": (DEPLOYMENT.replace("\n", "\r\n"), False),
    "crlf template": (TERRAFORM.replace("\n", "\r\n"), True),
    "byte order mark": ("\ufeffa: b\nc: d", False),
    "no final newline": ("a: 1\nb: 'two'\nc: |\n  x\n  y", False),
    "unicode": ("größe: \"naïve ☃ 🐳\"\nname: déjà   # é\n'ключ': [é, '🐳', \"\\u00e9x\"]\n", False),
    "documents": ("---\na: 1\n---\na: 2 # second\n...\n---\n- a\n- b\n--- third\n", False),
    "flow over lines": ("a: [one,\n    \"two\n      three\", {k: v,\n  l: w}, 'x\n\n  y']\nb: plain\n  over lines\n", False),
    "anchors": ("base: &b !!str x\nother: *b\nmap: &m {k: v}\nn:\n  <<: *m\n  ? [complex]\n  : value\n", False),
    "tight": ("{a: b,c: [d,e],f: ,g}\n", False),
    "blocks": ("a: |2\n    indented\n   less\nb: >-  # why\n  f1\n  f2\n\n  f3\n   more\nc: |+\n  keep\n\n\nd: >\n\n  lead\n", False),
    "empty values": ("a:\nb: ~\nc:   # note\nd: !!str\ne: &x\nf: ''\ng:\n  -\n  - y\n", False),
    "duplicates": ("a: 1\na: 2\nb: {c: 1, c: 2}\n", False),
}


def read(text: str | bytes, *, template: bool = False) -> YamlStream:
    data = text.encode() if isinstance(text, str) else text
    stream = parse(data, template=template)
    assert isinstance(stream, YamlStream), stream
    return stream


def scalar_at(text: str, path: str, *, template: bool = False) -> Scalar:
    found = read(text, template=template).documents[0].find(path)
    assert isinstance(found, Scalar), found
    return found


def mapping_at(text: str, path: str = "", *, template: bool = False) -> Mapping:
    found = read(text, template=template).documents[0].find(path)
    assert isinstance(found, Mapping), found
    return found


def applied(data: str | bytes, edits: list[Edit] | CannotEdit) -> str:
    """The text after edits that must have been possible."""
    assert not isinstance(edits, CannotEdit), edits.detail
    raw = data.encode() if isinstance(data, str) else data
    return apply(raw, edits).decode()


def reason(edits: list[Edit] | CannotEdit) -> str:
    assert isinstance(edits, CannotEdit), edits
    return edits.detail


def changes(before: str | bytes, after: str | bytes, *, template: bool = False) -> list[Difference]:
    old = before.encode() if isinstance(before, str) else before
    new = after.encode() if isinstance(after, str) else after
    found = difference(old, new, template=template)
    assert not isinstance(found, Unparsable), found
    return found


def scalars_of(stream: YamlStream) -> list[tuple[str, Scalar]]:
    return [(path, node) for path, node in stream.walk() if isinstance(node, Scalar)]
