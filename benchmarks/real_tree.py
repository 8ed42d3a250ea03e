"""The whole of `tfmod pin-images` on a real repository, with a real registry in place of the internet's.

    python -m benchmarks.real_tree TREE

copies the tree's files (as git tracks them) to a temporary repository, starts Debian's docker-registry, fills it with small images under
every name and tag that the tree uses (every third of several platforms; every other moving tag equal to a version, the rest not), and then
shows: what the audit finds; that `pin-images --write` changes only lines with images (and ignore_changes); that `terraform fmt` lists no
file that it did not list before; that a second run changes nothing; time, memory and requests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from refactor.registry.reference import Reference
from refactor.registry.tags import TagKind, classify
from tests.support.oci import push_image
from tests.support.registry import running_registry

PLATFORMS = ("linux/amd64", "linux/arm64")
IMAGE_LINE = re.compile(r"image|default|tag|repository|digest|ignore_changes|lifecycle|version|^[+-]\s*[\]}]?\s*$|sha256:")


def main(tree: Path) -> int:
    """Returns 0 if everything that is to hold held."""
    with tempfile.TemporaryDirectory(prefix="tfmod-real-") as name:
        work = Path(name)
        copy = _copied(tree, work / "tree")
        with running_registry(work / "registry") as registry:
            audit = json.loads(_tfmod(copy, "audit", "--format", "json").output)
            print("audit:", audit["summary"])
            wanted = {f["before"] for f in audit["findings"] if f["rule"] and f["thing"] == "image"}
            hosts = _fill(registry.url, sorted(wanted))
            mirrors = [f"--mirror={host}={registry.url}/{_prefix(host)}" for host in hosts]
            unformatted = _unformatted(copy)
            first = _tfmod(copy, "pin-images", "--write", "--no-cache", "--verbose", *mirrors)
            print("\n".join(line for line in first.errors.splitlines() if " -> " not in line))
            print(f"{len(wanted)} distinct references, {first.seconds:.1f} s, {first.mebibytes:.0f} MiB")
            changed = _git(copy, "diff", "--unified=0", "--no-color")
            print(_git(copy, "diff", "--shortstat"))
            lines = [line for line in changed.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
            strangers = [line for line in lines if not IMAGE_LINE.search(line)]
            newly = sorted(_unformatted(copy) - unformatted)
            second = _tfmod(copy, "pin-images", "--check", "--no-cache", *mirrors)
    for what, wrong in (("lines without an image", strangers), ("newly unformatted", newly)):
        print(f"{what}: {wrong or 'none'}")
    print(f"second run: exit code {second.code} (1 would mean changes)")
    return int(bool(strangers or newly or second.code == 1))


class Done(NamedTuple):
    """A finished command. ``mebibytes`` is the peak of its memory."""

    code: int
    output: str
    errors: str
    seconds: float
    mebibytes: float


def _tfmod(where: Path, *arguments: str) -> Done:
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([sys.executable, "-m", "refactor", *arguments], cwd=where, stdout=out, stderr=err, env=_environment())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        out.seek(0)
        err.seek(0)
        return Done(process.returncode, out.read().decode(), err.read().decode(), seconds, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}


def _git(where: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", where, *arguments], capture_output=True, text=True, check=True).stdout.strip()


def _copied(tree: Path, target: Path) -> Path:
    """A repository of its own with the files that git tracks in the tree."""
    names = subprocess.run(["git", "-C", tree, "ls-files", "-z"], capture_output=True, check=True).stdout.decode().split("\0")
    for name in names:
        if not name or (tree / name).is_dir():  # a submodule
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree / name, target / name, follow_symlinks=False)
    _git(target, "init", "--quiet")
    _git(target, "add", "--all", "--force")
    _git(target, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message=as it is")
    return target


def _unformatted(where: Path) -> set[str]:
    done = subprocess.run(["terraform", "fmt", "-check", "-recursive"], cwd=where, capture_output=True, text=True, check=False)
    return set(done.stdout.split())


def _fill(url: str, texts: list[str]) -> list[str]:
    """Images for every reference; returns the registries that they are of."""
    hosts: set[str] = set()
    for i, text in enumerate(texts):
        reference = Reference.parse(text)
        hosts.add(reference.registry)
        repository = f"{_prefix(reference.registry)}/{reference.repository}"
        platforms = PLATFORMS if i % 3 == 0 else ()
        push_image(url, repository, reference.wanted, content=text, platforms=platforms)
        if classify(reference.tag) is not TagKind.EXACT and i % 2 == 0:
            push_image(url, repository, f"1.{i}.0", content=text, platforms=platforms)
    return sorted(hosts)


def _prefix(host: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", host)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
