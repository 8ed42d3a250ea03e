"""The service behind ``Images``: lock file, then cache, then registry; each thing asked once in a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from refactor.reasons import Reason
from refactor.registry.answers import Failure, Platform, Resolved
from refactor.registry.cache import KEPT, LIFE, DigestCache
from refactor.registry.config import RegistryConfig
from refactor.registry.lockfile import Lockfile
from refactor.registry.pool import drive
from refactor.registry.reference import Reference
from refactor.registry.tags import TagKind, classify
from refactor.services import DigestKind, Pin, Progress, Source, Unresolved

if TYPE_CHECKING:
    from refactor.registry.client import RegistryClient

_OFFLINE = Unresolved(Reason.OFFLINE, Reason.OFFLINE.text)
_Key = tuple[str, str]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Answer:
    resolved: Resolved
    source: Source


@dataclass(frozen=True, slots=True)
class _Job:
    """Ask what a reference stands for (``known`` is None), or look for the version of what is known already."""

    reference: Reference
    platform: Platform | None = None
    known: Resolved | None = None


class ImageLookup:
    """Answers look-ups of images for one run. Use it from one thread; it keeps its own threads for waiting.

    ``client`` is None for a run without a network (then only lock file and cache answer, and a cached answer may be a month old).
    ``refresh`` passes lock file and cache over, and renews both. ``warn`` hears what a person should know before the run goes on.
    """

    def __init__(
        self,
        client: RegistryClient | None,
        config: RegistryConfig,
        *,
        now: Callable[[], datetime],
        cache: DigestCache | None = None,
        lock: Lockfile | None = None,
        refresh: bool = False,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self._client = client
        self._config = config
        self._now = now
        self._cache = cache
        self._lock = lock if lock is not None else Lockfile()
        self._refresh = refresh and client is not None
        self._warn = warn
        self._answers: dict[_Key, _Answer | Unresolved] = {}
        self._kinds: dict[str, DigestKind | Unresolved] = {}
        self._foreseen: set[str] = set()
        self.warnings: list[str] = []

    def pin(
        self,
        references: Collection[Reference],
        *,
        platform: str | None = None,
        version: bool = True,
        progress: Progress | None = None,
    ) -> dict[Reference, Pin | Unresolved]:
        """See :meth:`refactor.services.Images.pin`.

        Raises:
            ValueError: ``platform`` is none.
        """
        wanted = Platform.parse(platform) if platform else None
        jobs: list[_Job] = []
        for reference in {reference.canonical: reference for reference in references}.values():
            jobs += self._job(reference, wanted, version)
        steps = _Steps(progress, sum(2 if version and job.known is None else 1 for job in jobs))
        self._drive(jobs, self._work, lambda job, result: self._record(job, result, version, steps))
        return {reference: _public(self._answers[_key(reference, wanted)], version) for reference in references}

    def kinds(self, references: Collection[Reference], *, progress: Progress | None = None) -> dict[Reference, DigestKind | Unresolved]:
        """See :meth:`refactor.services.Images.kinds`.

        Raises:
            ValueError: a reference has no digest.
        """
        asked = {reference: _by_digest(reference) for reference in references}
        jobs: list[_Job] = []
        for bare in {bare.canonical: bare for bare in asked.values()}.values():
            if bare.canonical not in self._kinds:
                jobs += self._kind_job(bare)
        steps = _Steps(progress, len(jobs))
        self._drive(jobs, self._work_kind, lambda job, result: self._record_kind(job, result, steps))
        return {reference: self._kinds[bare.canonical] for reference, bare in asked.items()}

    @property
    def requests(self) -> int:
        """How many HTTP requests this run has sent."""
        return 0 if self._client is None else sum(self._client.transport.wire.sent.values())

    def lockfile(self) -> Lockfile:
        """Return the lock file with everything that this run has found out about tags."""
        found = [answer.resolved for answer in self._answers.values() if isinstance(answer, _Answer) and answer.source != "lock"]
        return self._lock.merged(entry for entry in found if "@" not in entry.reference)

    # Looking up what is known already

    def _job(self, reference: Reference, platform: Platform | None, version: bool) -> Iterable[_Job]:
        """What is to be asked about a reference; nothing, if the answer is known."""
        key = _key(reference, platform)
        answer = self._answers.get(key)
        if answer is None and not self._refresh:
            answer = self._locked(reference, platform) or self._cached(reference, platform)
        if answer is None and self._client is None:
            answer = _OFFLINE
        if answer is None:
            return (_Job(reference, platform),)
        self._answers[key] = answer
        if version and self._client is not None and isinstance(answer, _Answer) and not answer.resolved.searched:
            return (_Job(reference, platform, answer.resolved),)
        return ()

    def _locked(self, reference: Reference, platform: Platform | None) -> _Answer | None:
        entry = self._lock.get(*_key(reference, platform))
        return _Answer(entry, "lock") if entry is not None else None

    def _cached(self, reference: Reference, platform: Platform | None) -> _Answer | None:
        if self._cache is None:
            return None
        entry = self._cache.get(self._cache_key(reference, platform), life=LIFE if self._client is not None else KEPT)
        return _Answer(entry, "cache") if entry is not None else None

    def _cache_key(self, reference: Reference, platform: Platform | None) -> str:
        """Says what was asked of whom: another mirror may have another answer."""
        endpoint = self._config.endpoint(reference.registry)
        return f"{endpoint.base}/{endpoint.prefix} {reference.canonical} {platform or ''}"

    # Asking

    def _drive(self, jobs: list[_Job], work: Callable[[_Job], R], record: Callable[[_Job, R], Iterable[_Job]]) -> None:
        if not jobs or self._client is None:
            return
        try:
            drive(jobs, host=self._host, work=work, record=record, heard=self._foresee, workers=self._config.workers)
        except KeyboardInterrupt:
            self._client.transport.stop()
            raise

    def _host(self, job: _Job) -> str:
        return job.reference.registry

    def _foresee(self, registry: str, left: int) -> None:
        """Say so once, before it is spent, if a registry's quota may not be enough for what it is still to be asked."""
        if self._client is None or registry in self._foreseen:
            return
        endpoint = self._config.endpoint(registry)
        rate = self._client.transport.rate(endpoint)
        if rate is None or left <= rate.remaining:
            return
        self._foreseen.add(registry)
        of = f" of {rate.limit}" if rate.limit is not None else ""
        window = f" in {rate.window / 3600:g} h" if rate.window else ""
        self._say(
            f"{endpoint.label} says that {rate.remaining}{of} requests{window} are left, and {left} images are still to be looked up there:"
            " some may be refused"
        )

    def _say(self, message: str) -> None:
        self.warnings.append(message)
        if self._warn is not None:
            self._warn(message)

    def _work(self, job: _Job) -> Resolved | Failure:
        """One step of a look-up, in a worker's thread."""
        client = self._asked()
        if job.known is not None:
            return self._search(client, job, job.known)
        reference = job.reference
        found = client.child(reference, job.platform) if job.platform is not None else client.manifest(reference)
        if isinstance(found, Failure):
            return found
        exact = reference.tag if classify(reference.tag) is TagKind.EXACT else None
        return Resolved(
            reference.canonical,
            found.digest,
            found.kind,
            self._now(),
            found.host,
            platform=str(job.platform) if job.platform is not None else None,
            version=exact,
            searched=exact is not None,
        )

    def _search(self, client: RegistryClient, job: _Job, known: Resolved) -> Resolved:
        from refactor.registry.versions import find_version

        digest = known.digest
        if job.platform is not None:
            # What HEAD tells of other tags is their index, so the comparison is of indexes: of the one that has this very manifest.
            document, child = client.document(job.reference), client.child(job.reference, job.platform)
            if isinstance(document, Failure) or isinstance(child, Failure) or child.digest != digest:
                return replace(known, searched=True, no_version="the tag has moved since its digest was asked for")
            digest = document.digest
        found = find_version(client, job.reference, digest, tries=self._config.version_tries)
        return replace(known, version=found.version, searched=True, no_version=found.why)

    def _record(self, job: _Job, result: Resolved | Failure, version: bool, steps: _Steps) -> Iterable[_Job]:
        key = _key(job.reference, job.platform)
        steps.done()
        if isinstance(result, Failure):
            self._answers[key] = Unresolved(result.reason, result.detail)
            steps.skip(version)
            return ()
        source: Source = "registry"
        if job.known is not None and isinstance(before := self._answers[key], _Answer):
            source = before.source
        self._answers[key] = _Answer(result, source)
        if self._cache is not None:
            self._cache.put(self._cache_key(job.reference, job.platform), result)
        if job.known is not None:
            return ()
        if version and not result.searched:
            return (replace(job, known=result),)
        steps.skip(version)
        return ()

    # Kinds of digests

    def _kind_job(self, bare: Reference) -> Iterable[_Job]:
        entry = self._cache.get(self._kind_key(bare), life=KEPT) if self._cache is not None else None
        if entry is not None:
            self._kinds[bare.canonical] = DigestKind(entry.kind, entry.platform)
        elif self._client is None:
            self._kinds[bare.canonical] = _OFFLINE
        else:
            return (_Job(bare),)
        return ()

    def _kind_key(self, bare: Reference) -> str:
        return f"kind {bare.canonical}"

    def _work_kind(self, job: _Job) -> Resolved | Failure:
        client = self._asked()
        found = client.manifest(job.reference)
        if isinstance(found, Failure):
            return found
        platform: Platform | Failure | None = None
        if found.kind == "manifest":
            document = client.document(job.reference)
            platform = document if isinstance(document, Failure) else client.platform(job.reference, document)
            if isinstance(platform, Failure):
                return platform
        named = str(platform) if platform is not None else None
        return Resolved(job.reference.canonical, found.digest, found.kind, self._now(), found.host, platform=named)

    def _record_kind(self, job: _Job, result: Resolved | Failure, steps: _Steps) -> Iterable[_Job]:
        steps.done()
        if isinstance(result, Failure):
            self._kinds[job.reference.canonical] = Unresolved(result.reason, result.detail)
            return ()
        self._kinds[job.reference.canonical] = DigestKind(result.kind, result.platform)
        if self._cache is not None:
            self._cache.put(self._kind_key(job.reference), result)
        return ()

    def _asked(self) -> RegistryClient:
        if self._client is None:
            raise RuntimeError("a look-up without a network has nothing to ask")
        return self._client


class _Steps:
    """Counts the steps of one call for its progress."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        if progress is not None and total:
            progress(0, total)

    def done(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)

    def skip(self, planned: bool) -> None:
        """A step that was planned turned out not to be needed."""
        if planned:
            self.done()


def _key(reference: Reference, platform: Platform | None) -> _Key:
    return reference.canonical, str(platform) if platform is not None else ""


def _by_digest(reference: Reference) -> Reference:
    if reference.digest is None:
        raise ValueError(f"{reference} has no digest")
    return reference.with_tag(None)


def _public(answer: _Answer | Unresolved, version: bool) -> Pin | Unresolved:
    if isinstance(answer, Unresolved):
        return answer
    found = answer.resolved
    if found.version is not None:
        why = ""
    elif found.no_version:
        why = found.no_version
    elif answer.source == "lock":
        why = "the lock file has none"
    else:
        why = "the cache has none, and the run is offline" if version else "not looked for"
    return Pin(found.digest, found.kind, found.version, why, answer.source)
