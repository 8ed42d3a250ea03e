"""Functions of Terraform's that read files, and paths."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from refactor.hcl.expressions import Call, Traversal
from refactor.project.functions import function
from refactor.project.modules import normal
from refactor.project.texts import as_text, made
from refactor.project.values import Map, Raw, Str, Unknown, Value, Via
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project.evaluate import Evaluator
    from refactor.project.scope import Scope

READERS = ("file", "templatefile")


@function(*READERS)
def _file(run: Evaluator, call: Call, scope: Scope) -> Value:
    """A file of the repository. A template's variables are the entries of the second argument."""
    path = path_of(run, call, scope)
    if isinstance(path, Unknown):
        return path
    if run.project.read(path) is None:
        reason, detail = run.project.skips.get(path, (Reason.NO_VALUE, "no such file in this repository"))
        return Unknown(reason, f"{path}: {detail}" if detail else path)
    via = Via(scope.document.path, call.span.start + (scope.shift or 0))
    if call.name == "file":
        return Raw(path, None, None, via)
    return filled(run, path, run.evaluate(call.arguments[1], scope) if len(call.arguments) > 1 else Map({}), scope, via)


def filled(run: Evaluator, path: str, names: Value, scope: Scope, via: Via) -> Raw:
    """A template file whose variables are ``names``."""

    def fill(_: int, at: int, source: str) -> Value:
        if not isinstance(names, Map):
            return names if isinstance(names, Unknown) else Unknown(Reason.COMPUTED, "the variables of a template")
        return run.in_template(path, at, source, names, scope)

    return Raw(path, None, fill, via)


def rendered(run: Evaluator, traversal: Traversal, scope: Scope, at: Via) -> Value:
    """``data.template_file.NAME.rendered`` of a file (hashicorp/template, which templatefile() replaced)."""
    source = Unknown(Reason.COMPUTED, scope.document.text(traversal.span))
    steps = traversal.steps[1:]
    block = scope.module.block("data", "template_file", steps[0].key) if steps and steps[0].key is not None else None
    template = block.body.attribute("template") if block is not None else None
    if block is None or template is None or steps[-1].key != "rendered":
        return source
    inner = run.scope_in(block, scope.module, scope.instance)
    raw = run.evaluate(template.expression, inner)
    if not isinstance(raw, Raw) or raw.span is not None:
        return raw if isinstance(raw, Unknown) else source
    names = block.body.attribute("vars")
    return filled(run, raw.path, run.evaluate(names.expression, inner) if names is not None else Map({}), inner, at)


def path_of(run: Evaluator, call: Call, scope: Scope) -> str | Unknown:
    """The path that a call's first argument names, relative to the repository."""
    text = as_text(run.evaluate(call.arguments[0], scope)) if call.arguments else Unknown(Reason.COMPUTED, f"{call.name}()")
    if isinstance(text, Unknown):
        return text
    relative = in_repository(text, scope)
    return Unknown(Reason.COMPUTED, f"{text.text} is relative to where Terraform runs") if relative is None else relative


def in_repository(path: Str, scope: Scope) -> str | None:
    """A path's place in the repository; None where it is elsewhere, or only Terraform knows.

    Terraform resolves a relative path in its working directory, the root module's; what :func:`made` gave (``path.module``) is already the
    repository's.
    """
    if path.slices and not path.slices[0].source.path:
        return normal(path.text)
    if scope.module.unit is not None:
        return normal(posixpath.join(scope.module.unit, path.text))
    if scope.module.project.callers(scope.module.directory):
        return None
    return normal(posixpath.join(scope.module.directory, path.text))


@function("dirname", "abspath", "basename")
def _path(run: Evaluator, call: Call, scope: Scope) -> Value:
    """Parts of paths, as texts of their own."""
    value = run.evaluate(call.arguments[0], scope) if len(call.arguments) == 1 else Unknown(Reason.COMPUTED, f"{call.name}()")
    if not isinstance(value, Str):
        return value if isinstance(value, Unknown) else Unknown(Reason.COMPUTED, f"{call.name}()")
    if call.name == "abspath":
        return value
    return made(posixpath.dirname(value.text) or "." if call.name == "dirname" else posixpath.basename(value.text))
