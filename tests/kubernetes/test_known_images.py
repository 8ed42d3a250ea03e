"""The table of well-known images keeps its rules, and its conditions are read as its head says."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from refactor.kubernetes import known_images
from refactor.kubernetes.known_images import Check, Exec, Grpc, HttpGet, KnownImage, Settings, TcpSocket, load
from refactor.registry import tags
from refactor.registry.reference import Reference

TABLE = Path(known_images.__file__).with_suffix(".toml")
ENTRIES: list[dict[str, Any]] = tomllib.loads(TABLE.read_text("utf-8"))["image"]
IMAGES = load().images
FIELDS = {field.name for field in fields(KnownImage)}
ACTIONS = {"exec", "http_get", "tcp_socket", "grpc"}

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["name"]))
each_image = pytest.mark.parametrize("image", IMAGES, ids=lambda image: str(image.name))

NAMED_IN_THE_ISSUE = """
    postgres mysql mariadb redis valkey/valkey mongo rabbitmq apache/kafka elasticsearch minio/minio grafana/grafana prom/prometheus
    grafana/loki prom/alertmanager traefik nginx hashicorp/vault quay.io/keycloak/keycloak ghcr.io/goauthentik/server nextcloud
    ghcr.io/immich-app/immich-server vaultwarden/server ghcr.io/home-assistant/home-assistant jellyfin/jellyfin edoburu/pgbouncer
    registry.k8s.io/etcd hashicorp/consul zookeeper
