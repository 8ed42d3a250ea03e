"""Image references: ``[registry/]repository[:tag][@digest]``. No I/O.

The grammar is that of github.com/distribution/reference (``reference.go``, ``regexp.go``, ``normalize.go``), which Docker, containerd and
Kubernetes use; the OCI distribution specification repeats it under "Pulling manifests".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

DOCKER_HUB = "docker.io"
DEFAULT_TAG = "latest"

_HUB_ALIASES = frozenset({DOCKER_HUB, "index.docker.io"})
_OFFICIAL = "library/"
_MAX_REPOSITORY = 255  # reference.go: RepositoryNameTotalLengthMax
_MAX_TAG = 128

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_FOREIGN = re.compile(r"[^A-Za-z0-9._:/@+\[\]-]")
_LABEL = r"(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[A-Fa-f0-9:]+\])(?::(?P<port>[0-9]+))?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")
# image-spec, descriptor.md, "Registered algorithms": the encoded part is lower-case hex. (sha384: known to go-digest, which Docker uses.)
_HEX_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}


class InvalidReference(ValueError):
    """The text is not an image reference. ``text`` is what was given; the message says what is wrong with it."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"{text!r} is not an image reference: {problem}")
        self.text = text
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference, as it was written and as it is meant.

    ``name`` is what stands before tag and digest, as written (``nginx``); ``registry`` and ``repository`` are what it means
    (``docker.io``, ``library/nginx``). Two references that differ only in spelling are unequal but have the same :attr:`canonical`.
    Build them with :meth:`parse`.
    """

    name: str
    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Return the reference that ``text`` is.

        The first component is a registry if it has a ``.`` or a ``:``, is ``localhost``, or is not all lower case (normalize.go,
        ``splitDockerDomain``); otherwise the image is on Docker Hub.

        Raises:
            InvalidReference: it is none.
        """
        _refuse_foreign(text)
        rest, at, digest = text.partition("@")
        if at:
            _check_digest(text, digest)
        host, path, tag = _split(rest)
        if tag is not None:
            _check_tag(text, tag)
        if host is None and tag is None and not at and _IDENTIFIER.fullmatch(path):
            raise InvalidReference(text, "64 hex digits are an image ID, which no registry knows")
        registry = _registry(text, host)
        _check_path(text, path)
        repository = _OFFICIAL + path if registry == DOCKER_HUB and "/" not in path else path
        if len(repository) > _MAX_REPOSITORY:
            raise InvalidReference(text, f"the repository has {len(repository)} characters; {_MAX_REPOSITORY} are allowed")
        name = rest if tag is None else rest[: -len(tag) - 1]
        return cls(name, registry, repository, tag, digest if at else None)

    def with_tag(self, tag: str | None) -> Reference:
        """Return the reference with another tag (None: without), spelled as before.

        Raises:
            InvalidReference: ``tag`` is no tag.
        """
        if tag is not None:
            _check_tag(f"{self.name}:{tag}", tag)
        return replace(self, tag=tag)

    def with_digest(self, digest: str | None) -> Reference:
        """Return the reference with another digest (None: without), spelled as before.

        Raises:
            InvalidReference: ``digest`` is no digest.
        """
        if digest is not None:
            _check_digest(f"{self.name}@{digest}", digest)
        return replace(self, digest=digest)

    @property
    def wanted(self) -> str:
        """The tag to ask a registry for, or the digest where there is no tag; ``latest`` where there is neither."""
        return self.tag or self.digest or DEFAULT_TAG

    @property
    def canonical(self) -> str:
        """The same for every spelling: ``docker.io/library/nginx:latest``, with the digest if there is one and no tag."""
        separator = "@" if self.tag is None and self.digest is not None else ":"
        return f"{self.registry}/{self.repository}{separator}{self.wanted}"

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag is not None else ""
        digest = f"@{self.digest}" if self.digest is not None else ""
        return f"{self.name}{tag}{digest}"


def is_digest(text: str) -> bool:
    """Whether ``text`` is ``algorithm:hex`` of an algorithm that image-spec registers, with as many digits as that has."""
    return _digest_problem(text) is None


def _refuse_foreign(text: str) -> None:
    if not text:
        raise InvalidReference(text, "it is empty")
    if url := _URL.match(text):
        raise InvalidReference(text, f"it is a URL; leave out {url[0]!r}")
    if text != text.strip():
        raise InvalidReference(text, "blanks around it")
    if foreign := _FOREIGN.search(text):
        raise InvalidReference(text, f"{foreign[0]!r} cannot stand in one")


def _split(rest: str) -> tuple[str | None, str, str | None]:
    """Split ``[host/]path[:tag]``; a colon before the first slash belongs to the host."""
    first, slash, remainder = rest.partition("/")
    host: str | None = None
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        host = first
    else:
        remainder = rest
    path, colon, tag = remainder.partition(":")
    return host, path, tag if colon else None


def _registry(text: str, host: str | None) -> str:
    if host is None:
        return DOCKER_HUB
    match = _HOST.fullmatch(host)
    if match is None:
        raise InvalidReference(text, f"{host!r} is not a host name")
    port = match["port"]
    if port is not None and not 0 < int(port[:9]) < 65536:
        raise InvalidReference(text, f"there is no port {port}")
    lower = host.lower()  # RFC 4343: host names have no case
    return DOCKER_HUB if lower in _HUB_ALIASES else lower


def _check_path(text: str, path: str) -> None:
    if not path:
        raise InvalidReference(text, "the repository is missing")
    for component in path.split("/"):
        if not component:
            raise InvalidReference(text, "an empty component between slashes")
        if component != component.lower():
            raise InvalidReference(text, f"the repository must be lower case, and {component!r} is not")
        if not _COMPONENT.fullmatch(component):
            raise InvalidReference(
                text, f"{component!r} cannot be part of a repository: letters and digits, separated by '.', '_', '__' or '-'"
            )


def _check_tag(text: str, tag: str) -> None:
    if not tag:
        raise InvalidReference(text, "the tag after ':' is missing")
    if len(tag) > _MAX_TAG:
        raise InvalidReference(text, f"the tag has {len(tag)} characters; {_MAX_TAG} are allowed")
    if not _TAG.fullmatch(tag):
        raise InvalidReference(text, f"{tag!r} is not a tag: letters, digits, '_', '.' and '-', not starting with '.' or '-'")


def _check_digest(text: str, digest: str) -> None:
    problem = _digest_problem(digest)
    if problem is not None:
        raise InvalidReference(text, problem)


def _digest_problem(digest: str) -> str | None:
    algorithm, colon, encoded = digest.partition(":")
    if not colon or not algorithm:
        return f"{digest!r} is not a digest: 'sha256:' and 64 hex digits are"
    digits = _HEX_DIGITS.get(algorithm)
    if digits is None:
        return f"no registry knows the digest algorithm {algorithm!r}"
    if re.fullmatch(r"[a-f0-9]*", encoded) is None:
        return "the digest must be lower-case hex digits"
    if len(encoded) != digits:
        return f"the digest has {len(encoded)} hex digits, and {algorithm} has {digits}"
    return None
