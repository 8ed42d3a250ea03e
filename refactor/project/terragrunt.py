"""Terragrunt units: which module each applies, and with which inputs.

Terragrunt reference, "HCL blocks" and "HCL attributes": ``terraform { source }`` names the module (the unit's own directory where it is
absent; ``//`` only marks where a copy starts); ``inputs`` become variables; ``include`` merges a parent's, the child's own winning;
``extra_arguments`` hand over variable files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Call, Expression, Interpolation, Object, Template, Text, Traversal, Tuple
from refactor.project.modules import Instance, Module, normal

if TYPE_CHECKING:
    from refactor.project.project import Project

_UNIT = "terragrunt.hcl"


def units(project: Project) -> Mapping[str, list[Instance]]:
    """Instances by the directory that they apply."""
    result: dict[str, list[Instance]] = {}
    for path in project.workspace.files:
        if posixpath.basename(path) != _UNIT:
            continue
        document = project.document(path)
        if document is None:
            continue
        unit = _Unit(project, document)
        directory = unit.applies()
        if directory is None or directory not in project.module_files:
            continue
        result.setdefault(directory, []).append(unit.instance(directory))
    return result


class _Unit:
    """One ``terragrunt.hcl`` and the files that it includes."""

    def __init__(self, project: Project, document: Document) -> None:
        self.project = project
        self.document = document
        self.directory = posixpath.dirname(document.path)
        self.documents = [document, *self._included()]

    def _included(self) -> Iterator[Document]:
        for block in self.document.body.blocks("include"):
            attribute = block.body.attribute("path")
            path = self._path(attribute.expression) if attribute is not None else None
            found = self.project.document(path) if path and path in self.project.workspace.files else None
            if found is not None:
                yield found

    def _path(self, expression: Expression) -> str | None:
        """A path made of literals and Terragrunt's own functions, relative to the repository."""
        if isinstance(expression, Call) and expression.name == "find_in_parent_folders":
            return self._upwards(expression)
        text = self._text(expression)
        if text is None:
            return None
        return normal(text[1:].lstrip("/")) if text.startswith("\0") else normal(posixpath.join(self.directory, text))

    def _text(self, expression: Expression) -> str | None:
        """Text of a path; ``\\0`` stands for the repository's root."""
        if isinstance(expression, Call):
            known = {
                "get_repo_root": "\0",
                "get_path_to_repo_root": "\0",
                "get_terragrunt_dir": f"\0/{self.directory}",
                "get_original_terragrunt_dir": f"\0/{self.directory}",
            }
            if expression.name == "find_in_parent_folders":
                found = self._upwards(expression)
                return None if found is None else f"\0/{found}"
            if expression.name == "dirname" and expression.arguments:
                inner = self._text(expression.arguments[0])
                return None if inner is None else posixpath.dirname(inner)
            return known.get(expression.name)
        if not isinstance(expression, Template):
            return None
        parts: list[str] = []
        for part in expression.parts:
            if isinstance(part, Text):
                parts.append(part.text)
            elif isinstance(part, Interpolation):
                inner = self._text(part.expression)
                if inner is None:
                    return None
                parts.append(inner)
        return "".join(parts)

    def _upwards(self, call: Call) -> str | None:
        """``find_in_parent_folders(name)``: the nearest file of that name above the unit."""
        first = call.arguments[0] if call.arguments else None
        name = first.literal if isinstance(first, Template) else _UNIT if first is None else None
        if name is None:
            return None
        folder = self.directory
        while folder:
            folder = posixpath.dirname(folder)
            candidate = posixpath.join(folder, name)
            if candidate in self.project.workspace.files:
                return candidate
        return None

    def applies(self) -> str | None:
        """Directory of the module, or None where it is not in this repository."""
        for document in self.documents:
            block = document.body.block_named("terraform")
            attribute = block.body.attribute("source") if block is not None else None
            if attribute is None:
                continue
            if not isinstance(attribute.expression, Template):
                return None
            text = self._text(attribute.expression)
            local = text is not None and text.startswith(("./", "../", "\0"))
            return self._path(attribute.expression) if local else None
        return self.directory

    def instance(self, directory: str) -> Instance:
        """Inputs of the unit before those of its parents, then variable files, then what Terraform loads by itself."""
        values: list[tuple[Document, Mapping[str, Expression]]] = []
        opaque = ""
        for document in self.documents:
            for path in self._variable_files(document):
                loaded = self.project.read_values(path)
                if loaded is not None:
                    values.insert(0, loaded)
                elif path in self.project.skips:
                    opaque = opaque or path
        for document in reversed(self.documents):
            attribute = document.body.attribute("inputs")
            if attribute is not None:
                values.insert(0, (document, dict(_items(attribute.expression))))
        root = next(self.project.roots(directory))
        module = Module(self.project, self.directory, (self.document.path,))
        return Instance(module=module, values=(*values, *root.values), opaque=opaque or root.opaque, name=self.document.path)

    def _variable_files(self, document: Document) -> Iterator[str]:
        terraform = document.body.block_named("terraform")
        for block in self._arguments(terraform):
            for name in ("required_var_files", "optional_var_files"):
                attribute = block.body.attribute(name)
                if attribute is None or not isinstance(attribute.expression, Tuple):
                    continue
                for element in attribute.expression.elements:
                    path = self._path(element)
                    if path is not None:
                        yield path

    @staticmethod
    def _arguments(terraform: Block | None) -> Iterator[Block]:
        return iter(()) if terraform is None else terraform.body.blocks("extra_arguments")


def _items(expression: Expression) -> Iterator[tuple[str, Expression]]:
    """Inputs by name; of ``merge(...)``, those of each literal map."""
    if isinstance(expression, Object):
        for item in expression.items:
            if item.key is not None:
                yield item.key, item.value
    elif isinstance(expression, Call) and expression.name == "merge":
        for argument in expression.arguments:
            yield from _items(argument)
    elif isinstance(expression, Traversal):
        return
