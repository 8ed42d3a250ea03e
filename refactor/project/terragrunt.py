"""Terragrunt units: which module each applies, and with which inputs.

Terragrunt reference, "HCL blocks", "HCL attributes" and "HCL functions": ``terraform { source }`` names the module (the unit's own
directory where it is absent; ``//`` only marks where a copy starts); ``inputs`` become environment variables, so that variable files win;
``include`` merges a parent's, the child's own winning; ``extra_arguments`` hand over variable files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from refactor.hcl.document import Block, Document
from refactor.hcl.expressions import Call, Expression, Template
from refactor.project.files import in_repository, path_of
from refactor.project.functions import function
from refactor.project.modules import Instance
from refactor.project.texts import made
from refactor.project.values import List, Map, Str, Thunk, Unknown, Value, Via, always, carried
from refactor.project.variables import automatic_files, load
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.project import Project
    from refactor.project.scope import Scope

_UNIT = "terragrunt.hcl"


def units(project: Project) -> Mapping[str, list[Instance]]:
    """Instances by the directory that they apply."""
    from refactor.project.evaluate import Evaluator

    result: dict[str, list[Instance]] = {}
    run = Evaluator(project)
    for path in project.workspace.files:
        document = project.document(path) if posixpath.basename(path) == _UNIT else None
        if document is None:
            continue
        unit = _Unit(run, document)
        directory = unit.applies()
        if directory is not None and directory in project.module_files:
            result.setdefault(directory, []).append(unit.instance(directory))
    return result


class _Unit:
    """One ``terragrunt.hcl`` and the files that it includes."""

    def __init__(self, run: Evaluator, document: Document) -> None:
        self.run = run
        self.project = run.project
        self.path = document.path
        self.directory = posixpath.dirname(document.path)
        self.documents = [document]
        self.documents += (d for b in document.body.blocks("include") if (d := self._parent(b)) is not None)

    def _scope(self, document: Document) -> Scope:
        return self.run.scope(document, self.project.file_module(document.path, self.directory))

    def _parent(self, block: Block) -> Document | None:
        return parent(self.run, block, self._scope(block.parent.document))

    def applies(self) -> str | None:
        """Directory of the module, or None where it is not in this repository."""
        for document in self.documents:
            block = document.body.block_named("terraform")
            attribute = block.body.attribute("source") if block is not None else None
            if attribute is None:
                continue
            path = self._path(attribute.expression, document)
            return path if path is not None and path in self.project.module_files else None
        return self.directory

    def _path(self, expression: Expression, document: Document) -> str | None:
        scope = self._scope(document)
        value = self.run.evaluate(expression, scope)
        if not isinstance(value, Str) or not value.text or "::" in value.text:
            return None
        return in_repository(value, scope)

    def instance(self, directory: str) -> Instance:
        """The unit's variable files before what Terraform loads by itself, then its inputs before those of its parents."""
        paths = [p for d in reversed(self.documents) for p in self._variable_files(d)]
        paths.reverse()
        for folder in dict.fromkeys((self.directory, directory)):
            paths += automatic_files(self.project.variable_files_in(folder), folder)
        paths = [p for p in paths if p in self.project.workspace.files or self.project.read(p) is not None]
        loaded = load(self.project, paths)
        inputs = [
            (self.project.file_module(d.path, self.directory), d, a.expression)
            for d in self.documents
            if (a := d.body.attribute("inputs")) is not None
        ]
        module = self.project.module(self.directory)
        return Instance(self.path, module, None, None, loaded.values, tuple(inputs), loaded.hidden, loaded.opaque)

    def _variable_files(self, document: Document) -> Iterator[str]:
        terraform = document.body.block_named("terraform")
        for block in terraform.body.blocks("extra_arguments") if terraform is not None else ():
            for name in ("required_var_files", "optional_var_files"):
                attribute = block.body.attribute(name)
                value = self.run.evaluate(attribute.expression, self._scope(document)) if attribute is not None else None
                for thunk in value.entries if isinstance(value, List) else ():
                    text = thunk()
                    path = in_repository(text, self._scope(document)) if isinstance(text, Str) else None
                    if path is not None:
                        yield path


def parent(run: Evaluator, block: Block, scope: Scope) -> Document | None:
    """The file that an ``include`` block names."""
    attribute = block.body.attribute("path")
    value = run.evaluate(attribute.expression, scope) if attribute is not None else None
    path = in_repository(value, scope) if isinstance(value, Str) else None
    return run.project.document(path) if path is not None and path in run.project.workspace.files else None


def included(run: Evaluator, name: str, scope: Scope) -> Value:
    """``include.NAME``: the parent's locals and inputs, where the block exposes them."""
    for block in scope.document.body.blocks("include"):
        if block.labels == (name,):
            document = parent(run, block, scope)
            if document is not None:
                return content(run, document, scope)
    return Unknown(Reason.COMPUTED, f"include.{name}")


def content(run: Evaluator, document: Document, scope: Scope) -> Map:
    """``locals`` and ``inputs`` of another Terragrunt file, read on behalf of this unit."""
    module = run.project.file_module(document.path, scope.module.unit or "")
    there = run.scope(document, module)
    values: dict[str, Thunk] = {n: run.thunk(a.expression, there) for n, a in module.locals.items()}
    inputs = document.body.attribute("inputs")
    given = run.thunk(inputs.expression, there) if inputs is not None else always(Map({}))
    return Map({"locals": always(Map(values)), "inputs": given}, complete=False)


@function("read_terragrunt_config")
def _read_config(run: Evaluator, call: Call, scope: Scope) -> Value:
    if scope.module.unit is None:
        return Unknown(Reason.COMPUTED, f"{call.name}()")
    path = path_of(run, call, scope)
    document = run.project.document(path) if isinstance(path, str) else None
    if document is None:
        return path if isinstance(path, Unknown) else Unknown(Reason.NO_VALUE, f"{path}: no such file in this repository")
    return carried(content(run, document, scope), Via(scope.document.path, call.span.start))


@function("find_in_parent_folders")
def _find(run: Evaluator, call: Call, scope: Scope) -> Value:
    """The nearest file of that name above the unit, else the second argument."""
    unit = scope.module.unit
    first = call.arguments[0] if call.arguments else None
    name = first.literal if isinstance(first, Template) else _UNIT if first is None else None
    if unit is None or name is None:
        return Unknown(Reason.COMPUTED, "find_in_parent_folders()")
    folder = unit
    while folder:
        folder = posixpath.dirname(folder)
        candidate = posixpath.join(folder, name)
        if candidate in run.project.workspace.files or run.project.read(candidate) is not None:
            return made(candidate)
    if len(call.arguments) > 1:
        return run.evaluate(call.arguments[1], scope)
    return Unknown(Reason.NO_VALUE, f"no {name} above {unit}")


@function("get_repo_root", "get_path_to_repo_root", "get_terragrunt_dir", "get_original_terragrunt_dir", "get_parent_terragrunt_dir")
def _directory(run: Evaluator, call: Call, scope: Scope) -> Value:
    unit = scope.module.unit
    if unit is None:
        return Unknown(Reason.COMPUTED, f"{call.name}()")
    if call.name.endswith("repo_root"):
        return made(".")
    if call.name == "get_parent_terragrunt_dir":
        documents = [d for b in scope.document.body.blocks("include") if (d := parent(run, b, scope)) is not None]
        return made(posixpath.dirname((documents[0] if documents else scope.document).path) or ".")
    return made(unit or ".")
