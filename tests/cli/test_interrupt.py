"""Ctrl-C while a registry is waited for: a word, exit code 130, and nothing written."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import DEPLOYMENT

ROOT = Path(__file__).parent.parent.parent


def test_nothing_is_written_and_no_traceback_is_shown(repository: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        mirror = f"--mirror=docker.io=http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "refactor", "pin-images", "--write", "--no-cache", mirror]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=repository, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            connection, _ = silent.accept()  # it is asking now
            with connection:
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, b"Traceback" in err, b"interrupted" in err) == (b"", False, True)
    assert (repository / "main.tf").read_text() == DEPLOYMENT
    assert [p.name for p in repository.iterdir()] == ["main.tf"]


def test_a_reader_that_goes_away_is_no_error(repository: Path) -> None:
    (repository / "main.tf").write_text("".join(DEPLOYMENT.replace("web", f"web{i}") for i in range(2000)))
    command = f"{sys.executable} -m refactor audit | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr and b"BrokenPipe" not in done.stderr
