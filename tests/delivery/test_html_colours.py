"""Text of the HTML report can be read: contrast of 4.5 to 1 at least, in both themes and on paper (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = resources.files("templates").joinpath("report.css").read_text("utf-8")
SYNTAX = ("t-k", "t-a", "t-s", "t-n", "t-c", "t-f", "text")
PAIRS = [
    *(
        (text, ground)
        for text in ("text", "muted", "link", "error", "warning", "info", "fine", "changed", "left")
        for ground in ("bg", "panel")
    ),
    *((text, ground) for text in (*SYNTAX, "muted") for ground in ("bg", "del", "ins")),
    *((text, ground) for text in SYNTAX for ground in ("del-mark", "ins-mark")),
    *(("text", ground) for ground in ("error-fill", "warning-fill", "info-fill")),
]


def themes() -> dict[str, dict[str, str]]:
    """Variables by theme: blocks of the style that set all of them."""
    blocks = [b for b in re.findall(r"\{([^{}]*)\}", CSS) if "--bg:" in b]
    light, dark, chosen, paper = (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", b)) for b in blocks)
    assert dark == chosen
    return {"light": light, "dark": dark, "paper": paper}


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    colours = themes()[theme]
    weak = {(t, g): round(contrast(colours[t], colours[g]), 2) for t, g in PAIRS if contrast(colours[t], colours[g]) < 4.5}
    assert weak == {}


def test_no_colour_is_set_but_by_a_variable() -> None:
    rules = re.sub(r"--[\w-]+:\s*#[0-9a-f]{6};", "", CSS)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[\s;])", rules) == []
