"""YAML, JSON and templates of both, edited as losslessly as HCL: libyaml says where things are, byte-span edits change them.

    stream = parse(data, start=..., end=..., template=True)     # YamlStream, or Unparsable
    image = stream.documents[0].find("spec.containers[0].image")
    edits = set_scalar(image, "nginx:1.27.3")                    # a list of Edit, or CannotEdit
    difference(before, after, template=True)                     # what changed, as a second parser sees it

Offsets are bytes of ``data``, which may be a larger file (a heredoc in Terraform code). ``import yaml`` in here is PyYAML.
"""

from __future__ import annotations

from refactor.yaml.document import (
    Alias,
    CollectionStyle,
    Document,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    YamlStream,
    resolve,
)
from refactor.yaml.edit import CannotEdit, replace_in_scalar, set_scalar
from refactor.yaml.gate import Atom, Difference, difference
from refactor.yaml.keys import remove_key, set_key
from refactor.yaml.reader import parse
from refactor.yaml.scalars import Interpolation, Literal, Part, Style
from refactor.yaml.template import Mark, MarkKind, Unparsable

__all__ = [
    "Alias",
    "Atom",
    "CannotEdit",
    "CollectionStyle",
    "Difference",
    "Document",
    "Entry",
    "Interpolation",
    "Literal",
    "Mapping",
    "Mark",
    "MarkKind",
    "Node",
    "Part",
    "Scalar",
    "Sequence",
    "Style",
    "Unparsable",
    "YamlStream",
    "difference",
    "parse",
    "remove_key",
    "replace_in_scalar",
    "resolve",
    "set_key",
    "set_scalar",
]
