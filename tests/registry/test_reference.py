"""Image references: the grammar of distribution/reference, and the spelling that is kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.registry.reference import InvalidReference, Reference, is_digest

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("nginx", "docker.io", "library/nginx", None, None),
        ("nginx:1.27", "docker.io", "library/nginx", "1.27", None),
        ("docker.io/nginx", "docker.io", "library/nginx", None, None),
        ("index.docker.io/nginx:1", "docker.io", "library/nginx", "1", None),
        ("docker.io/library/nginx", "docker.io", "library/nginx", None, None),
        ("bitnami/kubectl:latest", "docker.io", "bitnami/kubectl", "latest", None),
        ("a/b/c", "docker.io", "a/b/c", None, None),
        ("ghcr.io/immich-app/postgres:15-vectorchord0.4.3", "ghcr.io", "immich-app/postgres", "15-vectorchord0.4.3", None),
        ("localhost/x", "localhost", "x", None, None),
        ("localhost:5000/x:1", "localhost:5000", "x", "1", None),
        ("localhost:5000", "docker.io", "library/localhost", "5000", None),  # without a slash it is a tag
        ("registry:5000/x", "registry:5000", "x", None, None),
        ("Registry/x", "registry", "x", None, None),  # upper case cannot be a repository, so it is a host
        ("GHCR.io/x/y", "ghcr.io", "x/y", None, None),
        ("[2001:db8::1]:5000/x", "[2001:db8::1]:5000", "x", None, None),
        ("127.0.0.1/x", "127.0.0.1", "x", None, None),
        (f"nginx@{DIGEST}", "docker.io", "library/nginx", None, DIGEST),
        (f"nginx:1.27.3@{DIGEST}", "docker.io", "library/nginx", "1.27.3", DIGEST),
        (f"localhost:5000/x@{DIGEST}", "localhost:5000", "x", None, DIGEST),
        ("x__y/z--a.b_c", "docker.io", "x__y/z--a.b_c", None, None),
        ("x:_Tag.with-All_1", "docker.io", "library/x", "_Tag.with-All_1", None),
        ("x:" + "t" * 128, "docker.io", "library/x", "t" * 128, None),
        ("a" * 64 + ":1", "docker.io", "library/" + "a" * 64, "1", None),
        ("h.example/" + "r" * 255, "h.example", "r" * 255, None, None),
        ("docker.n8n.io/n8nio/n8n:1.80.5", "docker.n8n.io", "n8nio/n8n", "1.80.5", None),
    ],
)
def test_a_reference_means_what_docker_takes_it_for(text: str, registry: str, repository: str, tag: str | None, digest: str | None) -> None:
    reference = Reference.parse(text)
    assert (reference.registry, reference.repository, reference.tag, reference.digest) == (registry, repository, tag, digest)
    assert str(reference) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        (" nginx", "blanks"),
        ("nginx\n", "blanks"),
        ("ngi nx", "' ' cannot stand"),
        ("docker://nginx", "'docker://'"),
        ("https://ghcr.io/x", "'https://'"),
        ("oci-archive:x/y z", "' ' cannot stand"),
        ("${var.image}", "'$' cannot stand"),
        ("nginx:${tag}", "'$' cannot stand"),
        ("größe", "'ö' cannot stand"),
        ("nginx:", "tag after ':' is missing"),
        ("nginx:-x", "not a tag"),
        ("nginx:.x", "not a tag"),
        ("nginx:a/b", "not a host name"),
        ("x/nginx:a/b", "not a tag"),
        ("nginx:a:b", "not a tag"),
        ("nginx:" + "t" * 129, "the tag has 129 characters"),
        ("Nginx", "must be lower case"),
        ("ghcr.io/Org/app", "'Org' is not"),
        ("a//b", "empty component"),
        ("/a", "empty component"),
        ("a/", "empty component"),
        ("ghcr.io/", "repository is missing"),
        ("a/b.", "cannot be part"),
        ("a/-b", "cannot be part"),
        ("a/b..c", "cannot be part"),
        ("a/b___c", "cannot be part"),
        ("a/b_-c", "cannot be part"),
        ("-x.io/y", "not a host name"),
        ("x-.io/y", "not a host name"),
        ("x.io:/y", "not a host name"),
        ("x.io:port/y", "not a host name"),
        ("x.io:0/y", "no port 0"),
        ("x.io:65536/y", "no port 65536"),
        ("h.example/" + "r" * 256, "256 characters"),
        ("r" * 248, "256 characters"),  # library/ counts
        ("a" * 64, "image ID"),
        ("nginx@", "not a digest"),
        ("nginx@sha256", "not a digest"),
        ("nginx@latest", "not a digest"),
        ("nginx@:abc", "not a digest"),
        ("nginx@sha256:abc", "3 hex digits, and sha256 has 64"),
        (f"nginx@{DIGEST}0", "65 hex digits"),
        (f"nginx@{DIGEST.upper().replace('SHA', 'sha')}", "lower-case hex"),
        (f"nginx@SHA256:{'a' * 64}", "digest algorithm 'SHA256'"),
        (f"nginx@md5:{'a' * 32}", "digest algorithm 'md5'"),
        (f"nginx@{DIGEST}@{DIGEST}", "lower-case hex"),
        (f"@{DIGEST}", "repository is missing"),
        (":1", "repository is missing"),
    ],
)
def test_what_is_no_reference_says_why(text: str, problem: str) -> None:
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(text)
    assert problem in str(caught.value)
    assert caught.value.text == text


def test_tag_and_digest_change_and_the_spelling_stays() -> None:
    reference = Reference.parse("docker.io/nginx:latest")
    pinned = reference.with_tag("1.27.3").with_digest(DIGEST)
    assert str(pinned) == f"docker.io/nginx:1.27.3@{DIGEST}"
    assert str(pinned.with_tag(None)) == f"docker.io/nginx@{DIGEST}"
    assert str(pinned.with_digest(None)) == "docker.io/nginx:1.27.3"
    assert str(reference) == "docker.io/nginx:latest"


@pytest.mark.parametrize("tag", ["", "a/b", "x" * 129, "-a", "a b"])
def test_no_tag_is_taken_that_would_not_parse(tag: str) -> None:
    with pytest.raises(InvalidReference):
        Reference.parse("nginx").with_tag(tag)


@pytest.mark.parametrize("digest", ["", "sha256:", DIGEST[:-1], DIGEST.replace("sha256", "md5")])
def test_no_digest_is_taken_that_would_not_parse(digest: str) -> None:
    with pytest.raises(InvalidReference):
        Reference.parse("nginx").with_digest(digest)


def test_spellings_of_one_image_have_one_canonical_form() -> None:
    spellings = [
        "nginx",
        "nginx:latest",
        "docker.io/nginx",
        "library/nginx:latest",
        "index.docker.io/library/nginx",
        f"nginx:latest@{DIGEST}",
    ]
    assert {Reference.parse(text).canonical for text in spellings} == {"docker.io/library/nginx:latest"}
    assert len({Reference.parse(text) for text in spellings}) == len(spellings)
    assert Reference.parse(f"nginx@{DIGEST}").canonical == f"docker.io/library/nginx@{DIGEST}"


def test_what_is_wanted_is_the_tag_before_the_digest() -> None:
    assert Reference.parse("nginx").wanted == "latest"
    assert Reference.parse(f"nginx:1@{DIGEST}").wanted == "1"
    assert Reference.parse(f"nginx@{DIGEST}").wanted == DIGEST


@pytest.mark.parametrize(
    ("text", "expected"), [(DIGEST, True), ("sha512:" + "a" * 128, True), ("sha256:" + "a" * 63, False), ("latest", False), ("", False)]
)
def test_what_a_digest_is(text: str, expected: bool) -> None:
    assert is_digest(text) is expected


COMPONENT = st.from_regex(r"[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}", fullmatch=True)
HOST = st.from_regex(r"([a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?\.){1,3}[a-z]{2,3}(:[1-9][0-9]{0,3})?", fullmatch=True) | st.just("localhost:5000")
TAG = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
DIGESTS = st.from_regex(r"sha256:[a-f0-9]{64}", fullmatch=True)


@given(st.none() | HOST, st.lists(COMPONENT, min_size=1, max_size=3), st.none() | TAG, st.none() | DIGESTS)
def test_every_well_formed_reference_comes_back_as_written(host: str | None, path: list[str], tag: str | None, digest: str | None) -> None:
    if host is None and path[0] == "localhost":
        path = ["x"]
    if host is None and len(path) > 1:
        path[0] = path[0].replace(".", "-")  # or it is a host
    text = "/".join(([host] if host else []) + path) + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    reference = Reference.parse(text)
    assert str(reference) == text
    assert (reference.tag, reference.digest) == (tag, digest)
    assert reference.registry == (host or "docker.io")
    assert reference.repository == ("library/" + path[0] if host in (None, "docker.io") and len(path) == 1 else "/".join(path))
    assert Reference.parse(reference.canonical).canonical == reference.canonical


# regexp.go of distribution/reference, word for word, and ParseNormalizedNamed on top of it. There the domain can be left out, also of what
# was split off as one: ``0_0.0/x`` is then a path of no registry, which nobody serves.
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?"
_PATH = r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
_GO = re.compile(rf"{_DOMAIN}/{_PATH}(?:/{_PATH})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?")


def go_accepts(text: str) -> bool:
    domain, slash, remainder = text.partition("/")
    if not slash or not (domain == "localhost" or re.search("[.:]", domain) or domain != domain.lower()):
        domain, remainder = "docker.io", text
    if remainder.partition(":")[0] != remainder.partition(":")[0].lower():
        return False
    return _GO.fullmatch(f"{domain}/{remainder}") is not None


@given(st.text(alphabet="aB0._-/:[]", max_size=14) | st.from_regex(_GO, fullmatch=True).map(lambda text: text[:60]))
def test_what_docker_refuses_is_refused_and_what_it_takes_is_taken(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        assert not go_accepts(text) or error.problem.startswith("there is no port")
    else:
        assert go_accepts(text)
        assert str(reference) == text


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_an_invalid_one(text: str) -> None:
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        assert error.problem
    else:
        assert str(reference) == text
