"""The words of ``tfmod concerns``: under which theme a rule stands, how its concern is called, and what comes of it.

A rule that is not here, such as one of a codemod of one's own, stands under :data:`OTHER`, with its own name and its codemod's rationale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from refactor.reasons import Reason


@dataclass(frozen=True, slots=True)
class Theme:
    """A section. ``says`` is its word for what is wrong."""

    title: str
    says: str = "Issue"


DEBT = Theme("Tech Debt")
BUGS = Theme("Known Bugs & Issues", "Symptoms")
SECURITY = Theme("Security Considerations", "Risk")
PERFORMANCE = Theme("Performance Bottlenecks", "Problem")
SCALING = Theme("Scaling Limits", "Limit")
OTHER = Theme("Other Concerns")

THEMES = (DEBT, BUGS, SECURITY, PERFORMANCE, SCALING, OTHER)
"""In the order of the document."""


@dataclass(frozen=True, slots=True)
class Words:
    """``impact`` is empty where the codemod's rationale says it; ``advice`` is for what no codemod resolves."""

    theme: Theme
    title: str
    impact: str = ""
    advice: str = ""


_EARLIER = "Nobody can say which code runs, or go back to what ran before: two pods of one workload can run different code."

RULES: Mapping[str, Words] = {
    "IMG001": Words(SECURITY, "Floating Image Tags", _EARLIER + " What a publisher pushes next runs unseen."),
    "IMG002": Words(SECURITY, "Image Tags of a Part of a Version", _EARLIER + " The next minor version comes without a commit."),
    "IMG003": Words(
        SECURITY,
        "Exact Image Tags Without a Digest",
        "A tag can be pushed again, by its publisher or by whoever has taken the publisher's account: only a digest says which image runs.",
    ),
    "IMG004": Words(SECURITY, "Digests That Their Tags Have Left"),
    "IMG005": Words(
        BUGS,
        "Images That Terraform Never Updates",
        "A new version in the code is never deployed, and what runs may be another image than the one that is written there.",
    ),
    "PRB001": Words(
        PERFORMANCE,
        "Containers Without Health Probes",
        "It gets traffic as soon as its process runs, a rollout goes on while nothing answers, and what hangs is never restarted.",
    ),
    "PRB002": Words(
        PERFORMANCE,
        "Containers Without a Readiness Probe",
        "Requests go to pods that cannot answer yet, and a rollout goes on while nothing answers.",
    ),
    "PRB003": Words(PERFORMANCE, "Containers Without a Liveness Probe", "A process that hangs stays until somebody notices."),
    "PRB004": Words(
        PERFORMANCE,
        "Slow Starts Without a Startup Probe",
        "A migration or a recovery that takes long is killed and begins again, for ever at worst.",
    ),
    "PDB001": Words(
        PERFORMANCE,
        "Pod Disruption Budgets Missing",
        "A drain evicts all pods of its node at once, and the next node may be drained before they are ready elsewhere: the service can "
        "stand still although it has more than one replica.",
    ),
    "PDB002": Words(
        SCALING,
        "Single-Replica Workloads",
        "The service is down whenever its node is drained, fails or is upgraded, until its pod is back.",
    ),
    "PDB003": Words(
        BUGS, "Budgets That Block Every Drain", "Node upgrades hang until somebody deletes the pods by hand, which is what budgets prevent."
    ),
    "PDB004": Words(
        BUGS, "Several Budgets for the Same Pods", "Kubernetes refuses to evict the pods, so that a drain of their node never ends."
    ),
    "REP001": Words(
        SCALING,
        "Critical Workloads With Too Few Replicas",
        "What must not stand still does, whenever a node is drained, fails or is upgraded.",
    ),
    "REP002": Words(SCALING, "Replicas That May Share a Node", "Replicas on one node are gone together: the others are no help then."),
    "REP003": Words(
        SCALING,
        "Workloads That Are Not Marked as Non-Critical",
        "Where a node is full, Kubernetes cannot tell what may go first.",
    ),
    "RES001": Words(
        PERFORMANCE,
        "Resource Requests Missing",
        "The scheduler takes the container for nothing and overfills nodes; under pressure it is among the first to be evicted.",
    ),
    "RES002": Words(
        PERFORMANCE, "Memory Limits Missing", "A leak takes all memory of its node, and what the kernel then kills may be another pod."
    ),
    "RES003": Words(BUGS, "Requests Above Their Limits", "Kubernetes refuses the pod: the next rollout does not start."),
    "RES004": Words(PERFORMANCE, "Resources Set by Hand", "Too much is paid for by every node; too little slows down, or is killed."),
    "TFM001": Words(
        DEBT,
        "Suppressions Without a Reason",
        "Nobody can tell whether what is suppressed was judged, or is only in the way.",
        "Write the reason after the brackets: `# tfmod:ignore[...] reason`.",
    ),
    "TFM002": Words(
        DEBT,
        "Suppressions of Nothing",
        "The comment hides whatever comes to stand there later.",
        "Delete the comment, or correct its names.",
    ),
}

_UNSEEN = "Nothing in it was looked at: concerns in it are missing here, and so are the values that it gives to others."

FILES: Mapping[Reason, Words] = {
    Reason.ENCRYPTED: Words(
        DEBT, "Encrypted Files", _UNSEEN, "Unlock them (`git-crypt unlock`, `sops decrypt`) where the audit runs, or leave them out."
    ),
    Reason.UNPARSABLE: Words(
        DEBT, "Files That Do Not Parse", _UNSEEN + " Terraform may refuse the whole directory.", "`terraform validate` says what is wrong."
    ),
    Reason.UNDECODABLE: Words(DEBT, "Files That Are Not UTF-8", _UNSEEN, "Convert them: Terraform reads UTF-8 alone."),
}


def of_file(reason: Reason) -> Words:
    """The words for files that could not be used."""
    text = reason.text
    return FILES.get(reason) or Words(DEBT, f"Unused Files: {text[:1].upper()}{text[1:]}", _UNSEEN, "Somebody has to look at them.")
