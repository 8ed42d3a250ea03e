"""Measures ``tfmod audit`` and what people have today side by side on one tree, and prints a table in Markdown.

    python -m benchmarks.run TREE [--runs 5] [--twice] [--only NAME]... [--bin DIR]... [--outputs DIR]

The commands take turns: each round runs every one once, so that whatever else the machine does falls on all alike. A round before these is
not counted; it fills the file system's cache. Only the standard library is needed here; a tool that is not installed is named as not
measured.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands import COMMANDS, FLOOR, TREE, Command
from benchmarks.measure import MIB, Run, memory_of_all, run


@dataclass(frozen=True, slots=True)
class Job:
    """A command on a tree."""

    name: str
    command: Command
    tree: Path

    @property
    def argv(self) -> list[str]:
        program, *words = self.command.argv
        return [shutil.which(program) or program, *(str(self.tree) if word == TREE else word for word in words)]

    def run(self) -> Run:
        return run(self.argv, self.tree, self.command.environment)

    def memory_of_all(self) -> int:
        return memory_of_all(self.argv, self.tree, self.command.environment)


def installed(command: Command) -> bool:
    return shutil.which(command.argv[0]) is not None and (not command.module or importlib.util.find_spec(command.module) is not None)


def version(command: Command) -> str:
    if command.module:
        return f"{command.module} {importlib.metadata.version(command.module)}"
    done = subprocess.run([command.argv[0], *command.version], capture_output=True, text=True, check=False)
    words = done.stdout.strip().partition("\n")[0]
    return words if command.argv[0] in words.lower() else f"{command.argv[0]} {words}"


def take_turns(jobs: Sequence[Job], rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {job.name: [] for job in jobs}
    for number in range(rounds + 1):
        first = number % len(jobs)
        for job in (*jobs[first:], *jobs[:first]):
            print(f"round {number} of {rounds}: {job.name}", file=sys.stderr)
            done = job.run()
            if number:
                runs[job.name].append(done)
    return runs


def row(job: Job, runs: Sequence[Run], floor: float | None, together: int) -> str:
    times = [done.seconds for done in runs]
    middle = statistics.median(times)
    cells = (
        job.name,
        f"{middle:.2f} ({min(times):.2f} to {max(times):.2f})",
        f"{middle / floor:.1f}" if floor else "",
        f"{statistics.median(done.processor for done in runs):.2f}",
        f"{max(done.largest for done in runs) / MIB:.0f}",
        f"{together / MIB:.0f}",
        job.command.count(runs[-1].output),
        ", ".join(sorted({str(done.code) for done in runs})),
    )
    return f"| {' | '.join(cells)} |"


HEAD = f"""\
| command | seconds, median (least to most) | times {FLOOR} | processor seconds | MiB, largest process | MiB, all together | found | exit |
|---|---|---|---|---|---|---|---|"""


def about(tree: Path, commands: Sequence[Command], rounds: int) -> Iterator[str]:
    files = tracked(tree)
    terraform = [path for path in files if path.suffix == ".tf"]
    size = sum((tree / path).stat().st_size for path in terraform)
    processor = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?"
    )
    yield f"{len(files)} files, of which {len(terraform)} .tf files with {size / 1000:.0f} kB. {rounds} rounds."
    yield f"{os.cpu_count()} cores, {processor}; Linux {platform.release()}; Python {platform.python_version()}."
    yield "Versions: " + "; ".join(dict.fromkeys(version(command) for command in commands)) + "."


def tracked(tree: Path) -> list[Path]:
    listed = subprocess.run(["git", "-C", tree, "ls-files", "-z"], capture_output=True, check=True).stdout
    names = (Path(os.fsdecode(name)) for name in listed.split(b"\0") if name)
    return [name for name in names if (tree / name).is_file() and not (tree / name).is_symlink()]


@contextmanager
def twice(tree: Path) -> Iterator[Path]:
    """A new git repository that holds the tracked files of ``tree`` two times."""
    with tempfile.TemporaryDirectory() as name:
        doubled = Path(name)
        for path in tracked(tree):
            for copy in ("one", "two"):
                target = doubled / copy / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(tree / path, target)
        for words in (["init", "--quiet"], ["add", "--force", "."]):
            subprocess.run(["git", "-C", doubled, *words], check=True)
        yield doubled


def report(jobs: Sequence[Job], rounds: int, outputs: Path | None) -> Iterator[str]:
    runs = take_turns(jobs, rounds)
    floors = {job.tree: statistics.median(done.seconds for done in runs[job.name]) for job in jobs if job.command.name == FLOOR}
    yield HEAD
    for job in jobs:
        yield row(job, runs[job.name], floors.get(job.tree), job.memory_of_all())
        if outputs:
            (outputs / f"{''.join(letter if letter.isalnum() else '-' for letter in job.name)}.txt").write_text(runs[job.name][-1].output)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="tfmod audit and its peers, side by side on one tree")
    parser.add_argument("tree", type=Path, help="a git checkout with Terraform code")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds that count (5)")
    parser.add_argument("--twice", action="store_true", help="also on a tree with each file two times")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="commands whose name holds NAME")
    parser.add_argument("--bin", action="append", default=[], metavar="DIR", help="a directory to find tools in, before PATH")
    parser.add_argument("--outputs", type=Path, metavar="DIR", help="keep each command's last output there")
    options = parser.parse_args()

    tree = options.tree.resolve()
    os.environ["PATH"] = os.pathsep.join([*options.bin, str(Path(sys.executable).parent), os.environ["PATH"]])
    chosen = [command for command in COMMANDS if not options.only or any(name in command.name for name in options.only)]
    here = [command for command in chosen if installed(command)]
    if not here:
        parser.error("none of the commands is installed")
    if options.outputs:
        options.outputs.mkdir(parents=True, exist_ok=True)

    print("\n".join(about(tree, here, options.runs)), end="\n\n", flush=True)
    jobs = [Job(command.name, command, tree) for command in here]
    if options.twice:
        with twice(tree) as doubled:
            jobs += [Job(f"{command.name}, twice the files", command, doubled) for command in here]
            print("\n".join(report(jobs, options.runs, options.outputs)))
    else:
        print("\n".join(report(jobs, options.runs, options.outputs)))
    for command in chosen:
        if command not in here:
            print(f"\nNot measured, as it is not installed: {command.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
