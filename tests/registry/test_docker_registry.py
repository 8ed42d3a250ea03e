"""Everything once more against a real registry (Debian's docker-registry): plain, with a password, with a token service."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from refactor.reasons import Reason
from refactor.registry.answers import Failure, Manifest, Platform, Tags
from refactor.registry.config import RegistryConfig
from refactor.registry.lookup import ImageLookup
from refactor.registry.manifests import VERSION_KEY
from refactor.registry.reference import Reference
from refactor.services import DigestKind, Pin, Unresolved
from tests.support.lookups import Clock, open_client, write_credentials
from tests.support.oci import push_image
from tests.support.registry import RunningRegistry, running_registry
from tests.support.scripted import Answer, Request, Scripted, json_answer
from tests.support.token_service import CERTIFICATE, token_for

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/arm/v7")


def mirrored(registry: RunningRegistry) -> RegistryConfig:
    return RegistryConfig(mirrors={"docker.io": registry.url}, retries=0)


@pytest.mark.parametrize("flavour", ["oci", "docker"])
@pytest.mark.parametrize("platforms", [(), PLATFORMS], ids=["one image", "an index"])
def test_the_digest_is_that_of_what_was_pushed(docker_registry: RunningRegistry, flavour: str, platforms: tuple[str, ...]) -> None:
    repo = f"kinds/{flavour}{len(platforms)}"
    pushed = push_image(docker_registry.url, repo, "latest", platforms=platforms, flavour=flavour)
    reference = Reference.parse(repo)
    with open_client(mirrored(docker_registry), Clock()) as client:
        expected = Manifest(pushed, "index" if platforms else "manifest", docker_registry.netloc)
        assert client.manifest(reference) == expected
        document = client.document(reference)
        assert not isinstance(document, Failure)
        assert document.digest == pushed
        arm = client.child(reference, Platform.parse("linux/arm64"))
        if platforms:
            assert isinstance(arm, Manifest)
            assert document.platforms == PLATFORMS
            assert client.manifest(reference.with_digest(arm.digest).with_tag(None)) == arm
        else:
            assert isinstance(arm, Failure)
            assert arm.reason is Reason.NO_PLATFORM


def test_what_is_not_there_is_not_found(docker_registry: RunningRegistry) -> None:
    push_image(docker_registry.url, "there/app", "1.0.0")
    with open_client(mirrored(docker_registry), Clock()) as client:
        for text in ("there/app:2.0.0", "not/there", f"there/app@sha256:{'0' * 64}"):
            found = client.manifest(Reference.parse(text))
            assert isinstance(found, Failure)
            assert found.reason is Reason.NOT_FOUND
        none = client.tags(Reference.parse("not/there"))
        assert isinstance(none, Failure)
        assert none.reason is Reason.NOT_FOUND
        assert "NAME_UNKNOWN" in none.detail


def test_tags_are_listed(docker_registry: RunningRegistry) -> None:
    names = [f"1.0.{number}" for number in range(7)]
    for name in names:
        push_image(docker_registry.url, "many/tags", name, content="same")
    with open_client(mirrored(docker_registry), Clock()) as client:
        found = client.tags(Reference.parse("many/tags"))
    assert isinstance(found, Tags)
    assert (sorted(found.names), found.incomplete) == (names, "")


def test_a_floating_tag_becomes_the_version_that_it_is(docker_registry: RunningRegistry) -> None:
    url = docker_registry.url
    for version in ("1.26.1", "1.26.2", "1.27.0", "1.27.1", "1.27.2", "1.27.3", "1.27.3-alpine"):
        push_image(url, "library/web", version, platforms=PLATFORMS, labels={VERSION_KEY: version})
    for tag, version in (("latest", "1.27.3"), ("stable", "1.26.1"), ("1.26", "1.26.2"), ("alpine", "1.27.3-alpine")):
        push_image(url, "library/web", tag, platforms=PLATFORMS, labels={VERSION_KEY: version}, content=version)
    push_image(url, "library/web", "odd", platforms=PLATFORMS)
    references = {text: Reference.parse(text) for text in ("web", "web:stable", "web:1.26", "web:alpine", "web:odd", "web:1.27.0")}
    with open_client(mirrored(docker_registry), Clock()) as client:
        found = ImageLookup(client, client.transport.config, now=Clock().now).pin(list(references.values()))
    versions = {text: pin.version if isinstance(pin := found[reference], Pin) else pin.detail for text, reference in references.items()}
    assert versions == {
        "web": "1.27.3",
        "web:stable": "1.26.1",
        "web:1.26": "1.26.2",
        "web:alpine": "1.27.3-alpine",
        "web:odd": None,
        "web:1.27.0": "1.27.0",
    }


def test_kinds_and_platforms_of_digests(docker_registry: RunningRegistry) -> None:
    pushed = push_image(docker_registry.url, "kind/of", "1.0.0", platforms=PLATFORMS)
    with open_client(mirrored(docker_registry), Clock()) as client:
        images = ImageLookup(client, client.transport.config, now=Clock().now)
        tag = Reference.parse("kind/of:1.0.0")
        pin = images.pin([tag], platform="linux/arm")[tag]
        assert isinstance(pin, Pin)
        by_index, by_child = tag.with_digest(pushed), tag.with_digest(pin.digest)
        assert images.kinds([by_index, by_child]) == {
            by_index: DigestKind("index", None),
            by_child: DigestKind("manifest", "linux/arm/v7"),
        }


def test_a_registry_on_loopback_needs_no_mirror(docker_registry: RunningRegistry) -> None:
    pushed = push_image(docker_registry.url, "direct/app", "1.0.0")
    with open_client(RegistryConfig(), Clock()) as client:
        found = client.manifest(Reference.parse(f"{docker_registry.netloc}/direct/app:1.0.0"))
    assert found == Manifest(pushed, "manifest", docker_registry.netloc)


def test_a_prefix_of_the_mirror_keeps_registries_apart(docker_registry: RunningRegistry) -> None:
    hub = push_image(docker_registry.url, "docker.io/library/x", "latest", content="hub")
    other = push_image(docker_registry.url, "ghcr.io/library/x", "latest", content="other")
    config = RegistryConfig(mirrors={name: f"{docker_registry.url}/{name}" for name in ("docker.io", "ghcr.io")})
    with open_client(config, Clock()) as client:
        found = [client.manifest(Reference.parse(text)) for text in ("x", "ghcr.io/library/x")]
    assert [manifest.digest for manifest in found if isinstance(manifest, Manifest)] == [hub, other]


# With a password

# bcrypt of "hunter2"; docker-registry takes no other hash
HTPASSWD = "ada:$2b$04$wqpIr/munWnStnFdwghSRes8vflOEbVGRAoAt.9Ku3VoOeIPAwoOC\n"


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningRegistry, str]]:
    """A registry that wants a password, and the digest of ``team/app:latest`` in it."""
    directory = tmp_path_factory.mktemp("private")
    (directory / "htpasswd").write_text(HTPASSWD)
    with running_registry(directory, auth={"htpasswd": {"realm": "tests", "path": str(directory / "htpasswd")}}) as registry:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = ("ada", "hunter2")
            pushed = push_image(registry.url, "team/app", "latest", platforms=PLATFORMS, session=session)
            assert push_image(registry.url, "team/app", "1.2.3", content="latest", platforms=PLATFORMS, session=session) == pushed
        yield registry, pushed


def test_a_password_opens_a_private_registry(private: tuple[RunningRegistry, str], tmp_path: Path) -> None:
    registry, pushed = private
    write_credentials(tmp_path, {registry.netloc: ("ada", "hunter2")})
    with open_client(RegistryConfig(), Clock(), tmp_path) as client:
        reference = Reference.parse(f"{registry.netloc}/team/app")
        found = ImageLookup(client, client.transport.config, now=Clock().now).pin([reference])[reference]
    assert found == Pin(pushed, "index", "1.2.3", "", "registry")


@pytest.mark.parametrize("users", [{}, {"elsewhere.example": ("ada", "hunter2")}, "wrong"])
def test_without_the_right_password_it_stays_closed(
    private: tuple[RunningRegistry, str], tmp_path: Path, users: dict[str, tuple[str, str]] | str
) -> None:
    registry, _ = private
    write_credentials(tmp_path, users if isinstance(users, dict) else {registry.netloc: ("ada", "wrong password")})
    with open_client(RegistryConfig(), Clock(), tmp_path) as client:
        reference = Reference.parse(f"{registry.netloc}/team/app")
        found = ImageLookup(client, client.transport.config, now=Clock().now).pin([reference])[reference]
    assert isinstance(found, Unresolved)
    assert found.reason is Reason.UNAUTHORIZED
    assert "password" not in found.detail or "wrong password" not in found.detail


# With a token service


@dataclass
class Guarded:
    registry: RunningRegistry
    tokens: Scripted
    pushed: str


SERVICE, ISSUER = "tests registry", "tests"


def issue(request: Request) -> Answer:
    """Grant anonymous users what is under ``public/``, and ada everything; send no ``expires_in``."""
    query = parse_qs(urlsplit(request.path).query)
    assert query["service"] == [SERVICE]
    basic = (request.authorization or "").removeprefix("Basic ")
    user = base64.b64decode(basic).decode()
    if user not in ("", "ada:hunter2"):
        return Answer(401)
    granted = [scope for scope in query.get("scope", []) if user or scope.startswith("repository:public/")]
    return json_answer({"token": token_for(ISSUER, SERVICE, granted)})


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    directory = tmp_path_factory.mktemp("guarded")
    (directory / "certificate.pem").write_text(CERTIFICATE)
    with Scripted(issue) as tokens:
        auth = {
            "realm": f"{tokens.url}/token",
            "service": SERVICE,
            "issuer": ISSUER,
            "rootcertbundle": str(directory / "certificate.pem"),
        }
        with running_registry(directory, auth={"token": auth}) as registry:
            pushed = ""
            for repo in ("public/app", "secret/app"):
                with requests.Session() as session:
                    session.trust_env = False
                    session.headers["Authorization"] = f"Bearer {token_for(ISSUER, SERVICE, [f'repository:{repo}:pull,push'])}"
                    for tag in ("latest", "1.2.3"):
                        pushed = push_image(registry.url, repo, tag, content="same", session=session)
            yield Guarded(registry, tokens, pushed)


def test_an_anonymous_token_opens_what_is_public_and_nothing_else(guarded: Guarded) -> None:
    public, secret = (Reference.parse(f"{guarded.registry.netloc}/{repo}/app") for repo in ("public", "secret"))
    with open_client(RegistryConfig(), Clock()) as client:
        found = ImageLookup(client, client.transport.config, now=Clock().now).pin([public, secret])
    assert found[public] == Pin(guarded.pushed, "manifest", "1.2.3", "", "registry")
    refused = found[secret]
    assert isinstance(refused, Unresolved)
    assert refused.reason is Reason.UNAUTHORIZED


def test_a_user_gets_a_token_for_what_is_secret(guarded: Guarded, tmp_path: Path) -> None:
    secret = Reference.parse(f"{guarded.registry.netloc}/secret/app")
    write_credentials(tmp_path, {guarded.registry.netloc: ("ada", "hunter2")})
    before = len(guarded.tokens.seen)
    with open_client(RegistryConfig(), Clock(), tmp_path) as client:
        found = ImageLookup(client, client.transport.config, now=Clock().now).pin([secret])[secret]
    assert found == Pin(guarded.pushed, "manifest", "1.2.3", "", "registry")
    assert len(guarded.tokens.seen) == before + 1, "one token serves the manifest, the list and the candidates"


def test_a_wrong_password_is_refused_by_the_token_service(guarded: Guarded, tmp_path: Path) -> None:
    secret = Reference.parse(f"{guarded.registry.netloc}/secret/app")
    write_credentials(tmp_path, {guarded.registry.netloc: ("ada", "guess")})
    with open_client(RegistryConfig(), Clock(), tmp_path) as client:
        found = ImageLookup(client, client.transport.config, now=Clock().now).pin([secret])[secret]
    assert isinstance(found, Unresolved)
    assert found.reason is Reason.UNAUTHORIZED
    assert "refuses the configured user" in found.detail


def test_what_was_pushed_is_what_people_would_push(docker_registry: RunningRegistry) -> None:
    """The helper's own test: a manifest with its configuration and a layer that can all be fetched."""
    pushed = push_image(docker_registry.url, "helper/app", "1", platforms=("linux/arm/v7",), labels={"a": "b"}, annotations={"c": "d"})
    accept = {"Accept": "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"}
    base = f"{docker_registry.url}/v2/helper/app"
    index = requests.get(f"{base}/manifests/{pushed}", headers=accept, timeout=5).json()
    assert index["annotations"] == {"c": "d"}
    assert index["manifests"][0]["platform"] == {"os": "linux", "architecture": "arm", "variant": "v7"}
    manifest = requests.get(f"{base}/manifests/{index['manifests'][0]['digest']}", headers=accept, timeout=5).json()
    config = json.loads(requests.get(f"{base}/blobs/{manifest['config']['digest']}", timeout=5).content)
    assert config["config"]["Labels"] == {"a": "b"}
    assert requests.head(f"{base}/blobs/{manifest['layers'][0]['digest']}", timeout=5).status_code == 200
