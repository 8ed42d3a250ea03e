"""Writing that fails on the way, is interrupted or killed: everything is put back, or at least whole.

Every step that changes the disk is made to fail, in turn; the signals are real ones, to a real process.
"""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from refactor.delivery.targets import WriteFailure
from refactor.delivery.write import Disk, NotWritten, Written, write
from refactor.reasons import Reason
from tests.support.writes import AFTER, BEFORE, CHANGES, put, refused, tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path / "root", BEFORE)
    return tmp_path / "root"


class Full(Disk):
    """A disk that is full for the file with these bytes: the kernel itself says so."""

    def __init__(self, number: int) -> None:
        self.number = number

    def create(self, path: Path, mode: int) -> int:
        self.number -= 1
        descriptor = super().create(path, mode)
        if self.number == 0:
            os.close(descriptor)
            return os.open("/dev/full", os.O_WRONLY)
        return descriptor


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_full_disk_changes_nothing_and_leaves_no_temporary_file(root: Path, number: int) -> None:
    (failure,) = refused(write(root, CHANGES, Full(number)))
    assert (failure.text, failure.reason) == ("no space is left on the disk", Reason.NOT_WRITABLE)
    assert failure.path == [change for change in CHANGES if change.after is not None][number - 1].path
    assert tree(root) == BEFORE
    assert not (root / "n").exists(), "directories made on the way are removed"


