"""``tfmod pin-images``: every image gets the digest that its tag has now, and the exact version that the tag stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from refactor.codemod import Codemod, Effect, FileEdits, Finding, Fix, Option, Outcome, Rule, Safety, Severity
from refactor.edits import Change
from refactor.hcl.addresses import attribute_address
from refactor.hcl.lifecycle import Entry, without
from refactor.images.examples import EXAMPLES
from refactor.images.notes import Notes
from refactor.images.pinning import Image, Refusal, rewrite
from refactor.images.reading import Where
from refactor.images.survey import Survey, Surveyed
from refactor.project.project import Project
from refactor.project.values import Slice
from refactor.reasons import Reason
from refactor.registry.reference import Reference
from refactor.registry.tags import TagKind, classify
from refactor.services import DigestKind, Images, Pin, Services, Unresolved

FLOATING = Rule("IMG001", "floating-image", "the image has no tag, or one that its publisher moves", Severity.ERROR)
MUTABLE = Rule("IMG002", "mutable-tag", "the tag names a part of a version, which its publisher moves", Severity.WARNING)
UNPINNED = Rule("IMG003", "tag-without-digest", "the tag is exact, but nothing keeps it from being pushed again", Severity.INFO)
DISAGREES = Rule("IMG004", "digest-disagrees", "the digest is not the one that the tag has now", Severity.WARNING)
VOID = Rule("IMG005", "pin-ignored", "ignore_changes keeps Terraform from applying the image", Severity.WARNING)

_RULES = {TagKind.NONE: FLOATING, TagKind.FLOATING: FLOATING, TagKind.PARTIAL: MUTABLE, TagKind.EXACT: UNPINNED}
_SAYS = {
    TagKind.NONE: "no tag: what runs is whatever latest is at the time",
    TagKind.FLOATING: "a tag that its publisher moves",
    TagKind.PARTIAL: "a part of a version, which its publisher moves",
    TagKind.EXACT: "an exact tag without a digest",
}
_LATEST = "latest"

Answers = Mapping[Reference, Pin | Unresolved]


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    survey: Survey
    item: Surveyed


@dataclass(frozen=True, slots=True, eq=False)
class _Void:
    """Entries of one ``ignore_changes``, with the images that each keeps from being applied."""

    survey: Survey
    images: tuple[Surveyed, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an image is to have; None leaves that part out."""

    tag: str | None
    digest: str | None
    notes: tuple[str, ...] = ()


