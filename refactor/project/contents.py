"""Read one file, and tell what cannot be used: encrypted, binary or undecodable content."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass

from refactor.reasons import Reason


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a file is left alone. ``detail`` never holds anything of its content."""

    reason: Reason
    detail: str


Opener = Callable[[str], bytes]
"""Absolute path to content; raises OSError."""

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a named pipe must not be waited for
_CHUNK = 1 << 20

_GIT_CRYPT = b"\0GITCRYPT\0"
_ENVELOPES = {
    b"$ANSIBLE_VAULT;": "Ansible Vault",
    b"-----BEGIN AGE ENCRYPTED FILE-----": "age",
    b"age-encryption.org/v1\n": "age",
    b"-----BEGIN PGP MESSAGE-----": "OpenPGP",
}
_SOPS_VALUE = b"ENC[AES256_GCM,"
# The metadata that sops keeps in the file (getsops.io/docs, "Encryption Protocol"): YAML, JSON, and dotenv or INI
_SOPS = re.compile(
    rb"""^sops:[ \t]*\r?\n(?:[ \t].*\n|[ \t]*\r?\n)*?[ \t]+mac:
    |\A\s*\{(?s:.)*"sops"\s*:\s*\{(?s:.)*"mac"\s*:
    |^sops_mac\s*=
    |^\[sops\]""",
    re.MULTILINE | re.VERBOSE,
)
_WIDE_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_file(path: str) -> bytes:
    """The content of a regular file that is no symbolic link.

    Raises:
        OSError: it can't be read, or is something else.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(None, "not a regular file")
        data = os.read(descriptor, status.st_size + 1)
        if len(data) == status.st_size:
            return data
        parts = [data]
        while part := os.read(descriptor, _CHUNK):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def unusable(data: bytes) -> Skip | None:
    """Why the content can't be used; None if it is plain UTF-8, with or without a byte order mark."""
    if data.startswith(_GIT_CRYPT):
        return Skip(Reason.ENCRYPTED, "by git-crypt")
    for mark, name in _ENVELOPES.items():
        if data.startswith(mark):
            return Skip(Reason.ENCRYPTED, f"by {name}")
    if _SOPS_VALUE in data and _SOPS.search(data):
        return Skip(Reason.ENCRYPTED, "by sops")
    for mark, name in _WIDE_MARKS.items():
        if data.startswith(mark):
            return Skip(Reason.UNDECODABLE, name)
    if b"\0" in data:
        return Skip(Reason.BINARY, "it holds NUL bytes")
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            return Skip(Reason.UNDECODABLE, f"line {line}, byte {error.start}")
    return None


def unreadable(error: OSError) -> Skip:
    """The skip for what the system said."""
    return Skip(Reason.UNREADABLE, (error.strerror or str(error)).lower())
