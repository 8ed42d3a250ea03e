"""Where registries are asked: mirrors, plain http, proxies."""

from __future__ import annotations

import pytest

from refactor.registry.answers import Platform
from refactor.registry.config import ConfigError, Endpoint, RegistryConfig, host_of, is_internal, is_loopback
from refactor.registry.proxies import proxies_for


@pytest.mark.parametrize(
    ("registry", "base"),
    [
        ("docker.io", "https://registry-1.docker.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("ghcr.io:8443", "https://ghcr.io:8443"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("registry.localhost", "http://registry.localhost"),
        ("10.0.0.1:5000", "https://10.0.0.1:5000"),
        ("plain.example", "http://plain.example"),
        ("plain.example:8080", "http://plain.example:8080"),
        ("port.example:5000", "http://port.example:5000"),
        ("port.example", "https://port.example"),
    ],
)
def test_only_this_machine_and_named_hosts_are_asked_by_plain_http(registry: str, base: str) -> None:
    config = RegistryConfig(insecure=frozenset({"plain.example", "port.example:5000"}))
    assert config.endpoint(registry).base == base


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:5000", Endpoint("docker.io", "http", "127.0.0.1:5000")),
        ("http://127.0.0.1:5000/", Endpoint("docker.io", "http", "127.0.0.1:5000")),
        ("127.0.0.1:5000", Endpoint("docker.io", "http", "127.0.0.1:5000")),
        ("mirror.example", Endpoint("docker.io", "https", "mirror.example")),
        ("https://Mirror.Example/hub/cache", Endpoint("docker.io", "https", "mirror.example", "hub/cache/")),
        ("http://plain.example:80/x", Endpoint("docker.io", "http", "plain.example:80", "x/")),
        ("https://localhost:5000", Endpoint("docker.io", "https", "localhost:5000")),
    ],
)
def test_a_mirror_is_asked_in_place_of_its_registry(url: str, expected: Endpoint) -> None:
    config = RegistryConfig(mirrors={"docker.io": url}, insecure=frozenset({"plain.example"}))
    assert config.endpoint("docker.io") == expected
    assert config.endpoint("ghcr.io").base == "https://ghcr.io"
    assert config.endpoint("docker.io").repository("library/nginx") == f"{expected.prefix}library/nginx"


def test_every_name_of_docker_hub_has_its_mirror() -> None:
    for name in ("docker.io", "index.docker.io", "registry-1.docker.io", "Docker.IO"):
        assert RegistryConfig(mirrors={name: "http://localhost:1"}).endpoint("docker.io").netloc == "localhost:1"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://mirror.example", "--insecure-registry mirror.example"),
        ("https://user:secret@mirror.example", "leave credentials out"),
        ("ftp://mirror.example", "is not a base URL"),
        ("https://", "is not a base URL"),
        ("", "is not a base URL"),
        ("https://mirror.example?x=1", "is not a base URL"),
        ("https://mirror.example#x", "is not a base URL"),
        ("https://mir ror", "is not a base URL"),
        ("https://mirror.example/Upper", "cannot be a prefix"),
        ("https://mirror.example/a//b", "cannot be a prefix"),
        ("https://mirror.example/..", "cannot be a prefix"),
    ],
)
def test_a_mirror_that_cannot_be_used_is_refused_at_once(url: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        RegistryConfig(mirrors={"docker.io": url})
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_mirror_gets_the_credentials_of_its_own_host_only() -> None:
    assert RegistryConfig().endpoint("docker.io").credential_host == "docker.io"
    assert RegistryConfig(mirrors={"docker.io": "http://127.0.0.1:5000"}).endpoint("docker.io").credential_host == "127.0.0.1:5000"


def test_people_are_told_who_was_asked() -> None:
    assert RegistryConfig().endpoint("docker.io").label == "docker.io"
    assert (
        RegistryConfig(mirrors={"docker.io": "http://127.0.0.1:5000"}).endpoint("docker.io").label == "docker.io (asked at 127.0.0.1:5000)"
    )


@pytest.mark.parametrize(
    ("netloc", "host"), [("a.b:5000", "a.b"), ("a.b", "a.b"), ("[::1]:5000", "[::1]"), ("[::1]", "[::1]"), ("a.b:x", "a.b:x")]
)
def test_a_host_is_told_from_its_port(netloc: str, host: str) -> None:
    assert host_of(netloc) == host


@pytest.mark.parametrize(
    ("netloc", "loopback", "internal"),
    [
        ("localhost", True, True),
        ("LOCALHOST:80", True, True),
        ("127.8.8.8:1", True, True),
        ("[::1]:1", True, True),
        ("10.1.2.3", False, True),
        ("192.168.1.1:5000", False, True),
        ("169.254.169.254", False, True),
        ("[fd00::1]", False, True),
        ("224.0.0.1", False, True),
        ("8.8.8.8", False, False),
        ("localhost.example.com", False, False),
        ("127.0.0.1.example.com", False, False),
        ("ghcr.io", False, False),
    ],
)
def test_addresses_of_this_machine_and_network_are_known(netloc: str, loopback: bool, internal: bool) -> None:
    assert (is_loopback(netloc), is_internal(netloc)) == (loopback, internal)


PROXIES = {"https_proxy": "http://proxy:3128", "HTTP_PROXY": "http://other:3128"}


@pytest.mark.parametrize(
    ("netloc", "no_proxy", "used"),
    [
        ("ghcr.io", "", True),
        ("ghcr.io", "*", False),
        ("ghcr.io", "ghcr.io", False),
        ("ghcr.io:443", "ghcr.io", False),
        ("ghcr.io:8443", "ghcr.io:443", True),
        ("pkg.ghcr.io", ".ghcr.io, x", False),
        ("pkg.ghcr.io", "ghcr.io", False),
        ("pkg.ghcr.io", "*.ghcr.io", False),
        ("notghcr.io", "ghcr.io", True),
        ("10.2.3.4:5000", "10.0.0.0/8", False),
        ("11.2.3.4", "10.0.0.0/8", True),
        ("ghcr.io", "10.0.0.0/8", True),
        ("10.2.3.4", "nonsense/8", True),
        ("127.0.0.1:5000", "", False),
        ("localhost:5000", "", False),
    ],
)
def test_proxies_are_those_of_the_environment_that_was_given(netloc: str, no_proxy: str, used: bool) -> None:
    expected = {"https": "http://proxy:3128", "http": "http://other:3128"} if used else {}
    assert proxies_for(netloc, {**PROXIES, "NO_PROXY": no_proxy}) == expected


def test_without_proxies_in_the_environment_there_are_none() -> None:
    assert proxies_for("ghcr.io", {}) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/AMD64", "linux/amd64"),
        ("linux/amd64/v1", "linux/amd64"),
        ("linux/amd64/v3", "linux/amd64/v3"),
        ("linux/arm64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("linux/armhf", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
    ],
)
def test_a_platform_has_one_spelling_for_each_meaning(text: str, expected: str) -> None:
    assert str(Platform.parse(text)) == expected


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "linux/arm/v7/x", "linux//v7"])
def test_what_is_no_platform_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a platform"):
        Platform.parse(text)
