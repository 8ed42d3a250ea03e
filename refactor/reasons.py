"""The closed set of reasons for leaving something as it is. Every reason reaches every report."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something was skipped or failed. The value is the stable name in JSON; :attr:`text` is for people."""

    text: str

    def __new__(cls, value: str, text: str) -> Reason:
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member

    @classmethod
    def named(cls, value: str) -> Reason:
        """The reason with this stable name.

        Raises:
            KeyError: there is none.
        """
        return {r.value: r for r in cls}[value]

    @property
    def is_choice(self) -> bool:
        """Whether somebody chose it, or there is nothing here that could be changed: no reason for a run to count as incomplete."""
        return self in _CHOICES

    # Files
    ENCRYPTED = "encrypted", "the file is encrypted"
    BINARY = "binary", "the file is binary"
    UNDECODABLE = "undecodable", "the file is not UTF-8"
    UNPARSABLE = "unparsable", "the file does not parse"
    UNREADABLE = "unreadable", "the file cannot be read"
    OUTSIDE = "outside", "the path leads out of the repository"
    NOT_WRITABLE = "not-writable", "the file cannot be written"
    REPORT_ONLY = "report-only", "files of this kind are reported, not rewritten"

    # Values
    NOT_LITERAL = "not-literal", "no literal in this repository determines the value"
    NO_VALUE = "no-value", "the variable has no value in this repository"
    COMPUTED = "computed", "the value is known only when Terraform runs"
    SHARED = "shared", "one literal serves several readers that would need different values"
    READ_ELSEWHERE = "read-elsewhere", "the literal is also read for something else"
    MANAGED_ELSEWHERE = "managed-elsewhere", "another resource decides the value"
    CHART_DECIDES = "chart-decides", "the chart decides the value, or how the parts are joined"
    NOT_A_REFERENCE = "not-a-reference", "the value is not an image reference"
    SPLIT_LITERAL = "split-literal", "the literals do not split where the change has to go"

    # Registries
    UNREACHABLE = "unreachable", "the registry did not answer"
    UNAUTHORIZED = "unauthorized", "the registry refused access"
    NOT_FOUND = "not-found", "the registry has no such image"
    RATE_LIMITED = "rate-limited", "the registry's rate limit is used up"
    REGISTRY_ERROR = "registry-error", "the registry answered with an error"
    BAD_ANSWER = "bad-answer", "the registry's answer cannot be trusted"
    NO_PLATFORM = "no-platform", "the image has no manifest for the platform"
    NO_VERSION = "no-version", "no version tag has the same digest"
    OFFLINE = "offline", "not in the lock file or the cache, and the run is offline"

    # Measurements
    NO_DATA = "no-data", "there are no measurements of the container"
    TOO_FEW_SAMPLES = "too-few-samples", "there are too few measurements of the container"
    METRICS_UNREACHABLE = "metrics-unreachable", "the metrics server did not answer"
    METRICS_UNAUTHORIZED = "metrics-unauthorized", "the metrics server refused access"
    METRICS_LIMIT = "metrics-limit", "the metrics server does not compute so much at once"
    METRICS_ERROR = "metrics-error", "the metrics server answered with an error"
    METRICS_BAD_ANSWER = "metrics-bad-answer", "the metrics server's answer cannot be used"
    NO_SOURCE = "no-source", "neither measurements nor the configuration say how much"
    OUT_OF_BOUNDS = "out-of-bounds", "another resource sets bounds that the value would leave"

    # Choices
    SUPPRESSED = "suppressed", "a tfmod:ignore comment says so"
    DESELECTED = "deselected", "--only, --skip or a similar choice leaves it out"
    DECLINED = "declined", "declined at the prompt"
    NOT_PINNED = "not-pinned", "the image that it belongs to was not pinned"
    IGNORED_BY_TERRAFORM = "ignored-by-terraform", "ignore_changes keeps Terraform from applying the change"

    # Workloads
    NO_EVIDENCE = "no-evidence", "nothing in the code shows what would be right here"
    AMBIGUOUS = "ambiguous", "the code allows several answers, and a wrong one would do harm"
    ONE_REPLICA = "one-replica", "the code does not show that more than one replica is safe"
    NOT_SCALABLE = "not-scalable", "objects of this kind have no number of replicas"
    NOT_NAMED = "not-named", "the configuration does not name it for this"
    SINGLE_REPLICA = "single-replica", "with one replica, a budget would block every drain, or protect nothing"
    UNSAFE_VALUE = "unsafe-value", "every value, or the one that is asked for, would do harm here"
    NAME_TAKEN = "name-taken", "something else has the name that it would get"
    PROVIDER_VERSION = "provider-version", "the version of the provider that the code asks for does not have it"

    # Changes
    CONFLICT = "conflict", "another change of this run touches the same bytes"
    GATE = "gate", "the result did not pass verification"


_CHOICES = frozenset(
    {
        Reason.SUPPRESSED,
        Reason.DESELECTED,
        Reason.DECLINED,
        Reason.IGNORED_BY_TERRAFORM,
        Reason.MANAGED_ELSEWHERE,
        Reason.CHART_DECIDES,
        Reason.NO_SOURCE,
        Reason.NOT_NAMED,
        Reason.SINGLE_REPLICA,
    }
)
