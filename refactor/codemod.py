"""The contract between the engine and a codemod: a detector with a fix, in one file that carries its examples.

A codemod looks at a project and yields a :class:`Finding` for everything it examined; for those that it can resolve, its ``fix`` returns
the same findings with an outcome and the edits. It never touches the network, git or the disk: what it needs it asks of the services
that the run hands to it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from refactor.edits import Change, Edit
from refactor.reasons import Reason

if TYPE_CHECKING:
    from refactor.project import Project
    from refactor.services import Services


class Outcome(StrEnum):
    """What became of something that a codemod looked at."""

    FOUND = "found"  # a concern, before any fix was tried (audit)
    CHANGED = "changed"
    FINE = "already fine"
    SKIPPED = "skipped"
    FAILED = "failed"


class Severity(StrEnum):
    """How much a finding matters; the order of the members is from low to high."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Safety(StrEnum):
    """Whether a fix may be applied unread."""

    SAFE = "safe"
    NEEDS_REVIEW = "needs review"


class EffectKind(StrEnum):
    """What ``terraform plan`` will show for a resource, mildest first."""

    NONE = "none"
    UPDATE = "update"
    ROLLOUT = "rollout"
    CREATE = "create"
    REPLACE = "replace"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class Effect:
    """What plan will show at ``address``."""

    kind: EffectKind
    address: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. ``code`` is stable (``IMG001``); ``name`` is for people (``floating-image``)."""

    code: str
    name: str
    summary: str
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Place:
    """A place in source. ``path`` is relative to the repository's root, with ``/``; offsets are bytes; line and column count from 1."""

    path: str
    start: int
    end: int
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class FileEdits:
    """The edits of one fix in one file, and the addresses whose values they change."""

    path: str
    edits: tuple[Edit, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """What resolves a finding: edits of existing files, new files (path to content), deletions and moves (old path to new path)."""

    files: tuple[FileEdits, ...] = ()
    create: Mapping[str, bytes] = field(default_factory=dict)
    delete: tuple[str, ...] = ()
    move: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Rule + place + evidence, and, after the fix, what became of it.

    ``place`` is where the text stands that decides; ``read_at`` where it is read. ``address`` is the resource address and the path in it.
    ``rule`` is None where nothing is wrong (``FINE``), or nothing can be said (a skip). ``subject`` is the codemod's own view of the thing
    (never reported). ``thing`` is what was examined, in the singular ("image"): reports count by it.
    """

    place: Place
    address: str
    message: str
    rule: Rule | None = None
    outcome: Outcome = Outcome.FOUND
    reason: Reason | None = None
    detail: str = ""
    before: str | None = None
    after: str | None = None
    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    codemod: str = ""
    thing: str = ""
    read_at: Place | None = None
    subject: object = None


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a codemod's page, which is also one of its tests.

    ``before`` and ``after`` are whole files (path to text); ``after`` is None where nothing may change, and ``reason`` says why. ``title``
    names the case. ``images`` answers look-ups, as :class:`refactor.testing.Scripted` reads it; ``options`` are option values.
    ``usage`` is what was measured, as :class:`refactor.metrics.scripted.ScriptedUsage` reads it; None: there is nobody to ask.
    """

    title: str
    before: Mapping[str, str]
    after: Mapping[str, str] | None = None
    reason: str = ""
    images: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    usage: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a codemod: a flag and a key of the configuration file. ``kind`` parses the text of a flag.

    ``table``: a table, or a list of tables, that only the configuration file has; ``kind`` makes of it what the codemod wants, and raises
    ValueError with what is wrong.
    """

    name: str
    help: str
    default: Any
    kind: Callable[[str], Any] = str
    choices: Sequence[str] = ()
    metavar: str = ""
    table: bool = False


class Codemod(ABC):
    """A detector with a fix. Subclasses set the class variables and implement :meth:`detect` and :meth:`fix`."""

    name: ClassVar[str]
    summary: ClassVar[str]
    rationale: ClassVar[str]
    safety: ClassVar[Safety]
    rules: ClassVar[tuple[Rule, ...]]
    options: ClassVar[tuple[Option, ...]] = ()
    examples: ClassVar[tuple[Example, ...]] = ()
    measures: ClassVar[bool] = False
    """Whether :meth:`fix` asks ``services.usage``: its command then has flags for measurements, and a run with it opens the source."""

    def __init__(self, **values: Any) -> None:
        """Options by name; those left out have their defaults.

        Raises:
            ValueError: values that do not go together (a codemod of its own may say so); wrong usage.
        """
        unknown = set(values) - {o.name for o in self.options}
        if unknown:
            raise TypeError(f"{self.name} has no option {', '.join(sorted(unknown))}")
        self.values: dict[str, Any] = {o.name: values.get(o.name, o.default) for o in self.options}

    @abstractmethod
    def detect(self, project: Project) -> Iterable[Finding]:
        """Yield one finding for everything examined: ``FOUND`` with a rule, ``FINE``, or ``SKIPPED`` with a reason. Uses no service."""

    @abstractmethod
    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        """Yield each of the ``FOUND`` findings again, with its outcome: ``CHANGED`` with a fix, ``SKIPPED`` or ``FAILED`` with a reason."""

    def verify(self, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        """Compare findings with the outside world, for an audit that asks for it; by default nothing is to be compared."""
        del services
        return findings
