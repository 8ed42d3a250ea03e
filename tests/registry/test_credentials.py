"""Credentials: found where Docker and Podman keep them, given to the right host, and shown to nobody."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from refactor.registry.credentials import Credential, Keychain

SECRET = "hunter2"


def entry(user: str = "ada", password: str = SECRET) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


class Machine:
    """A home directory and an environment, with the warnings that reading them gave."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.bin = root / "bin"
        self.bin.mkdir(parents=True)
        self.env = {"PATH": str(self.bin)}
        self.warnings: list[str] = []

    def write(self, path: str, content: object) -> Path:
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    def helper(self, name: str, script: str) -> None:
        program = self.bin / f"docker-credential-{name}"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def keychain(self, timeout: float = 30.0) -> Keychain:
        return Keychain(self.env, self.home, warn=self.warnings.append, helper_timeout=timeout)

    def user(self, host: str, repository: str = "x/y") -> str | None:
        found = self.keychain().find(host, repository)
        return found.username if found else None


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_any_file_the_answer_is_anonymous_and_silent(machine: Machine) -> None:
    assert machine.keychain().find("ghcr.io", "x/y") is None
    assert machine.warnings == []


def test_user_and_password_come_from_dockers_file(machine: Machine) -> None:
    machine.write(".docker/config.json", {"auths": {"ghcr.io": entry("ada", "pass:with:colons")}})
    assert machine.keychain().find("ghcr.io", "x/y") == Credential("ada", "pass:with:colons")
    assert machine.keychain().find("quay.io", "x/y") is None
    assert machine.keychain().find("notghcr.io", "x/y") is None


def test_plain_fields_tokens_and_the_rest_of_an_entry_are_read(machine: Machine) -> None:
    machine.write(
        ".docker/config.json",
        {
            "auths": {
                "a.example": {"username": "ada", "password": SECRET},
                "b.example": {"identitytoken": "refresh"},
                "c.example": {"registrytoken": "ready"},
                "d.example": {},
            }
        },
    )
    keychain = machine.keychain()
    assert keychain.find("a.example", "x") == Credential("ada", SECRET)
    assert keychain.find("b.example", "x") == Credential(identity_token="refresh")
    assert keychain.find("c.example", "x") == Credential(registry_token="ready")
    assert keychain.find("d.example", "x") is None
    assert machine.warnings == []


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io", "https://docker.io"]
)
def test_docker_hub_is_known_by_each_of_its_keys(machine: Machine, key: str) -> None:
    machine.write(".docker/config.json", {"auths": {key: entry()}})
    assert machine.user("docker.io") == "ada"
    assert machine.user("ghcr.io") is None


@pytest.mark.parametrize("key", ["https://h.example", "https://h.example/v1/", "http://h.example/v2/", "h.example/v1/", "h.example"])
def test_older_keys_with_scheme_and_path_mean_their_host(machine: Machine, key: str) -> None:
    machine.write(".docker/config.json", {"auths": {key: entry()}})
    assert machine.user("h.example") == "ada"


def test_the_most_specific_key_decides(machine: Machine) -> None:
    auths = {
        "h.example": entry("host"),
        "h.example/team": entry("team"),
        "h.example/team/app/image": entry("image"),
        "h.example/te": entry("wrong"),
    }
    machine.write(".config/containers/auth.json", {"auths": auths})
    assert machine.user("h.example", "team/app/image") == "image"
    assert machine.user("h.example", "team/app/other") == "team"
    assert machine.user("h.example", "team/app") == "team"
    assert machine.user("h.example", "other") == "host"


def test_files_are_read_in_order_and_the_first_that_knows_decides(machine: Machine, tmp_path: Path) -> None:
    machine.write("explicit/config.json", {"auths": {"a.example": entry("docker-config")}})
    machine.write("auth.json", {"auths": {"a.example": entry("file"), "b.example": entry("file")}})
    machine.write(".docker/config.json", {"auths": {"b.example": entry("home"), "c.example": entry("home")}})
    machine.write("run/containers/auth.json", {"auths": {"c.example": entry("run"), "d.example": entry("run")}})
    machine.write(".config/containers/auth.json", {"auths": {"d.example": entry("config"), "e.example": entry("config")}})
    machine.env |= {"REGISTRY_AUTH_FILE": str(machine.home / "auth.json"), "XDG_RUNTIME_DIR": str(machine.home / "run")}
    assert [machine.user(f"{name}.example") for name in "abcde"] == ["file", "file", "home", "run", "config"]
    machine.env["DOCKER_CONFIG"] = str(machine.home / "explicit")
    assert [machine.user(f"{name}.example") for name in "abcde"] == ["docker-config", "file", "run", "run", "config"]
    machine.env["XDG_CONFIG_HOME"] = str(tmp_path / "elsewhere")
    assert machine.user("e.example") is None


@pytest.mark.parametrize(
    "content", ["{", "[]", '"text"', "", "[" * 100_000], ids=["cut off", "a list", "a string", "empty", "nested without end"]
)
def test_a_file_that_cannot_be_right_is_named_and_not_quoted(machine: Machine, content: str) -> None:
    machine.write(".docker/config.json", content)
    machine.write(".config/containers/auth.json", {"auths": {"h.example": entry()}})
    assert machine.user("h.example") == "ada"
    assert len(machine.warnings) == 1
    assert ".docker/config.json" in machine.warnings[0]


def test_odd_parts_of_a_file_are_passed_over(machine: Machine) -> None:
    machine.write(".docker/config.json", {"auths": {"a.example": "text", "b.example": entry()}, "credHelpers": [], "credsStore": 1})
    assert machine.user("a.example") is None
    assert machine.user("b.example") == "ada"


