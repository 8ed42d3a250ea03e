"""``[add-probes]`` of ``tfmod.toml``: what it can say, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from refactor.kubernetes.known_images import Exec, Grpc, HttpGet, TcpSocket
from refactor.kubernetes.probe_config import Timings, Wanted, entries, timings
from refactor.kubernetes.probes import Kind
from tests.support.workloads import TYPED, workloads


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ({"http_get": "/ready", "port": "http"}, Wanted(HttpGet("/ready"), "http")),
        (
            {"http_get": "/", "scheme": "HTTPS", "headers": {"Host": "a"}},
            Wanted(HttpGet("/", None, "HTTPS", (("Host", "a"),))),
        ),
        ({"tcp_socket": True, "port": 80}, Wanted(TcpSocket(), 80)),
        ({"exec": ["check", "--quick"]}, Wanted(Exec(("check", "--quick")))),
        ({"grpc": 9000}, Wanted(Grpc(9000), 9000)),
        ({"port": 8080}, Wanted(None, 8080)),
        ({"period_seconds": 30, "initial_delay_seconds": 0}, Wanted(period_seconds=30, initial_delay_seconds=0)),
        (False, False),
    ],
)
def test_what_an_entry_can_want(table: Any, wanted: Wanted | bool) -> None:
    [entry] = entries([{"name": "app", "liveness": table}]).entries
    assert entry.probes == {Kind.LIVENESS: wanted}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"name": "app"}, "says nothing"),
        ({"liveness": False}, "says of no workload that it means it"),
        ({"name": "app", "livenes": False}, "there is no livenes"),
        ({"name": "app", "liveness": True}, "must be false"),
        ({"name": "app", "liveness": {}}, "must be false"),
        ({"name": "app", "liveness": {"path": "/"}}, "there is no path"),
        ({"name": "app", "liveness": {"http_get": "healthz"}}, "starts with /"),
        ({"name": "app", "liveness": {"http_get": "/", "tcp_socket": True}}, "asks one thing"),
        ({"name": "app", "liveness": {"http_get": "/", "scheme": "ftp"}}, "HTTP or HTTPS"),
        ({"name": "app", "liveness": {"tcp_socket": True, "headers": {"Host": "a"}}}, "go with http_get"),
        ({"name": "app", "liveness": {"tcp_socket": 80}}, "tcp_socket is true"),
        ({"name": "app", "liveness": {"exec": "check"}}, "list of words"),
        ({"name": "app", "liveness": {"exec": ["check"], "port": 80}}, "no port of its own"),
        ({"name": "app", "liveness": {"grpc": True}}, "number of a port"),
        ({"name": "app", "liveness": {"grpc": 0}}, "neither a port's number"),
        ({"name": "app", "liveness": {"http_get": "/", "port": "HTTP"}}, "neither a port's number"),
        ({"name": "app", "liveness": {"http_get": "/", "port": "80"}}, "neither a port's number"),
        ({"name": "app", "liveness": {"http_get": "/", "port": 70000}}, "neither a port's number"),
        ({"name": "app", "liveness": {"http_get": "/", "period_seconds": 0}}, "at least 1"),
        ({"name": "app", "liveness": {"http_get": "/", "headers": {"Authorization": "Bearer x"}}}, "no secret belongs there"),
        ({"name": "app", "liveness": {"http_get": "/", "headers": {"X-API-Key": "x"}}}, "no secret belongs there"),
        ({"name": "app", "liveness": {"exec": ["redis-cli", "--password=x", "ping"]}}, "no secret belongs there"),
        ({"name": "app", "liveness": {"exec": ["redis-cli", "-a", "x", "ping"]}}, "no secret belongs there"),
        ({"name": "app", "liveness": {"exec": ["mysqladmin", "--password", "x", "ping"]}}, "no secret belongs there"),
        ({"name": "app", "liveness": {"exec": ["mysqladmin", "ping", "-px"]}}, "no secret belongs there"),
        ({"name": "app", "liveness": {"exec": ["sh", "-c", "PGPASSWORD=x psql -c 'SELECT 1'"]}}, "no secret belongs there"),
        ({"name": "app", "skip": True}, "goes with a reason"),
        ({"name": "app", "skip": True, "reason": " "}, "goes with a reason"),
        ({"name": "app", "skip": True, "reason": "x", "liveness": False}, "goes with a reason"),
        ({"name": "app", "skip": "yes"}, "skip is true or false"),
    ],
)
def test_what_an_entry_cannot_say(table: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match="entry 2: ") as caught:
        entries([{"name": "*", "startup": False}, table])
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ["redis-cli", "-a", "$(REDIS_PASSWORD)", "ping"],
        ["sh", "-c", 'mysqladmin ping -p"$MYSQL_ROOT_PASSWORD"'],
        ["sh", "-c", "PGPASSWORD=$POSTGRES_PASSWORD psql -c 'SELECT 1'"],
        ["check", "--token-file", "/run/secrets/token"],
        ["mysqladmin", "ping", "-h", "127.0.0.1", "-P", "3306"],
        ["pg_isready", "-p", "5432"],
        ["curl", "-fsS", "http://localhost:8080/token"],
    ],
)
def test_a_command_that_has_no_secret_in_it_is_not_refused(words: list[str]) -> None:
    [entry] = entries([{"name": "app", "liveness": {"exec": words}}]).entries
    assert entry.probes == {Kind.LIVENESS: Wanted(Exec(tuple(words)))}


def test_the_first_entry_that_says_something_of_a_probe_decides_it(tmp_path: Path) -> None:
    [container] = workloads(tmp_path, TYPED).all[0].containers
    found = entries(
        [
            {"name": "web", "liveness": False},
            {"name": "api", "liveness": {"port": 1}},
            {"container": "app", "liveness": {"port": 2}, "readiness": {"port": 2}},
        ]
    )
    assert found.of(container) == {Kind.LIVENESS: Wanted(port=1), Kind.READINESS: Wanted(port=2)}
    assert found.skipped(container) == ""
    assert entries([{"name": "api", "skip": True, "reason": "by hand"}]).skipped(container) == "by hand"


def test_defaults_of_times() -> None:
    assert timings({}) == Timings(10, 5, 3, 6, 900, 1800)
    assert timings({"period_seconds": 20}).period_seconds == 20


@pytest.mark.parametrize("table", [{"period": 10}, {"period_seconds": 0}, {"period_seconds": "10"}, {"period_seconds": True}])
def test_times_that_are_none(table: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="period"):
        timings(table)
