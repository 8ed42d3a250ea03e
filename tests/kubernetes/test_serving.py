"""Which port a container serves, and what speaks against asking it. What comes of it: golden/add-probes."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor.kubernetes.exposure import exposed
from refactor.kubernetes.known_images import Settings
from refactor.kubernetes.serving import Doubt, Ports, Served, local_only, moved
from tests.support.workloads import deployment, workloads


def ports(root: Path, body: str, service: str = "") -> Ports:
    text = deployment(f'container {{\n name = "app"\n {body}\n}}')
    if service:
        text += (
            f'\nresource "kubernetes_service" "api" {{\n metadata {{}}\n spec {{\n  selector = {{ app = "api" }}\n  {service}\n }}\n}}\n'
        )
    view = workloads(root, text)
    workload = view.all[0]
    return Ports(workload.containers[0], exposed(view, workload))


def test_a_number_has_the_name_that_the_container_gives_it(tmp_path: Path) -> None:
    found = ports(tmp_path, 'port {\n  name = "web"\n  container_port = 8080\n }', "port {\n   port = 8080\n  }")
    assert found.sent_to() == Served(8080, "web", "kubernetes_service.api")
    assert found.numbers() == {8080}


def test_a_port_that_is_sent_to_and_not_declared_is_known_by_its_number(tmp_path: Path) -> None:
    assert ports(tmp_path, "", "port {\n   port = 8080\n  }").sent_to() == Served(8080, 8080, "kubernetes_service.api", declared=False)


def test_two_names_of_one_port_are_one(tmp_path: Path) -> None:
    body = 'port {\n  name = "web"\n  container_port = 8080\n }'
    found = ports(tmp_path, body, 'port {\n   port = 80\n   target_port = "web"\n  }\n  port {\n   port = 8080\n  }').sent_to()
    assert isinstance(found, Served) and found.number == 8080


@pytest.mark.parametrize("label", ["http", "https", "web", "http-api", "my-http"])
def test_a_port_that_is_called_so_is_for_http(tmp_path: Path, label: str) -> None:
    two = f'port {{\n   name = "{label}"\n   port = 7000\n  }}\n  port {{\n   name = "x"\n   port = 7001\n  }}'
    found = ports(tmp_path, "", two).sent_to()
    assert isinstance(found, Served) and found.number == 7000


@pytest.mark.parametrize("label", ["metrics", "httpd", "grpc", "other"])
def test_what_is_not_called_so_decides_nothing(tmp_path: Path, label: str) -> None:
    two = f'port {{\n   name = "{label}"\n   port = 80\n  }}\n  port {{\n   name = "x"\n   port = 7001\n  }}'
    assert isinstance(ports(tmp_path, "", two).sent_to(), Doubt)


def test_nothing_is_served_by_what_is_not_sent_to(tmp_path: Path) -> None:
    assert ports(tmp_path, "port {\n  container_port = 9166\n }").sent_to() is None


@pytest.mark.parametrize(
    "settings",
    [
        Settings(args=("--listen=127.0.0.1:80",)),
        Settings(args=("--host", "localhost")),
        Settings(args=("-b", "127.0.0.1:8000")),
        Settings(command=("app", "--http.addr=http://127.0.0.1:80/")),
        Settings(args=("--bind-address", "[::1]:80")),
        Settings(env={"HOST": "localhost"}),
        Settings(env={"APP_LISTEN_ADDR": "127.0.0.1:8080"}),
    ],
)
def test_this_listens_on_its_own_host_alone(settings: Settings) -> None:
    assert local_only(settings) is not None


@pytest.mark.parametrize(
    "settings",
    [
        Settings(args=("--listen=0.0.0.0:80",)),
        Settings(args=("--listen=:80",)),
        Settings(args=("-nginx.scrape-uri", "http://127.0.0.1:8080/nginx_status")),
        Settings(args=("--upstream=http://127.0.0.1:8080/",)),
        Settings(args=("127.0.0.1:80",)),
        Settings(env={"DB_HOST": "localhost", "REDIS_URL": "redis://127.0.0.1:6379", "HOST": None}),
    ],
)
def test_this_does_not(settings: Settings) -> None:
    assert local_only(settings) is None


def test_a_variable_that_is_the_port() -> None:
    assert moved(Settings(env={"PORT": "3000"}), 8080) == "PORT=3000"
    assert moved(Settings(env={"PORT": "8080", "DB_PORT": "5432", "HTTP_PORT": None, "WEB_PORT": "http"}), 8080) is None
    assert moved(Settings(env={"PORT": "3000"}), None) is None
