"""Runs one command and says what it took: time by the clock and of the processor, memory of its largest process and of all together."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
SAMPLE_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and bytes. ``largest`` is the peak of the largest process, as the kernel counts it (getrusage(2), ``ru_maxrss``)."""

    seconds: float
    processor: float
    largest: int
    code: int
    output: str


def run(argv: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Run:
    """One run with no cache of its own from an earlier one: caches, configuration and temporary files are in a new directory."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = start(argv, cwd, environment, home, output.fileno())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode, text)


def memory_of_all(argv: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> int:
    """The peak, in bytes, of what all processes of one run held together; pages that they share count once.

    Sampled (``Pss`` of /proc/PID/smaps_rollup, proc(5)), so it is a run of its own: reading it costs the command time.
    """
    peak = 0
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as output:
        process = start(argv, cwd, environment, home, output.fileno())
        while process.poll() is None:
            peak = max(peak, sum(held(pid) for pid in session(process.pid)))
            time.sleep(SAMPLE_EVERY)
    return peak


def start(argv: Sequence[str], cwd: Path, environment: Mapping[str, str], home: str, output: int) -> subprocess.Popen[bytes]:
    places = {"HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "XDG_CONFIG_HOME": f"{home}/config", "TMPDIR": home}
    return subprocess.Popen(
        argv,
        cwd=cwd,
        env={**os.environ, **places, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def session(leader: int) -> list[int]:
    """The processes of the session that ``leader`` began."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getsid(int(entry.name)) == leader:
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found


def held(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