def test_a_file_larger_than_the_system_allows_changes_nothing(root: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from refactor.changeset import FileChange
from refactor.delivery.write import write
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
print(write(Path(sys.argv[1]), [FileChange("m/b.tf", b"b\\n", b"B\\n"), FileChange("a.tf", b"a\\n", b"A" * 5000)]).failures[0].text)
"""
    done = subprocess.run([sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.stdout.strip() == "the file would be larger than the system allows", done.stderr
    assert tree(root) == BEFORE


def test_everything_is_on_the_disk_before_the_first_file_changes(root: Path) -> None:
    class Noting(Disk):
        def __init__(self) -> None:
            self.steps: list[str] = []

        def sync(self, descriptor: int) -> None:
            self.steps.append("sync directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync")
            super().sync(descriptor)

        def replace(self, source: Path, target: Path) -> None:
            self.steps.append("replace")
            super().replace(source, target)

        def remove(self, path: Path) -> None:
            self.steps.append("remove")
            super().remove(path)

    disk = Noting()
    write(root, CHANGES, disk)
    assert disk.steps == ["sync"] * 4 + ["replace"] * 4 + ["remove"] * 2 + ["sync directory"] * 4


class Failing(Disk):
    """Each call that changes the disk is numbered; one of them fails, before or after it was done."""

    def __init__(self, number: int, *, after: bool = False, code: int = errno.EIO) -> None:
        self.number = number
        self.calls = 0
        self.after = after
        self.code = code

    def step(self) -> bool:
        self.calls += 1
        return self.calls == self.number

    def fail(self) -> None:
        raise OSError(self.code, os.strerror(self.code))

    def create(self, path: Path, mode: int) -> int:
        if self.step():
            self.fail()
        return super().create(path, mode)

    def write(self, descriptor: int, data: memoryview) -> int:
        if self.step():
            self.fail()
        return super().write(descriptor, data[:1])  # a short write is no failure

    def sync(self, descriptor: int) -> None:
        if self.step():
            self.fail()
        super().sync(descriptor)

    def make_directory(self, path: Path) -> None:
        if self.step():
            self.fail()
        super().make_directory(path)

    def replace(self, source: Path, target: Path) -> None:
        hit = self.step()
        if hit and not self.after:
            self.fail()
        super().replace(source, target)
        if hit:
            self.fail()

    def remove(self, path: Path) -> None:
        hit = self.step()
        if hit and not self.after:
            self.fail()
        super().remove(path)
        if hit:
            self.fail()


def steps(root: Path) -> int:
    disk = Failing(0)
    assert isinstance(write(root, CHANGES, disk), Written)
    return disk.calls


@pytest.mark.parametrize("after", [False, True])
def test_a_failure_at_any_step_takes_everything_back(tmp_path: Path, after: bool) -> None:
    put(tmp_path / "count", BEFORE)
    total = steps(tmp_path / "count")
    assert total > 20
    outcomes = set()
    for number in range(1, total + 1):
        root = tmp_path / f"{number}"
        put(root, BEFORE)
        (root / "a.tf").chmod(0o751)
        result = write(root, CHANGES, Failing(number, after=after))
        outcomes.add(type(result))
        if isinstance(result, Written):
            assert tree(root) == AFTER  # only making the renames last may fail without harm
            continue
        assert result.left == ()
        assert result.failures[0].text == os.strerror(errno.EIO).lower()
        assert tree(root) == BEFORE, f"step {number}"
        assert stat.S_IMODE((root / "a.tf").stat().st_mode) == 0o751
        assert not (root / "n").exists()
    assert outcomes == {NotWritten, Written}


def test_what_cannot_be_put_back_is_named_and_whole(root: Path) -> None:
    class Breaking(Disk):
        """Fails at the second rename, and from then on has no space for the old content either."""

        renames = 0

        def replace(self, source: Path, target: Path) -> None:
            self.renames += 1
            if self.renames == 2:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            super().replace(source, target)

        def create(self, path: Path, mode: int) -> int:
            if self.renames == 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().create(path, mode)

    assert write(root, CHANGES, Breaking()) == NotWritten((WriteFailure("m/b.tf", "input/output error"),), left=("a.tf",))
    assert tree(root) == BEFORE | {"a.tf": AFTER["a.tf"]}


class Meddling(Disk):
    """Somebody else changes a file between the check and the rename."""

    def __init__(self, action: object, at: int) -> None:
        self.action, self.at = action, at

    def create(self, path: Path, mode: int) -> int:
        self.at -= 1
        if self.at == 0:
            assert callable(self.action)
            self.action()
        return super().create(path, mode)


@pytest.mark.parametrize(
    ("path", "meanwhile"),
    [
        ("a.tf", b"theirs\n"),
        ("m/b.tf", b"theirs\n"),
        ("n/e/w.tf", b"theirs\n"),
        ("x/new.tf", b"theirs\n"),
        ("old.tf", b"theirs\n"),
        ("gone.tf", b"theirs\n"),
    ],
)
def test_a_file_that_changes_while_others_are_staged_is_not_overwritten(root: Path, path: str, meanwhile: bytes) -> None:
    result = write(root, CHANGES, Meddling(lambda: put(root, {path: meanwhile}), 4))
    (failure,) = refused(result)
    assert failure.text == "it changed while it was being written"
    assert tree(root) == BEFORE | {path: meanwhile}


# --- interrupts and kills, in a real process

CHILD = """
import os, signal, sys
from pathlib import Path
from refactor.delivery.write import Disk, write
from tests.support.writes import CHANGES

class Deadly(Disk):
    def __init__(self, number, after, sign):
        self.number, self.after, self.sign, self.calls = number, after, sign, 0

def wrap(name):
    call = getattr(Disk, name)
    def method(self, *arguments):
        self.calls += 1
        hit = self.calls == self.number
        if hit and not self.after:
            os.kill(os.getpid(), self.sign)
        result = call(self, *arguments)
        if hit and self.after:
            os.kill(os.getpid(), self.sign)
        return result
    setattr(Deadly, name, method)

for name in ("create", "write", "sync", "make_directory", "replace", "remove"):
    wrap(name)

root, sign = Path(sys.argv[1]), signal.Signals[sys.argv[2]]
for number in range(1, int(sys.argv[3]) + 1):
    for after in (0, 1):
        child = os.fork()
        if child == 0:
            sys.stderr = open(os.devnull, "w")
            write(root / f"{number}-{after}", CHANGES, Deadly(number, after, sign))
            os._exit(0)
        print(number, after, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_a_signal_at_any_step_leaves_each_file_whole(tmp_path: Path, name: str) -> None:
    put(tmp_path / "count", BEFORE)

    class Counting(Failing):
        def write(self, descriptor: int, data: memoryview) -> int:
            self.calls += 1
            return Disk.write(self, descriptor, data)

    disk = Counting(0)
    write(tmp_path / "count", CHANGES, disk)
    places = [tmp_path / f"{number}-{after}" for number in range(1, disk.calls + 1) for after in (0, 1)]
    for place in places:
        put(place, BEFORE)
    command = [sys.executable, "-c", CHILD, str(tmp_path), name, str(disk.calls)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path.cwd(), env=os.environ | {"PYTHONPATH": str(Path.cwd())}
    )
    codes = [int(line.split()[2]) for line in done.stdout.splitlines()]
    assert len(codes) == len(places), done.stderr
    if name == "SIGKILL":
        assert set(codes) == {-signal.SIGKILL}
    else:
        assert 0 not in codes, "the interrupt reaches the caller"
    seen = set()
    for place in places:
        now = {path: data for path, data in tree(place).items() if not path.endswith(".tmp")}
        if name == "SIGINT":
            assert tree(place) == BEFORE, "an interrupt takes everything back, temporary files too"
        for path, data in now.items():
            assert data in (BEFORE.get(path), AFTER.get(path)), f"{place.name}: {path} is not whole"
        assert "gone.tf" in now or now.get("x/new.tf") == AFTER["x/new.tf"], "deletions come last"
        assert "old.tf" in now or now.get("x/new.tf") == AFTER["x/new.tf"], "a moved file is never gone from both places"
        seen.add(now.get("a.tf"))
    assert seen == ({b"a\n"} if name == "SIGINT" else {b"a\n", b"A\n"})
