"""Push small images into a registry: what `docker push` does, without an image to build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

import requests

TYPES = {
    "oci": {
        "index": "application/vnd.oci.image.index.v1+json",
        "manifest": "application/vnd.oci.image.manifest.v1+json",
        "config": "application/vnd.oci.image.config.v1+json",
        "layer": "application/vnd.oci.image.layer.v1.tar+gzip",
    },
    "docker": {
        "index": "application/vnd.docker.distribution.manifest.list.v2+json",
        "manifest": "application/vnd.docker.distribution.manifest.v2+json",
        "config": "application/vnd.docker.container.image.v1+json",
        "layer": "application/vnd.docker.image.rootfs.diff.tar.gzip",
    },
}
TIMEOUT = 10


def push_image(
    base_url: str,
    repo: str,
    tag: str,
    *,
    platforms: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    content: str = "",
    flavour: str = "oci",
    session: requests.Session | None = None,
) -> str:
    """Push an image and return the digest of what ``tag`` then stands for.

    With ``platforms`` (``linux/arm64``, ...) it is an index with one manifest for each, else one manifest for linux/amd64. The same
    arguments give the same digest; ``content`` (by default the tag) makes images differ. ``labels`` go to the configuration, and
    ``annotations`` to the manifests and the index. ``session`` carries what the registry wants for authentication.
    """
    if session is None:
        with requests.Session() as session:
            session.trust_env = False
            return push_image(
                base_url,
                repo,
                tag,
                platforms=platforms,
                labels=labels,
                annotations=annotations,
                content=content,
                flavour=flavour,
                session=session,
            )
    types = TYPES[flavour]
    layer = f"not a layer: {content or tag}".encode()
    push_blob(session, base_url, repo, layer)
    entries = []
    for platform in platforms or ("linux/amd64",):
        where = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
        config = _json({**where, "config": {"Labels": dict(labels or {})}, "rootfs": {"type": "layers", "diff_ids": []}})
        push_blob(session, base_url, repo, config)
        manifest = {
            "schemaVersion": 2,
            "mediaType": types["manifest"],
            "config": _descriptor(config, types["config"]),
            "layers": [_descriptor(layer, types["layer"])],
        }
        body = _json(manifest | ({"annotations": dict(annotations)} if annotations else {}))
        if not platforms:
            return push_manifest(session, base_url, repo, tag, body, types["manifest"])
        push_manifest(session, base_url, repo, digest_of(body), body, types["manifest"])
        entries.append({**_descriptor(body, types["manifest"]), "platform": where})
    index = {"schemaVersion": 2, "mediaType": types["index"], "manifests": entries}
    body = _json(index | ({"annotations": dict(annotations)} if annotations else {}))
    return push_manifest(session, base_url, repo, tag, body, types["index"])


def push_blob(session: requests.Session, base_url: str, repo: str, data: bytes) -> str:
    """distribution-spec, "POST then PUT"."""
    begun = session.post(f"{base_url}/v2/{repo}/blobs/uploads/", timeout=TIMEOUT)
    assert begun.status_code == 202, begun.text
    digest = digest_of(data)
    where = urljoin(base_url, begun.headers["Location"])
    done = session.put(where, params={"digest": digest}, data=data, headers={"Content-Type": "application/octet-stream"}, timeout=TIMEOUT)
    assert done.status_code == 201, done.text
    return digest


def push_manifest(session: requests.Session, base_url: str, repo: str, reference: str, body: bytes, media_type: str) -> str:
    """distribution-spec, "Pushing Manifests"."""
    done = session.put(f"{base_url}/v2/{repo}/manifests/{reference}", data=body, headers={"Content-Type": media_type}, timeout=TIMEOUT)
    assert done.status_code == 201, done.text
    return digest_of(body)


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _descriptor(data: bytes, media_type: str) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def _json(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, sort_keys=True).encode()
