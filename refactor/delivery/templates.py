"""Texts from ``templates/``, filled in by jinja2. They are found in a checkout and in an installed tfmod alike."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound


class _Packaged(BaseLoader):
    """Templates of the ``templates`` package."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:
        del environment
        try:
            return resources.files("templates").joinpath(template).read_text("utf-8"), None, None
        except (FileNotFoundError, ModuleNotFoundError) as error:
            raise TemplateNotFound(template) from error


@cache
def _plain() -> Environment:
    """It keeps the templates that it has compiled."""
    # What comes out is plain text (commit messages, Markdown, pages for a terminal), never HTML: escaping would spoil it.
    return Environment(loader=_Packaged(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701


@cache
def _html() -> Environment:
    return Environment(loader=_Packaged(), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True)


def rendered(template: str, **values: object) -> str:
    """A template, with these values; a value that it wants and does not get is an error."""
    return _plain().get_template(template).render(**values)


def page(template: str, **values: object) -> str:
    """A template for HTML: every value is escaped that is not marked as safe."""
    return _html().get_template(template).render(**values)


def source(name: str) -> str:
    """A file beside the templates, as it is."""
    return resources.files("templates").joinpath(name).read_text("utf-8")