class PinImages(Codemod):
    """See the module."""

    name = "pin-images"
    summary = "pin every image to the digest that its tag has now, with the exact version where one is found"
    rationale = (
        "A tag is a name that its publisher can move; only a digest says which image runs. With latest and no pull policy, Kubernetes "
        "pulls at every start of a pod, so two pods of one workload can run different code, and nobody can go back to what ran yesterday. "
        "Source: Kubernetes documentation, Images; OCI distribution specification, Pulling manifests."
    )
    safety = Safety.NEEDS_REVIEW
    rules = (FLOATING, MUTABLE, UNPINNED, DISAGREES, VOID)
    options = (
        Option("style", "what to write", "tag-and-digest", choices=("tag-and-digest", "tag", "digest")),
        Option("platform", "pin the manifest of one platform instead of the index", None, metavar="OS/ARCH"),
        Option("only", "only images that match the pattern; can be repeated", (), metavar="PATTERN"),
        Option("skip", "leave images that match the pattern; can be repeated", (), metavar="PATTERN"),
        Option("floating_only", "leave exact tags without a digest as they are", False, kind=bool),
        Option("keep_ignore_changes", "leave ignore_changes as it is, and the images that it covers", False, kind=bool),
        Option("refresh", "ask registries again, and move existing digests to what their tags say now", False, kind=bool),
        Option("verify", "compare existing digests with what their tags say now", False, kind=bool),
    )
    examples = EXAMPLES

    def detect(self, project: Project) -> Iterable[Finding]:
        survey, notes = Survey(project), Notes()
        for item in survey.items:
            if survey.selected(item):
                yield self._judge(survey, item, notes)
        for images in survey.ignoring():
            if project.selected(images[0].reading.where.path):
                yield _void(survey, images)
        for where, text in survey.in_json():
            if project.selected(where.path):
                yield self._in_json(survey, where, text)

    def _in_json(self, survey: Survey, where: Where, text: str) -> Finding:
        """An image in a file that is not rewritten."""
        place = survey.place_at(where.path, *where.span)
        finding = Finding(place, where.address, "an image in a JSON file", before=text, codemod=self.name, thing="image")
        return replace(finding, outcome=Outcome.SKIPPED, reason=Reason.REPORT_ONLY, read_at=place)

    def _judge(self, survey: Survey, item: Surveyed, notes: Notes) -> Finding:
        where = item.reading.where
        finding = Finding(
            survey.place(item),
            item.address,
            "",
            before=item.text,
            codemod=self.name,
            thing="image",
            read_at=survey.place_at(where.path, *where.span),
            subject=_Subject(survey, item),
        )
        image = item.image
        if not isinstance(image, Image):
            return replace(finding, outcome=Outcome.SKIPPED, reason=image.reason, detail=image.detail, message="the image is not known")
        reference = image.reference
        if reference.digest is not None:
            if reference.tag is not None and (self.values["refresh"] or self.values["verify"]):
                return replace(finding, rule=DISAGREES, message=f"{item.text}: to be compared with what {reference.tag} is now")
            return replace(finding, outcome=Outcome.FINE, message="pinned by digest")
        kind = classify(reference.tag)
        return replace(finding, rule=_RULES[kind], message=f"{item.text}: {_SAYS[kind]}", notes=notes.of(item))

    def fix(self, project: Project, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        del project  # the findings' survey has it
        wanted: list[tuple[Finding, _Subject]] = []
        for finding in findings:
            if isinstance(finding.subject, _Subject):
                refusal = self._refusal(finding, finding.subject)
                if refusal is None:
                    wanted.append((finding, finding.subject))
                else:
                    yield _skipped(finding, refusal)
        images = [_image(s.item) for _, s in wanted]
        answers = self._answers(images, services.images)
        chosen = {id(s.item) for _, s in wanted}
        pinned: set[int] = set()
        for finding, subject in wanted:
            result = self._pinned(finding, subject, answers, chosen)
            if result.outcome in (Outcome.CHANGED, Outcome.FINE):
                pinned.add(id(subject.item))
            yield result
        for finding in findings:
            if isinstance(finding.subject, _Void):
                yield self._freed(finding, finding.subject, pinned)

    def verify(self, findings: Sequence[Finding], services: Services) -> Iterable[Finding]:
        """Existing digests, held against what their tags say now."""
        held = [f.subject for f in findings if f.rule is DISAGREES and isinstance(f.subject, _Subject)]
        answers = self._answers([_image(s.item) for s in held], services.images)
        for finding in findings:
            if finding.rule is DISAGREES and finding.outcome is Outcome.FOUND and isinstance(finding.subject, _Subject):
                yield self._compared(finding, _image(finding.subject.item), answers)
            else:
                yield finding

    @staticmethod
    def _compared(finding: Finding, image: Image, answers: Answers) -> Finding:
        """Fine, failed, or (still found) another digest than the tag's."""
        answer = answers[image.reference]
        if isinstance(answer, Unresolved):
            return replace(finding, outcome=Outcome.FAILED, reason=answer.reason, detail=answer.detail)
        if image.reference.digest == answer.digest:
            return replace(finding, rule=None, outcome=Outcome.FINE, message="pinned by the digest that the tag has")
        return replace(
            finding, message=f"{finding.before}: {image.reference.tag} is {answer.digest} now", detail="--refresh moves the digest"
        )

    def _refusal(self, finding: Finding, subject: _Subject) -> Refusal | None:
        """Why an image is left alone before any registry is asked."""
        item, image = subject.item, _image(subject.item)
        text, name = str(image.reference), image.reference.name
        if self.values["only"] and not _matches(self.values["only"], text, name):
            return Refusal(Reason.DESELECTED, "--only")
        if _matches(self.values["skip"], text, name):
            return Refusal(Reason.DESELECTED, "--skip")
        if self.values["floating_only"] and finding.rule is UNPINNED:
            return Refusal(Reason.DESELECTED, "--floating-only")
        if item.broad:
            return Refusal(Reason.IGNORED_BY_TERRAFORM, "an entry that covers more than the image")
        if item.exact and self.values["keep_ignore_changes"]:
            return Refusal(Reason.IGNORED_BY_TERRAFORM, "--keep-ignore-changes")
        if isinstance(item.literal, Refusal):
            return item.literal
        if item.literal is not None and subject.survey.is_named_by_callers(image, item.literal):
            return Refusal(Reason.SHARED, "a module's default, and the image's name comes from its callers")
        if item.literal is not None and not subject.survey.project.selected(item.literal.source.path):
            return Refusal(Reason.DESELECTED, f"the literal stands in {item.literal.source.path}, which was not asked about")
        return None

    def _answers(self, images: Collection[Image], service: Images) -> Answers:
        """One look-up for each distinct reference, of its tag; for a digest that is of one platform, of that platform's manifest."""
        version = self.values["style"] != "digest"
        platforms: dict[Reference, str | None] = {}
        held = [i.reference for i in images if i.reference.digest is not None]
        kinds: Mapping[Reference, DigestKind | Unresolved] = service.kinds(held) if held else {}
        for image in images:
            kind = kinds.get(image.reference)
            platforms[image.reference] = (
                kind.platform if isinstance(kind, DigestKind) and kind.kind == "manifest" else self.values["platform"]
            )
        answers: dict[Reference, Pin | Unresolved] = {
            r: k
            for r, k in kinds.items()
            if isinstance(k, Unresolved) and k.reason is not Reason.NOT_FOUND  # a digest may be gone
        }
        for platform in sorted(set(platforms.values()), key=str):
            asked = [r for r, p in platforms.items() if p == platform and r not in answers]
            answers.update(service.pin(asked, platform=platform, version=version))
        return answers

    def _pinned(self, finding: Finding, subject: _Subject, answers: Answers, chosen: set[int]) -> Finding:
        item, image = subject.item, _image(subject.item)
        answer = answers[image.reference]
        if isinstance(answer, Unresolved) or image.reference.digest == answer.digest:
            return self._compared(finding, image, answers)
        if image.reference.digest is not None and not self.values["refresh"]:
            return self._compared(finding, image, answers)
        literal = item.literal
        if not isinstance(literal, Slice):
            return _skipped(finding, Refusal(Reason.SPLIT_LITERAL, ""))
        plan = self._plan(subject, literal, answer, answers, chosen)
        placed = plan if isinstance(plan, Refusal) else rewrite(image, literal, plan.tag, plan.digest)
        if isinstance(placed, Refusal):
            return _skipped(finding, placed)
        if isinstance(plan, Refusal) or not placed:
            return _skipped(finding, Refusal(Reason.NO_VERSION, answer.no_version))
        after = str(replace(image.reference, tag=plan.tag, digest=plan.digest))
        files = tuple(subject.survey.addresses.declared(piece.source.path, piece.source.span, edits) for piece, edits in placed)
        return replace(
            finding,
            outcome=Outcome.CHANGED,
            after=after,
            notes=(*finding.notes, *plan.notes),
            effects=(Effect(item.site.effect, item.site.address),),
            fix=Fix(files),
        )

    def _plan(self, subject: _Subject, literal: Slice, pin: Pin, answers: Answers, chosen: set[int]) -> _Plan | Refusal:
        """Tag and digest for an image, as far as its literals can carry them."""
        item, image, style = subject.item, _image(subject.item), self.values["style"]
        survey = subject.survey
        digest_at = item.digest_literal
        for place in (literal, digest_at) if isinstance(digest_at, Slice) else (literal,):
            other = survey.other_reader(place)
            if other is not None:
                return Refusal(Reason.READ_ELSEWHERE, other)
            left = next((u for u in survey.users(place) if id(u) not in chosen and not (u.broad and u.text)), None)
            if left is not None:
                return Refusal(Reason.SHARED, _left_alone(left))
        users = survey.users(literal)
        same = {_image(u).reference.canonical for u in (*users, *(survey.users(digest_at) if isinstance(digest_at, Slice) else ()))}
        apart = same != {image.reference.canonical} or not all(item.reads_alike(u) for u in users)
        if image.reference.digest is not None:
            return _Plan(image.reference.tag, pin.digest) if not apart else Refusal(Reason.SHARED, "several images read the digest")
        if not apart and digest_at is not None and style != "tag":
            tag = None if style == "digest" else pin.version or image.reference.tag or _LATEST
            notes = () if pin.version or style == "digest" else (f"no exact version: {pin.no_version}",)
            return _Plan(tag, pin.digest, notes)
        blocked = (
            Refusal(Reason.SHARED, f"{max(len(same), len(users))} images read the literal, so no digest can stand there")
            if apart
            else Refusal(Reason.CHART_DECIDES, "the chart's values have no digest beside the tag")
        )
        return blocked if style == "digest" else self._tag_only(item, pin, users, answers, blocked)

    def _tag_only(self, item: Surveyed, pin: Pin, users: Sequence[Surveyed], answers: Answers, blocked: Refusal) -> _Plan | Refusal:
        """An exact tag without a digest, where every image that reads it stands for the same version."""
        only_tag = self.values["style"] == "tag"
        if classify(_image(item).reference.tag) is TagKind.EXACT:
            return Refusal(Reason.NO_VERSION, "the tag is exact already") if only_tag else blocked
        if not all(item.reads_alike(u) for u in users):
            return Refusal(Reason.SHARED, "other images make more of the literal than their tag")
        if pin.version is None:
            return Refusal(Reason.NO_VERSION, pin.no_version)
        pins = [answers.get(_image(u).reference) for u in users]
        if any(not isinstance(p, Pin) or p.version != pin.version for p in pins):
            return Refusal(Reason.SHARED, "the images that read the literal stand for different versions")
        return _Plan(pin.version, None, () if only_tag else (f"a tag only: {blocked.detail}",))

    def _freed(self, finding: Finding, subject: _Void, pinned: set[int]) -> Finding:
        """``ignore_changes`` without the entries of the images that have their pin now."""
        if self.values["keep_ignore_changes"]:
            return _skipped(finding, Refusal(Reason.DESELECTED, "--keep-ignore-changes"))
        held = [i for i in subject.images if id(i) in pinned or (isinstance(i.image, Image) and i.image.reference.digest is not None)]
        left = {e for i in subject.images if i not in held for e in i.exact}
        gone = [e for e in dict.fromkeys(e for i in held for e in i.exact) if e not in left]
        if not gone:
            return _skipped(finding, Refusal(Reason.NOT_PINNED, ""))
        document = gone[0].attribute.body.document
        edits = without(document, gone)
        address = attribute_address(gone[0].attribute)
        before = document.text(gone[0].attribute.expression.span)
        changes = (Change(address.rsplit(".", 1)[0], before, None), Change(address, before, None))
        effects = tuple(dict.fromkeys(Effect(i.site.effect, i.site.address) for i in held))
        return replace(
            finding,
            outcome=Outcome.CHANGED,
            after=f"without {', '.join(document.text(e.element.span) for e in gone)}",
            effects=effects,
            fix=Fix((FileEdits(document.path, tuple(edits), changes),)),
        )


def _image(item: Surveyed) -> Image:
    if not isinstance(item.image, Image):
        raise TypeError(f"{item.address} is not known")
    return item.image


def _left_alone(other: Surveyed) -> str:
    """Why a literal stays as it is for the sake of an image that does."""
    what = other.text or f"an image that is not known ({other.address})"
    return f"{what}, which is left alone, reads the literal too"


def _matches(patterns: Iterable[str], *texts: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)


def _skipped(finding: Finding, refusal: Refusal) -> Finding:
    return replace(finding, outcome=Outcome.SKIPPED, reason=refusal.reason, detail=refusal.detail, notes=())


def _void(survey: Survey, images: tuple[Surveyed, ...]) -> Finding:
    entry: Entry = images[0].exact[0]
    document = entry.attribute.body.document
    span = entry.element.span
    entries = ", ".join(dict.fromkeys(document.text(e.element.span) for i in images for e in i.exact))
    return Finding(
        survey.place_at(document.path, span.start, span.end),
        attribute_address(entry.attribute),
        f"Terraform never applies a change of the image: {entries}",
        rule=VOID,
        before=document.text(entry.attribute.expression.span),
        subject=_Void(survey, images),
        codemod=PinImages.name,
        thing="ignore_changes entry",
        notes=("the next apply sets the image that the code has, which may be older than what runs",),
    )
