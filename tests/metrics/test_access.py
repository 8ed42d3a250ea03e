"""A real Prometheus behind TLS, with users and client certificates: who gets in, and who is told why not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from refactor.metrics.config import PrometheusConfig
from refactor.metrics.usage import NoUsage
from refactor.reasons import Reason
from tests.metrics.cluster import DB, open_source
from tests.support.lookups import Clock
from tests.support.prometheus import program, running_prometheus

USER, PASSWORD = "reader", "right horse"
_HASH = "$2b$04$SSoQJQd4nkYwdQn5Td4deu4bbfamPa8jyJYmUB3d0ftw7sMOX7e.m"  # bcrypt of the password


@dataclass(frozen=True)
class Guarded:
    """A server without series; ``admitted`` is a configuration that gets in, ``cert`` and ``key`` belong to both sides."""

    admitted: PrometheusConfig
    cert: Path
    key: Path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    directory = tmp_path_factory.mktemp("guarded")
    cert, key = directory / "cert.pem", directory / "key.pem"
    make_certificate(cert, key)
    tls = {
        "cert_file": str(cert),
        "key_file": str(key),
        "client_ca_file": str(cert),
        "client_auth_type": "RequireAndVerifyClientCert",
    }
    client = requests.Session()
    client.verify, client.cert, client.auth = str(cert), (str(cert), str(key)), (USER, PASSWORD)
    web = {"tls_server_config": tls, "basic_auth_users": {USER: _HASH}}
    with running_prometheus(directory, directory / "data", web=web, client=client) as server:
        config = PrometheusConfig(server.url, username=USER, password=PASSWORD, ca_file=cert, cert_file=cert, key_file=key)
        yield Guarded(config, cert, key)


def make_certificate(cert: Path, key: Path) -> None:
    command = [program("openssl", package="openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, capture_output=True, check=True)


def ask(config: PrometheusConfig) -> NoUsage:
    clock = Clock()
    with open_source(config, clock) as source:
        answer = source.usage([DB])[DB]
    assert isinstance(answer, NoUsage)
    assert PASSWORD not in answer.detail
    return answer


def test_who_has_certificates_and_password_gets_in(guarded: Guarded) -> None:
    assert ask(guarded.admitted).reason is Reason.NO_DATA


def test_a_wrong_password_is_refused_access(guarded: Guarded) -> None:
    answer = ask(replace(guarded.admitted, password="wrong horse"))
    assert answer.reason is Reason.METRICS_UNAUTHORIZED
    assert "401" in answer.detail


def test_no_password_is_refused_access(guarded: Guarded) -> None:
    assert ask(replace(guarded.admitted, username="", password="")).reason is Reason.METRICS_UNAUTHORIZED


def test_without_its_ca_the_server_is_not_trusted_and_gets_no_password(guarded: Guarded) -> None:
    answer = ask(replace(guarded.admitted, ca_file=None))
    assert answer.reason is Reason.METRICS_UNREACHABLE
    assert "no trusted connection" in answer.detail


def test_any_certificate_is_trusted_when_that_is_asked_for(guarded: Guarded) -> None:
    assert ask(replace(guarded.admitted, ca_file=None, insecure_skip_verify=True)).reason is Reason.NO_DATA


def test_the_ca_may_come_from_the_environment(guarded: Guarded, clock: Clock) -> None:
    with open_source(replace(guarded.admitted, ca_file=None), clock, env={"SSL_CERT_FILE": str(guarded.cert)}) as source:
        answer = source.usage([DB])[DB]
    assert isinstance(answer, NoUsage)
    assert answer.reason is Reason.NO_DATA


def test_without_a_client_certificate_there_is_no_connection(guarded: Guarded) -> None:
    assert ask(replace(guarded.admitted, cert_file=None, key_file=None)).reason is Reason.METRICS_UNREACHABLE
