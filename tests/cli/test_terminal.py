"""At a prompt: a real pseudo-terminal of several widths, and what decides about colours."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from refactor.console import paint
from refactor.delivery.columns import columns
from refactor.registry.demo import DemoRegistry
from tests.cli.conftest import DEPLOYMENT

ROOT = Path(__file__).parent.parent.parent
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LONG = "stacks/a rather long name of a stack/modules/and-another-one/deployment of the web server.tf"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def in_terminal(width: int, *arguments: str, **environment: str) -> list[str]:
    """What a command shows on a terminal that is so wide, line by line."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    names = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS")
    env = {name: value for name, value in os.environ.items() if name not in names}
    env |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
    process = subprocess.Popen([sys.executable, "-m", "refactor", *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    data = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # EIO: the other end is closed (Linux)
            break
        if not part:
            break
        data += part
    os.close(ours)
    process.wait(timeout=30)
    return data.decode().replace("\r\n", "\n").split("\n")


@pytest.fixture
def wide(repository: Path) -> Path:
    path = repository / LONG
    path.parent.mkdir(parents=True)
    path.write_text(DEPLOYMENT.replace('"web"', '"日本"', 1).replace("served", "\x1b[2Jserved"))
    return path


@pytest.mark.parametrize("width", [40, 80, 200])
def test_an_audit_fits_the_width_and_cuts_no_path(wide: Path, width: int) -> None:
    lines = in_terminal(width, "audit")
    plain = [COLOUR.sub("", line) for line in lines]
    assert plain != lines
    assert any(line.startswith(f"{LONG}:7:20:") for line in plain)
    for line in plain:
        assert columns(line) <= width or LONG.rpartition("/")[0] in line or len(line.split()) == 1, line
    (last,) = [number for number, line in enumerate(plain) if line.startswith("next: ")]
    assert "`tfmod pin-images`" in "".join(plain[last:])


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_fix_shows_a_whole_diff_with_its_words_marked_and_says_what_to_run_next(
    repository: Path, registry: DemoRegistry, width: int
) -> None:
    (repository / "main.tf").write_text(DEPLOYMENT.replace("served", "\x1b[2J\tserved, as \u202e" + "the long comment 日本 says " * 5))
    mirrors = [f"--mirror={host}={url}" for host, url in registry.mirrors().items()]
    shown = "\n".join(in_terminal(width, "pin-images", "--no-cache", *mirrors))
    plain = COLOUR.sub("", shown)
    (added,) = re.findall(r"(?m)^\+ .*$", plain)
    assert added.endswith("^[[2J\tserved, as <U+202E>" + "the long comment 日本 says " * 5 + " as it is")
    assert re.findall(r"\x1b\[7m(.*?)\x1b\[27m", shown)[0] == "latest"
    (line, *more) = [n for n, text in enumerate(plain.splitlines()) if text.startswith("1 changed in 1 file")]
    said = " ".join(" ".join(plain.splitlines()[line:]).split())
    assert not more
    assert said.startswith("1 changed in 1 file. Nothing is written: --write does that, --branch commits it to a branch")
    assert all(columns(text) <= width for text in plain.splitlines()[line:])


@pytest.mark.parametrize("width", [40, 80])
def test_progress_stays_on_one_line(repository: Path, registry: DemoRegistry, width: int) -> None:
    mirrors = [f"--mirror={host}={url}" for host, url in registry.mirrors().items()]
    lines = in_terminal(width, "pin-images", "--no-cache", *mirrors)
    drawn = [part for line in lines for part in line.split("\r\x1b[K") if part.startswith("looking up")]
    assert drawn
    assert all(columns(part) < width for part in drawn)
    assert not any("looking up" in line for line in in_terminal(width, "pin-images", "--no-cache", *mirrors, TERM="dumb"))


def test_a_pipe_gets_neither_colours_nor_broken_lines(wide: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "refactor", "audit"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "40"},
    )
    assert "\x1b" not in done.stdout
    assert any(len(line) > 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe", "patch"),
    [
        ({}, True, False, False),
        ({"NO_COLOR": "1"}, False, False, False),
        ({"NO_COLOR": ""}, True, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False, False),
        ({"FORCE_COLOR": "1"}, True, True, False),
        ({"FORCE_COLOR": "0"}, True, False, False),
        ({"CLICOLOR_FORCE": "1"}, True, True, False),
        ({"CLICOLOR": "0"}, False, False, False),
        ({"CLICOLOR": "1"}, True, False, False),
        ({"TERM": "dumb"}, False, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True, False),
    ],
    ids=str,
)
def test_the_environment_decides_about_colours(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, pipe: bool, patch: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert paint(Terminal()).on is terminal
    assert paint(io.StringIO()).on is pipe
    assert paint(io.StringIO(), patch=True).on is patch
    for stream in (Terminal(), io.StringIO()):
        assert paint(stream, "always", patch=True).on is True
        assert paint(stream, "never").on is False


def test_the_width_is_what_columns_says_and_none_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "66")
    assert paint(Terminal()).width == 66
    assert paint(io.StringIO()).width is None
    for useless in ("0", "5", "wide", ""):
        monkeypatch.setenv("COLUMNS", useless)
        assert paint(Terminal()).width is None
