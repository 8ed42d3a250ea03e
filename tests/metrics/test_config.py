"""Where credentials come from, where they may go, and that they are never printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from refactor.metrics.config import PrometheusConfig, PrometheusConfigError, load_prometheus

URL = "https://prometheus.example"


def refused(url: str | None = URL, settings: Mapping[str, object] | None = None, env: Mapping[str, str] | None = None) -> str:
    with pytest.raises(PrometheusConfigError) as caught:
        load_prometheus(url, settings or {}, env or {})
    assert "s3cr3t" not in str(caught.value)
    return str(caught.value)


# Sources


def test_defaults_are_two_weeks_at_five_minutes_without_credentials() -> None:
    config = load_prometheus(URL, {}, {})
    assert (config.base, config.window, config.step) == (URL, timedelta(days=14), timedelta(minutes=5))
    assert (config.authorization, config.has_credentials) == ("", False)


def test_the_flag_wins_over_the_file() -> None:
    assert load_prometheus("http://127.0.0.1:9090", {"url": URL}, {}).url == "http://127.0.0.1:9090"
    assert load_prometheus(None, {"url": URL}, {}).url == URL


def test_a_token_from_the_environment() -> None:
    config = load_prometheus(URL, {}, {"TFMOD_PROMETHEUS_TOKEN": "s3cr3t\n"})
    assert config.authorization == "Bearer s3cr3t"


def test_a_token_from_a_file_that_the_environment_or_the_settings_name(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("one\n")
    second.write_text("two")
    assert load_prometheus(URL, {"token_file": str(first)}, {}).token == "one"
    env = {"TFMOD_PROMETHEUS_TOKEN_FILE": str(second)}
    assert load_prometheus(URL, {"token_file": str(first)}, env).token == "two"
    assert load_prometheus(URL, {"token_file": str(first)}, env | {"TFMOD_PROMETHEUS_TOKEN": "three"}).token == "three"


def test_user_and_password_are_basic_authentication(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("open sesame\n")  # RFC 7617 section 2: Aladdin
    config = load_prometheus(URL, {"username": "Aladdin", "password_file": str(tmp_path / "password")}, {})
    assert config.authorization == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    env = {"TFMOD_PROMETHEUS_USERNAME": "Aladdin", "TFMOD_PROMETHEUS_PASSWORD": "open sesame"}
    assert load_prometheus(URL, {}, env).authorization == config.authorization


def test_headers_from_the_file_are_no_secrets_and_those_of_the_environment_are() -> None:
    env = {"TFMOD_PROMETHEUS_HEADERS": "X-Api-Key: s3cr3t\n\n  X-Other:  two "}
    config = load_prometheus(URL, {"headers": {"X-Scope-OrgID": "team-a"}}, env)
    assert config.headers == {"X-Scope-OrgID": "team-a"}
    assert config.secret_headers == {"X-Api-Key": "s3cr3t", "X-Other": "two"}
    assert config.has_credentials


def test_everything_else_that_can_be_set(tmp_path: Path) -> None:
    for name in ("ca.pem", "client.pem", "client.key"):
        (tmp_path / name).write_text("x")
    settings: dict[str, object] = {
        "ca_file": str(tmp_path / "ca.pem"),
        "cert_file": str(tmp_path / "client.pem"),
        "key_file": str(tmp_path / "client.key"),
        "insecure_skip_verify": True,
        "insecure_credentials": True,
        "labels": {"cluster": "prod"},
        "timeout": 30,
        "days": 7,
        "step": "15m",
    }
    config = load_prometheus(URL, settings, {})
    assert (config.ca_file, config.cert_file, config.key_file) == (tmp_path / "ca.pem", tmp_path / "client.pem", tmp_path / "client.key")
    assert config.insecure_skip_verify
    assert config.insecure_credentials
    assert (config.labels, config.timeout) == ({"cluster": "prod"}, 30)
    assert (config.window, config.step) == (timedelta(days=7), timedelta(minutes=15))


# What is refused


def test_nothing_to_ask() -> None:
    assert "no URL" in refused(None)


@pytest.mark.parametrize(
    "url",
    [
        "prometheus:9090",
        "ftp://prometheus.example",
        "http://",
        "https://prometheus.example/graph?g0.expr=up",
        "https://prometheus.example/#x",
        "https://[::1",
        "https://prometheus.example:port",
        "https://prometheus.example/a b",
        "https://prometheus.example\\@evil.example",
        "https://prometheus.example/\r\nX: y",
    ],
)
def test_what_is_no_base_url(url: str) -> None:
    assert "URL" in refused(url)


def test_credentials_in_the_url_are_refused_and_not_repeated() -> None:
    assert "leave credentials out" in refused("https://user:s3cr3t@prometheus.example")


@pytest.mark.parametrize("url", ["http://prometheus.monitoring.svc:9090", "http://10.0.0.1:9090", "http://prometheus.example"])
@pytest.mark.parametrize(
    "env",
    [
        {"TFMOD_PROMETHEUS_TOKEN": "s3cr3t"},
        {"TFMOD_PROMETHEUS_USERNAME": "u", "TFMOD_PROMETHEUS_PASSWORD": "s3cr3t"},
        {"TFMOD_PROMETHEUS_HEADERS": "X-Api-Key: s3cr3t"},
    ],
    ids=["token", "password", "header"],
)
def test_credentials_do_not_go_over_plain_http_to_another_machine_unless_told(url: str, env: dict[str, str]) -> None:
    assert "plain http" in refused(url, {}, env)
    assert load_prometheus(url, {"insecure_credentials": True}, env).has_credentials


@pytest.mark.parametrize("url", ["http://127.0.0.1:9090", "http://localhost:9090", "http://[::1]:9090"])
def test_credentials_may_go_over_plain_http_on_this_machine(url: str) -> None:
    assert load_prometheus(url, {}, {"TFMOD_PROMETHEUS_TOKEN": "s3cr3t"}).token == "s3cr3t"


def test_plain_http_without_credentials_is_common_and_allowed() -> None:
    config = load_prometheus("http://prometheus.monitoring.svc:9090/", {"headers": {"X-Scope-OrgID": "team-a"}}, {})
    assert config.base == "http://prometheus.monitoring.svc:9090"


@pytest.mark.parametrize(
    "env",
    [
        {"TOKEN": "s3cr3t", "USERNAME": "u", "PASSWORD": "s3cr3t"},
        {"USERNAME": "u"},
        {"PASSWORD": "s3cr3t"},
        {"USERNAME": "a:b", "PASSWORD": "s3cr3t"},
        {"TOKEN": "s3cr3t\nX-Other: value"},
        {"TOKEN": "s3cr3té"},
        {"TOKEN_FILE": "/nonexistent/token"},
        {"HEADERS": "no colon s3cr3t"},
        {"HEADERS": "Bad Name: s3cr3t"},
        {"HEADERS": "X-Key:"},
        {"HEADERS": "X-Key: s3cr3t\x7f"},
        {"HEADERS": "Authorization: Bearer s3cr3t"},
    ],
    ids=str,
)
def test_credentials_that_cannot_be_right(env: dict[str, str]) -> None:
    assert refused(env={f"TFMOD_PROMETHEUS_{name}": value for name, value in env.items()})


def test_a_token_file_that_is_empty_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert "is empty" in refused(settings={"token_file": str(tmp_path / "empty")})
    assert "is not text" in refused(settings={"token_file": str(tmp_path / "binary")})
    assert "cannot be read" in refused(settings={"token_file": str(tmp_path)})


@pytest.mark.parametrize(
    "settings",
    [
        {"token": "s3cr3t"},
        {"password": "s3cr3t"},
        {"url": 1},
        {"insecure_skip_verify": "yes"},
        {"timeout": 0},
        {"timeout": "fast"},
        {"timeout": True},
        {"days": -1},
        {"step": "5"},
        {"step": "30s"},
        {"step": "5m5s"},
        {"days": 1, "step": "7h"},
        {"days": 1, "step": "2d"},
        {"headers": {"X-A": 1}},
        {"headers": ["X-A"]},
        {"labels": {"a-b": "c"}},
        {"ca_file": "/nonexistent/ca.pem"},
        {"key_file": "/nonexistent/key.pem"},
    ],
    ids=str,
)
def test_settings_that_cannot_be_right(settings: dict[str, object]) -> None:
    assert refused(settings=settings)


def test_nothing_secret_is_in_the_representation() -> None:
    config = PrometheusConfig(URL, username="reader", password="s3cr3t", secret_headers={"X-Api-Key": "s3cr3t-too"})
    assert "s3cr3t" not in repr(config)
    assert "reader" not in repr(config)
    assert set(config.secrets) == {"s3cr3t", "s3cr3t-too", "cmVhZGVyOnMzY3IzdA=="}
