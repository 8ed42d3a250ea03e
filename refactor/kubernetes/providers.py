"""Which versions of the Kubernetes provider the code allows, where a resource type is new.

Terraform language, "Version Constraints" and "Dependency Lock File".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from refactor.hcl.document import Document
from refactor.hcl.expressions import Expression, Object, Template, Traversal
from refactor.kubernetes.workloads import Workload
from refactor.project.modules import Module
from refactor.project.project import Project
from refactor.project.values import Unknown
from refactor.reasons import Reason

Version = tuple[int, ...]

_NAME = "kubernetes"
_LOCK = ".terraform.lock.hcl"
_LOCKED = "/hashicorp/kubernetes"
_CONSTRAINT = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+)*)(?:-[\w.]+)?\s*")
_VERSIONED = re.compile(r"_v\d+(?:beta\d+)?$")


def lacks(project: Project, workload: Workload, since: Version) -> Unknown | None:
    """Why the provider of a workload does not have what came with version ``since``; None if nothing says so.

    What its module, every module that calls it, and their lock files say counts.
    """
    attribute = workload.resource.body.attribute("provider")
    if attribute is not None and isinstance(attribute.expression, Traversal) and attribute.expression.root != _NAME:
        if not workload.object.is_typed:
            return Unknown(Reason.PROVIDER_VERSION, f"its provider is {attribute.expression.root}")
    elif _VERSIONED.search(workload.resource.labels[0]):
        return None
    for module in _upwards(project, workload.object.module):
        found = _constrained(module, since) or _locked(project, module, since)
        if found is not None:
            return found
    return None


def _upwards(project: Project, module: Module) -> Iterator[Module]:
    """A module and all that call it, directly or through others."""
    found = {module.directory: module}
    waiting = [module]
    while waiting:
        one = waiting.pop()
        yield one
        for caller, _ in project.callers(one.directory):
            if caller.directory not in found:
                found[caller.directory] = caller
                waiting.append(caller)


def _constrained(module: Module, since: Version) -> Unknown | None:
    for document in module.documents(b"required_providers", _NAME.encode()):
        for terraform in document.body.blocks("terraform"):
            providers = terraform.body.block_named("required_providers")
            attribute = providers.body.attribute(_NAME) if providers is not None else None
            text = _version_of(attribute.expression) if attribute is not None else None
            if attribute is not None and text is not None and not admits(text, since):
                return Unknown(
                    Reason.PROVIDER_VERSION, f"{_where(document, attribute.span.start)} wants {text}, and it came with {_text(since)}"
                )
    return None


def _version_of(value: Expression) -> str | None:
    item = value.get("version") if isinstance(value, Object) else None
    version = item.value if item is not None else value
    return version.literal if isinstance(version, Template) else None


def _locked(project: Project, module: Module, since: Version) -> Unknown | None:
    path = posixpath.join(module.directory, _LOCK)
    data = project.read(path)
    if data is None or _LOCKED.encode() not in data:
        return None
    document = Document(path, data)
    for block in document.body.blocks("provider") if document.error is None else ():
        attribute = block.body.attribute("version")
        text = _version_of(attribute.expression) if attribute is not None else None
        if block.labels and block.labels[0].endswith(_LOCKED) and text is not None and not admits(text, since):
            return Unknown(Reason.PROVIDER_VERSION, f"{_where(document, block.span.start)} has {text}; it came with {_text(since)}")
    return None


def _where(document: Document, offset: int) -> str:
    return f"{document.path}:{document.lines.line(offset)}"


def _text(version: Version) -> str:
    return ".".join(str(n) for n in version)


def admits(constraint: str, since: Version) -> bool:
    """Whether versions from ``since`` on satisfy a constraint (``>= 2.0, < 2.6``); what cannot be read as one does not speak against it."""
    return all(_admits(part, since) for part in constraint.split(","))


def _admits(part: str, since: Version) -> bool:
    match = _CONSTRAINT.fullmatch(part)
    if match is None:
        return True
    version = tuple(int(n) for n in match[2].split("."))
    match match[1]:
        case None | "=" | "<=":
            return _padded(version) >= _padded(since)
        case "<":
            return _padded(version) > _padded(since)
        case "~>" if len(version) > 1:
            return _padded((*version[:-2], version[-2] + 1)) > _padded(since)
    return True


def _padded(version: Version) -> Version:
    return (*version, *(0,) * (3 - len(version)))