""".split()


def known(reference: str) -> KnownImage:
    image = load().lookup(Reference.parse(reference))
    assert image is not None, f"{reference} is not in the table"
    return image


def checks(image: KnownImage) -> list[Check]:
    return [check for check in (image.liveness, image.readiness) if check is not None]


# The table ---------------------------------------------------------------------------------------------------------------------------


def test_there_are_enough_entries_and_each_has_a_check() -> None:
    assert len(IMAGES) >= 90
    assert [image.name for image in IMAGES if image.readiness is None] == []


def test_entries_are_sorted_by_unique_names() -> None:
    names = [entry["name"] for entry in ENTRIES]
    assert names == sorted(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_no_repository_is_in_two_entries() -> None:
    repositories = [repository for image in IMAGES for repository in image.repositories]
    assert len(repositories) == len(set(repositories)) == len(load().by_repository)


@each_entry
def test_keys_are_those_of_the_entry(entry: dict[str, Any]) -> None:
    assert set(entry) <= FIELDS
    empty = [key for key, value in entry.items() if value in ("", [], {}, False)]
    assert empty == [], "what is not said is left out"


@each_image
def test_repositories_are_in_canonical_spelling(image: KnownImage) -> None:
    assert image.repositories
    for repository in image.repositories:
        reference = Reference.parse(repository)
        assert f"{reference.registry}/{reference.repository}" == repository
        assert reference.tag is None and reference.digest is None


@each_image
def test_sources_are_public_pages(image: KnownImage) -> None:
    assert image.sources and len(set(image.sources)) == len(image.sources)
    for source in image.sources:
        assert re.fullmatch(
            r"https://(github\.com/[\w.-]+/[\w.-]+/(blob/(HEAD|[0-9a-f]{40})/\S+|pull/\d+)|clickhouse\.com/docs/\S+)", source
        )


@each_image
def test_ports_and_protocols_fit(image: KnownImage) -> None:
    assert image.protocol in {"http", "https", "tcp", "udp"}
    ports = [image.port, *image.requires_ports]
    for check in checks(image):
        match check.action:
            case HttpGet(path, port, scheme):
                assert port or image.protocol in {"http", "https"}, f"{image.protocol} answers no GET {path}"
                assert port or (scheme == "HTTPS") == (image.protocol == "https")
                ports += [port] if port else []
            case TcpSocket(port):
                assert port or image.protocol != "udp", "a port that speaks UDP only is never asked by TCP"
                ports += [port] if port else []
            case Grpc(port):
                ports.append(port)
            case Exec():
                pass
    assert [port for port in ports if not 0 < port < 65536] == []


@each_image
def test_checks_are_well_formed(image: KnownImage) -> None:
    for check in checks(image):
        assert check.timeout is None or 1 <= check.timeout <= 60
        assert check.period is None or (check.timeout or 1) <= check.period <= 120
        match check.action:
            case Exec(command):
                assert command and all(word == word.strip() and word for word in command)
            case HttpGet(path, _, scheme, headers):
                assert re.fullmatch(r"/[\w./?=&:-]*", path) and scheme in {"HTTP", "HTTPS"}
                assert all(re.fullmatch(r"[A-Za-z-]+", name) and value for name, value in headers)


@each_entry
def test_a_check_says_one_thing(entry: dict[str, Any]) -> None:
    for check in (entry[key] for key in ("liveness", "readiness") if key in entry):
        assert len(ACTIONS & set(check)) == 1
        assert check.get("tcp_socket", True) is True
        assert not {"scheme", "headers"} & set(check) or "http_get" in check
    assert entry.get("readiness") != entry.get("liveness"), "readiness that is as liveness is left out"


@each_image
def test_no_secret_stands_in_a_check(image: KnownImage) -> None:
    for check in checks(image):
        match check.action:
            case Exec(command):
                text = " ".join(command)
                assert not re.search(r"(?i)passw|passwd|secret|token|api.?key|://\S+:\S+@|\s-a\s|\$\{?[A-Z_]*(PASS|TOKEN|KEY)", text)
            case HttpGet(path, _, _, headers):
                assert not re.search(r"(?i)passw|token|secret|key=", path)
                assert {name.lower() for name, _ in headers} <= {"host"}


@each_image
def test_conditions_can_be_shown(image: KnownImage) -> None:
    proofs = image.requires_args + image.requires_env + image.requires_ports
    assert bool(image.requires) == bool(proofs)
    assert image.since == "" or tags.parse(image.since).numbers
    assert image.quorum in {None, "majority", "primary-replica"}
    patterns = image.unless_env + image.requires_env + image.config_port
    assert [pattern for pattern in patterns if not re.match(r"[A-Za-z_*][\w.*]*(=|$)", pattern)] == []
    assert [path for path in image.config_mounts if not path.startswith("/")] == []
    assert len(image.note) < 400 and image.note == image.note.strip()


@each_image
def test_an_image_as_it_comes_is_not_doubted(image: KnownImage) -> None:
    objection = image.objection(Settings())
    assert objection is None or (image.requires and image.requires in objection)
    assert image.port_doubt(Settings()) is None


@pytest.mark.parametrize("reference", NAMED_IN_THE_ISSUE)
def test_what_the_issue_names_is_known(reference: str) -> None:
    assert known(reference).sources


def test_clusters_and_data_are_marked() -> None:
    clusters = "registry.k8s.io/etcd hashicorp/consul zookeeper apache/kafka rabbitmq elasticsearch mongo".split()
    assert {known(name).quorum for name in clusters} == {"majority"}
    assert known("redis").quorum == "primary-replica"
    assert all(known(name).single_writer and known(name).startup for name in [*clusters, "postgres", "mysql", "mariadb", "redis"])


def test_what_upstream_warns_of_is_no_liveness_probe() -> None:
    """Cluster health, sealed state, replayed logs: a restart would do harm."""
    for reference in "rabbitmq apache/kafka elasticsearch hashicorp/vault hashicorp/consul grafana/promtail".split():
        assert known(reference).liveness is None, reference


# Look-ups ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "postgres",
        "postgres:16-alpine",
        "library/postgres",
        "docker.io/library/postgres:16",
        "index.docker.io/library/postgres",
        "docker.io/postgres@sha256:" + "0" * 64,
        "postgis/postgis:16-master",
        "ghcr.io/immich-app/postgres:15-vectorchord0.3.0-pgvectors0.2.0",
    ],
)
def test_every_spelling_finds_the_entry(spelling: str) -> None:
    assert known(spelling).name == "postgres"


@pytest.mark.parametrize(
    "reference",
    [
        "someone/postgres",
        "postgres16",
        "registry.internal/library/postgres",
        "localhost:5000/library/postgres",
        "ghcr.io/library/postgres",
        "library/postgres/extra",
        "viktorbarzin/postgres:16-master",
        "linuxserver/plex",
        "busybox",
        "bitnami/kubectl",
    ],
)
def test_what_is_not_named_is_not_known(reference: str) -> None:
    assert load().lookup(Reference.parse(reference)) is None


def test_the_table_is_read_once() -> None:
    assert load() is load()


def test_readiness_is_as_liveness_unless_said() -> None:
    assert known("mysql").readiness == known("mysql").liveness
    assert known("prom/prometheus").readiness == Check(HttpGet("/-/ready"))
    assert known("netboxcommunity/netbox").readiness == Check(HttpGet("/login/", headers=(("Host", "localhost"),)))
    assert known("rabbitmq").readiness == Check(TcpSocket())
    assert known("portainer/portainer-ce").liveness == Check(HttpGet("/", 9443, "HTTPS"))


def test_a_key_that_nobody_reads_is_an_error() -> None:
    with pytest.raises(ValueError, match="extra"):
        known_images._check({"tcp_socket": True, "extra": 1})
    with pytest.raises(KeyError):
        known_images._check({"timeout": 1})


# Conditions --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "settings"),
    [
        ("postgres", Settings(args=("-c", "max_connections=200"))),
        ("postgres", Settings(args=("postgres", "-c", "shared_buffers=1GB"))),
        ("postgres", Settings(command=("/usr/local/bin/docker-entrypoint.sh",), args=("postgres",))),
        ("redis", Settings(args=("redis-server", "--requirepass", "x"))),
        ("redis", Settings(args=("--appendonly", "yes"))),
        ("mongo", Settings(tag="latest")),
        ("mongo", Settings(tag="7")),
        ("mongo", Settings(tag="8.0.4-noble")),
        ("mariadb", Settings(tag="10")),
        ("mariadb", Settings(tag="lts")),
        ("pihole/pihole", Settings(tag="2025.11.10")),
        ("nextcloud", Settings(tag="30-apache")),
        ("traefik", Settings(args=("--ping",))),
        ("traefik", Settings(args=("--api.insecure=true", "--Ping=true"))),
        ("traefik", Settings(env={"TRAEFIK_PING": "true"})),
        ("registry.k8s.io/etcd", Settings(args=("--listen-client-urls", "http://0.0.0.0:2379"))),
        ("registry.k8s.io/etcd", Settings(command=("etcd", "--listen-client-urls=http://0.0.0.0:2379"))),
        ("prom/prometheus", Settings(args=("--web.external-url=https://prometheus.example.com",))),
        ("grafana/grafana", Settings(env={"GF_SERVER_PROTOCOL": "http"})),
        ("coredns/coredns", Settings(ports=frozenset({53, 8080, 8181}))),
        ("vaultwarden/server", Settings(env={"ROCKET_PORT": "8080", "DOMAIN": "https://example.com/vault"}, more_env=True)),
    ],
)
def test_these_settings_leave_the_check_valid(reference: str, settings: Settings) -> None:
    assert known(reference).objection(settings) is None


@pytest.mark.parametrize(
    ("reference", "settings", "why"),
    [
        # Another program: the dump loops and one-off scripts that people run in a database's image.
        ("postgres", Settings(command=("/bin/sh", "-c", "while true; do pg_dump; done")), "'/bin/sh' instead"),
        ("postgres", Settings(args=("bash",)), "'bash' instead"),
        ("mysql", Settings(command=("mysqldump",), args=("mysqld",)), "'mysqldump' instead"),
        ("n8nio/n8n", Settings(args=("worker",)), "'worker' instead"),
        ("n8nio/n8n", Settings(command=("n8n", "worker")), "worker changes"),
        # The port that an exec asks is moved by a flag, in one word or two.
        ("postgres", Settings(args=("-p", "5433")), "-p"),
        ("postgres", Settings(args=("-c", "port=5433")), "port=5433"),
        ("redis", Settings(args=("redis-server", "--port", "6380")), "--port"),
        ("redis", Settings(args=("--tls-port", "6379", "--port", "0")), "--tls-port"),
        # Versions.
        ("mongo", Settings(tag="4.4"), "since 6.0"),
        ("mongo", Settings(tag="5"), "since 6.0"),
        ("mariadb", Settings(tag="10.5.9-focal"), "since 10.6"),
        ("pihole/pihole", Settings(tag="2024.07.0"), "since 2025"),
        ("nextcloud", Settings(tag="30-fpm-alpine"), "tagged 30-fpm-alpine"),
        ("roundcube/roundcubemail", Settings(tag="1.6.13-FPM"), "tagged"),
        # Conditions that the container must show, and contradictions.
        ("traefik", Settings(), "only with --ping"),
        ("traefik", Settings(args=("--ping=false",)), "only with --ping"),
        ("traefik", Settings(env={"TRAEFIK_PING": "false"}), "only with --ping"),
        ("traefik", Settings(env={"TRAEFIK_PING": None}), "only with --ping"),
        ("traefik", Settings(args=("--ping=true", "--ping.entryPoint=web")), "--ping.entrypoint=web"),
        ("registry.k8s.io/etcd", Settings(), "localhost"),
        ("registry.k8s.io/etcd", Settings(args=("--listen-client-urls=https://0.0.0.0:2379",)), "not shown"),
        ("registry.k8s.io/etcd", Settings(args=("--listen-client-urls=http://0.0.0.0:2379", "--cert-file=x")), "--cert-file"),
        ("quay.io/oauth2-proxy/oauth2-proxy", Settings(args=("--http-address=127.0.0.1:4180",)), "not shown"),
        ("prom/prometheus", Settings(args=("--web.external-url=https://example.com/prometheus",)), "--web.external-url"),
        ("prom/prometheus", Settings(args=("--web.route-prefix", "/p")), "--web.route-prefix"),
        ("grafana/grafana", Settings(env={"GF_SERVER_PROTOCOL": "HTTPS"}), "GF_SERVER_PROTOCOL"),
        ("grafana/grafana", Settings(env={"GF_SERVER_PROTOCOL": None}), "GF_SERVER_PROTOCOL"),
        ("quay.io/keycloak/keycloak", Settings(env={"KC_HEALTH_ENABLED": "true", "KC_HTTP_MANAGEMENT_SCHEME": "x"}), "KC_HTTP_MANAGEMENT"),
        ("coredns/coredns", Settings(ports=frozenset({53, 8080})), "not shown"),
        # What is not seen may be what changes it.
        ("grafana/grafana", Settings(more_env=True), "not known"),
        ("redis", Settings(args=("--appendonly",), more_words=True), "not known"),
    ],
)
def test_these_settings_speak_against_the_check(reference: str, settings: Settings, why: str) -> None:
    objection = known(reference).objection(settings)
    assert objection is not None and why in objection


@pytest.mark.parametrize(
    ("reference", "settings"),
    [
        ("nginx", Settings(mounts=("/usr/share/nginx/html", "/etc/nginx-extra", "/"))),
        ("nginx", Settings(mounts=("/etc/nginx/conf.d",), ports=frozenset({80}))),
        ("grafana/grafana", Settings(env={"GF_SERVER_HTTP_PORT": "3000"})),
        ("grafana/grafana", Settings(env={"GF_SERVER_HTTP_PORT": "8000"}, ports=frozenset({3000}))),
        ("prom/prometheus", Settings(args=("--web.listen-address=0.0.0.0:9090",))),
        ("prom/prometheus", Settings(args=("--web.listen-address", ":9090"))),
        ("ollama/ollama", Settings(env={"OLLAMA_HOST": "http://0.0.0.0:11434/"})),
        ("hashicorp/vault", Settings(more_env=True, more_words=True)),
    ],
)
def test_the_usual_port_is_trusted(reference: str, settings: Settings) -> None:
    assert known(reference).port_doubt(settings) is None


@pytest.mark.parametrize(
    ("reference", "settings", "why"),
    [
        ("nginx", Settings(mounts=("/etc/nginx/conf.d/default.conf",)), "/etc/nginx"),
        ("nginx", Settings(mounts=("/etc/nginx",)), "/etc/nginx"),
        ("nginx", Settings(mounts=("/etc",)), "/etc/nginx"),
        ("nginx", Settings(mounts=("/etc/nginx",), ports=frozenset({8080})), "/etc/nginx"),
        ("grafana/grafana", Settings(env={"GF_SERVER_HTTP_PORT": "13000"}), "GF_SERVER_HTTP_PORT"),
        ("grafana/grafana", Settings(env={"GF_SERVER_HTTP_PORT": None}), "GF_SERVER_HTTP_PORT"),
        ("prom/prometheus", Settings(args=("--web.listen-address=:9091",)), "--web.listen-address"),
        ("prom/prometheus", Settings(args=("--web.listen-address", "0.0.0.0:9091")), "9091"),
        ("redis", Settings(args=("redis-server", "/usr/local/etc/redis/redis.conf")), "redis.conf"),
        ("cloudflare/cloudflared", Settings(args=("tunnel", "--metrics", "0.0.0.0:2000", "run")), "--metrics"),
        ("apache/kafka", Settings(env={"KAFKA_LISTENERS": "PLAINTEXT://:9093"}), "KAFKA_LISTENERS"),
        ("ollama/ollama", Settings(more_env=True), "not known"),
        ("prom/prometheus", Settings(more_words=True), "not known"),
    ],
)
def test_these_settings_may_move_the_port(reference: str, settings: Settings, why: str) -> None:
    doubt = known(reference).port_doubt(settings)
    assert doubt is not None and why in doubt