@pytest.mark.parametrize(
    "auth", ["not base64!", base64.b64encode(b"no colon " + SECRET.encode()).decode(), base64.b64encode(b"\xff:x").decode()]
)
def test_an_entry_that_cannot_be_decoded_is_named_and_not_quoted(machine: Machine, auth: str) -> None:
    machine.write(".docker/config.json", {"auths": {"h.example": {"auth": auth}}})
    assert machine.user("h.example") is None
    assert machine.warnings
    assert all("h.example" in warning and SECRET not in warning and auth not in warning for warning in machine.warnings)


def test_a_file_that_cannot_be_read_is_named(machine: Machine) -> None:
    (machine.home / ".docker" / "config.json").mkdir(parents=True)
    assert machine.user("h.example") is None
    assert "cannot be read" in machine.warnings[0]


def test_no_credential_shows_its_secret() -> None:
    credential = Credential("ada", SECRET, "identity", "registry")
    assert all(secret not in text for secret in (SECRET, "ada", "identity", "registry=") for text in (repr(credential), str(credential)))
    assert credential.basic() == "Basic " + base64.b64encode(b"ada:hunter2").decode()
    assert not Credential("ada")
    assert Credential("ada").basic() == ""


ANSWER = f"""read server; echo "$1 $server" >> "$0.log"; echo '{{"Username":"helped","Secret":"{SECRET}"}}'"""


def test_a_helper_is_asked_as_the_protocol_says_and_once(machine: Machine) -> None:
    machine.helper("mine", ANSWER)
    machine.write(".docker/config.json", {"credHelpers": {"h.example": "mine"}, "auths": {"h.example": entry("file")}})
    keychain = machine.keychain()
    for _ in range(3):
        assert keychain.find("h.example", "x/y") == Credential("helped", SECRET)
    assert (machine.bin / "docker-credential-mine.log").read_text() == "get h.example\n"
    assert machine.warnings == []


def test_a_helper_is_asked_for_docker_hub_under_its_old_name(machine: Machine) -> None:
    machine.helper("mine", ANSWER)
    machine.write(".docker/config.json", {"credHelpers": {"docker.io": "mine"}})
    assert machine.user("docker.io") == "helped"
    assert (machine.bin / "docker-credential-mine.log").read_text() == "get https://index.docker.io/v1/\n"


def test_the_store_is_asked_for_every_host_that_has_no_entry(machine: Machine) -> None:
    machine.helper("store", ANSWER)
    machine.write(".docker/config.json", {"credsStore": "store", "auths": {"a.example": entry("file"), "b.example": {}}})
    assert [machine.user(host) for host in ("a.example", "b.example", "c.example")] == ["file", "helped", "helped"]


def test_a_token_from_a_helper_is_an_identity_token(machine: Machine) -> None:
    machine.helper("mine", """echo '{"Username":"<token>","Secret":"refresh"}'""")
    machine.write(".docker/config.json", {"credsStore": "mine"})
    assert machine.keychain().find("h.example", "x") == Credential(identity_token="refresh")


def test_a_helper_that_has_nothing_is_no_reason_to_warn(machine: Machine) -> None:
    machine.helper("mine", "echo 'credentials not found in native keychain'; exit 1")
    machine.write(".docker/config.json", {"credsStore": "mine"})
    assert machine.user("h.example") is None
    assert machine.warnings == []


@pytest.mark.parametrize(
    ("script", "warning"),
    [
        (f"echo {SECRET}; echo {SECRET} >&2; exit 3", "exit code 3"),
        (f"echo {SECRET}", "did not answer as the protocol says"),
        ("echo '[]'", "did not answer as the protocol says"),
        ("""echo '{"Username":"x"}'""", "did not answer as the protocol says"),
        ("""echo '{"Username":1,"Secret":2}'""", "did not answer as the protocol says"),
        ("exec sleep 60", "did not answer within"),
    ],
)
def test_a_helper_that_fails_is_named_and_not_quoted(machine: Machine, script: str, warning: str) -> None:
    machine.env["PATH"] += ":/usr/bin:/bin"
    machine.helper("mine", script)
    machine.write(".docker/config.json", {"credsStore": "mine"})
    assert machine.keychain(timeout=0.3 if "sleep" in script else 30.0).find("h.example", "x") is None
    assert len(machine.warnings) == 1
    assert warning in machine.warnings[0]
    assert "docker-credential-mine" in machine.warnings[0]
    assert SECRET not in machine.warnings[0]


@pytest.mark.parametrize("name", ["missing", "../bin/mine", "/bin/sh", "", "a b", "-x"])
def test_a_helper_is_a_name_on_the_path_and_never_a_path(machine: Machine, name: str) -> None:
    machine.helper("mine", ANSWER)
    machine.write(".docker/config.json", {"credHelpers": {"h.example": name}})
    assert machine.user("h.example") is None
    assert "not installed" in machine.warnings[0]


def test_no_program_is_run_from_the_current_directory(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.helper("x", "")
    (machine.bin / "docker-credential-x").unlink()
    (machine.bin / "docker-credential-x").mkdir()
    machine.helper("x/evil", ANSWER)
    monkeypatch.chdir(machine.bin)
    machine.write(".docker/config.json", {"credsStore": "x/evil"})
    assert machine.user("h.example") is None


def test_a_helper_that_cannot_be_run_is_named(machine: Machine) -> None:
    machine.helper("mine", "")
    (machine.bin / "docker-credential-mine").write_text("#!/no/such/interpreter\n")
    machine.write(".docker/config.json", {"credsStore": "mine"})
    assert machine.user("h.example") is None
    assert "cannot be run" in machine.warnings[0]
