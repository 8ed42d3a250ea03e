"""Where a report goes: standard output, or a file that is whole at any moment."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

from refactor.delivery.targets import said

_NEW_FILE = 0o666  # less the umask


def refused(target: Path) -> str | None:
    """Why a report cannot be written there, as far as can be told before the run; None if it can."""
    try:
        place = Path(os.path.realpath(target))
        if place.is_dir():
            return f"{target} is a directory"
        if place.is_symlink():  # what is resolved is one only where links lead in a circle
            return f"{target} is a link that leads to itself"
        if not place.exists() and not place.parent.is_dir():
            return f"there is no directory {place.parent}"
    except (OSError, ValueError) as error:
        return f"{target}: {said(error) if isinstance(error, OSError) else error}"
    return None


def emit(data: bytes, target: Path | None) -> str | None:
    """Write a report to a file, or to standard output for None. Returns what went wrong.

    A file is replaced as a whole and keeps its permissions; a symbolic link is followed. What is no regular file (``/dev/stdout``, a
    named pipe) is written to.
    """
    if target is None:
        return _printed(data)
    try:
        place = Path(os.path.realpath(target))
        if place.exists() and not place.is_file():
            place.write_bytes(data)
        else:
            _replace(place, data)
    except OSError as error:
        return f"{target}: {said(error)}"
    return None


def _printed(data: bytes) -> str | None:
    """Write to standard output, which a reader may leave (``head``) without harm."""
    if sys.__stdout__ is None:
        return "standard output is closed"
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        with suppress(OSError, ValueError):  # what is left in the buffer would fail once more when Python ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return f"standard output: {said(error)}"
    return None


def _replace(place: Path, data: bytes) -> None:
    staged = place.with_name(f".tfmod-{secrets.token_hex(8)}.tmp")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _NEW_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if place.exists():
                os.fchmod(file.fileno(), stat.S_IMODE(place.stat().st_mode))
        staged.replace(place)
    except BaseException:
        with suppress(OSError):
            staged.unlink()
        raise
