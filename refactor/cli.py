"""The command line. Nothing heavy is imported before a command is known and its arguments are right."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from refactor import __version__

_COMMANDS = (
    ("audit", "report what is wrong, with evidence, and which codemod resolves it"),
    ("concerns", "write the audit of a repository as a document in Markdown"),
    ("review", "report what a change introduces; comment on its pull request, and suggest fixes"),
    ("fix", "run several codemods in order, as one changeset"),
    ("bot", "keep pull requests with what codemods change: open, update and close them"),
    ("list", "list codemods and rules"),
    ("explain", "show the page of a codemod or a rule, with its examples"),
    ("test", "run the examples and golden cases of codemods, one's own included"),
    ("schema", "print the JSON Schema of what --format json prints"),
    ("demo", "audit and pin a small example repository, with a registry on this machine"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``tfmod``; returns the exit code (0 done, 1 findings, 2 wrong usage, 3 something could not be done, 130 interrupted)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(50_000, 20, 100)  # a run makes many small objects and few cycles: collecting often costs a tenth of an audit
    try:
        return _main(given)
    except KeyboardInterrupt:
        sys.stderr.write("tfmod: interrupted; nothing was half-written\n")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _main(given: list[str]) -> int:
    if given and not given[0].startswith("-"):
        from refactor.commands import dispatch

        return dispatch(given[0], given[1:])
    if any(a in ("-V", "--version") for a in given):
        sys.stdout.write(f"tfmod {__version__}\n")
        return 0
    if not given or given[0] in ("-h", "--help"):
        sys.stdout.write(_usage())
        return 0
    sys.stderr.write(f"tfmod: the command comes first, then options such as {given[0]}; see tfmod --help\n")
    return 2


def _usage() -> str:
    from refactor.catalogue import CatalogueError, summaries

    try:
        codemods = list(summaries())
    except CatalogueError:
        codemods = []
    width = max(len(name) for name, _ in (*_COMMANDS, *codemods)) + 2
    lines = [
        "usage: tfmod COMMAND [PATH...] [OPTION...]",
        "",
        "Finds concerns in Terraform code and rewrites it, byte for byte outside the change.",
        "A rewrite shows a diff and writes nothing, unless told to.",
        "",
        "codemods:",
        *(f"  {name:{width}}{text}" for name, text in codemods),
        "",
        "commands:",
        *(f"  {name:{width}}{text}" for name, text in _COMMANDS),
        "",
        "tfmod COMMAND --help explains a command; tfmod --version prints the version.",
        "exit codes: 0 nothing to do, or done; 1 findings, or changes that --check would make; 2 wrong usage;",
        "            3 something that was asked for could not be done",
    ]
    return "\n".join(lines) + "\n"
