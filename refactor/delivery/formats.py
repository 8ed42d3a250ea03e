"""The names of the report formats, for ``--format``: cheap to import, so that a command line is read without any renderer.

Each names a module of this package with a function ``render`` of type :data:`refactor.delivery.report.Renderer`; an entry here is all
that a new format needs. Text is not among them: it goes to a terminal, in colours, with the diff and the report apart.
"""

from __future__ import annotations

TEXT = "text"
HTML = "html"

FORMATS: dict[str, str] = {
    "json": "json_report",
    "sarif": "sarif",
    "markdown": "markdown",
    HTML: "html",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
}

NAMES: tuple[str, ...] = (TEXT, *FORMATS)
