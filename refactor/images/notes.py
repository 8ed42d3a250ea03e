"""What a person should know beside a pin: pull policies, and the bots that watch tags.

Kubernetes documentation, "Images": with the policy unset, ``:latest`` (or no tag) means Always and any other tag or a digest means
IfNotPresent; the default is filled in when the object is created, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from refactor.hcl.document import Block
from refactor.images.pinning import Image
from refactor.images.survey import Surveyed

_BOTS = re.compile(
    rb"(?m)^[ \t]*\"?(diun\.(?:enable|watch_repo|include_tags|notify_on)|keel\.sh/(?:policy|trigger|match-tag))\"?[ \t]*[=:]"
)
_RENOVATE = re.compile(rb"(?m)^[ \t]*(?:#|//)[ \t]*renovate:")
_KUBERNETES = "kubernetes_"


def pull_policy(item: Surveyed) -> str | None:
    """What pinning does to when the image is pulled."""
    if not isinstance(item.image, Image) or not item.site.resource.labels[0].startswith(_KUBERNETES):
        return None
    reference = item.image.reference
    if item.reading.pull_policy == "Always":
        return "the pull policy is Always: each start of a pod asks the registry, also for a pinned image"
    if item.reading.has_pull_policy:
        return None
    if reference.digest is None and reference.tag in (None, "latest"):
        return "no pull policy is set: Kubernetes pulls latest at every start, a pinned image only where it is missing (in new objects)"
    return None


class Notes:
    """Notes on images; each resource is read once."""

    def __init__(self) -> None:
        self._bots: dict[tuple[str, int], tuple[str, ...]] = {}

    def of(self, item: Surveyed) -> tuple[str, ...]:
        policy = pull_policy(item)
        resource = item.site.resource
        key = (resource.parent.document.path, resource.span.start)
        if key not in self._bots:
            self._bots[key] = tuple(_bots(resource))
        return (*((policy,) if policy else ()), *self._bots[key])


def _bots(resource: Block) -> Iterator[str]:
    """Annotations and comments in a resource by which something else follows the tag."""
    text = resource.parent.document.data[resource.span.start : resource.span.end]
    names = {m.group(1).decode().split(".")[0].split("/")[0] for m in _BOTS.finditer(text)}
    if "diun" in names:
        yield "Diun annotations are left alone: Diun goes on watching the tag that is written, not the digest"
    if "keel" in names:
        yield "Keel annotations are left alone: Keel does not move an image that has a digest"
    if _RENOVATE.search(text):
        yield "a renovate comment is left alone: its pattern may not expect a digest"
