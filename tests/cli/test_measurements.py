"""Measured usage in a run: from a real Prometheus, from a saved file, from nobody, and what is refused before anybody is asked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from refactor.metrics.queries import CPU, MEMORY
from refactor.metrics.saved import parse
from refactor.metrics.usage import ContainerKey
from tests.cli.conftest import Tfmod
from tests.support.measuring import CHANGED, MAIN, write_codemod
from tests.support.prometheus import RunningPrometheus, Series, backfill, running_prometheus

DB = ContainerKey("shop", "StatefulSet", "db", "postgres")
MI = 1024**2
DAY = 86400
NOBODY = "http://127.0.0.1:1"
"""A URL that must not be asked."""


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPrometheus]:
    """Two days up to now of a container that holds 500 MiB and half a core; a cluster ``other`` where it holds 100 MiB."""
    now = int(time.time())
    instants = range(now - 2 * DAY, now, 150)
    series: list[Series] = []
    for cluster, size in (("prod", 500.0), ("other", 100.0)):
        labels = {"namespace": "shop", "pod": "db-0", "container": "postgres", "cluster": cluster}
        series.append(Series(MEMORY, labels, [(at, size * MI) for at in instants]))
        series.append(Series(CPU, labels, [(at, 0.5 * (at - instants[0])) for at in instants]))
    directory = tmp_path_factory.mktemp("prometheus")
    with running_prometheus(directory, backfill(directory, series)) as server:
        yield server


@pytest.fixture(autouse=True)
def no_credentials_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN", "TOKEN_FILE", "USERNAME", "PASSWORD", "PASSWORD_FILE", "HEADERS"):
        monkeypatch.delenv(f"TFMOD_PROMETHEUS_{name}", raising=False)


def table(url: str, more: str = 'labels = { cluster = "prod" }\ndays = 1\n') -> str:
    return f'[prometheus]\nurl = "{url}"\n{more}'


# Who is asked


def test_what_a_server_says_is_saved_and_a_run_without_the_server_does_the_same(
    repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus
) -> None:
    write_codemod(repository, table(NOBODY))
    first = tfmod("set-memory", "--prometheus", prometheus.url, "--save-usage", "usage.json")
    assert (first.code, CHANGED in first.out) == (0, True), first.err
    saved = parse((repository / "usage.json").read_bytes())
    assert set(saved) == {DB}
    memory = saved[DB].memory
    assert memory is not None
    assert (memory.median, memory.peak, memory.samples) == (500 * MI, 500 * MI, 288)
    assert prometheus.url not in (repository / "usage.json").read_text()
    second = tfmod("set-memory", "--offline", "--usage", "usage.json", "--format", "json")
    assert (second.code, json.loads(second.out)["diff"]) == (0, first.out), second.err
    assert (repository / "main.tf").read_text() == MAIN


def test_url_labels_and_window_of_the_configuration_hold(repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus) -> None:
    write_codemod(repository, table(prometheus.url, 'labels = { cluster = "other" }\ndays = 1\n'))
    done = tfmod("set-memory", "--write", "-v", "--save-usage=usage.json")
    assert done.code == 0, done.err
    assert (repository / "main.tf").read_text() == MAIN.replace('""', '"112Mi"')
    assert f"requests to {prometheus.url}" in done.err
    assert json.loads((repository / "usage.json").read_text())["containers"][0]["window"] == DAY


def test_a_flag_wins_over_the_configuration_and_a_file_over_its_server(
    repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus
) -> None:
    write_codemod(repository, table(NOBODY))
    assert tfmod("set-memory", "--prometheus", prometheus.url, "--save-usage", "usage.json").code == 0
    done = tfmod("set-memory", "--usage", "usage.json")
    assert (done.code, CHANGED in done.out) == (0, True), done.err


def test_fix_has_the_flags_too(repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus) -> None:
    write_codemod(repository, '[recipes]\nharden = ["set-memory", "pin-images"]\n')
    done = tfmod("fix", "--recipe", "harden", "--prometheus", prometheus.url, "--save-usage", "usage.json")
    assert (done.code, CHANGED in done.out) == (0, True), done.err
    done = tfmod("fix", "--recipe", "harden", "--usage", "usage.json", "--check")
    assert done.code == 1, done.err


def test_nothing_to_ask_about_saves_a_file_that_a_later_run_can_read(repository: Path, tfmod: Tfmod) -> None:
    write_codemod(repository, table(NOBODY))
    (repository / "main.tf").write_text(MAIN.replace('""', '"64Mi"'))
    assert tfmod("set-memory", "--save-usage", "usage.json").code == 0
    assert parse((repository / "usage.json").read_bytes()) == {}
    assert tfmod("set-memory", "--usage", "usage.json").code == 0


def test_without_server_and_file_the_codemod_is_told_that_there_is_nobody(repository: Path, tfmod: Tfmod) -> None:
    write_codemod(repository, '[prometheus]\nlabels = { cluster = "prod" }\n')
    done = tfmod("set-memory")
    assert (done.code, done.out) == (3, "")
    assert "nobody to ask" in done.err


def test_offline_leaves_the_configured_server_alone(repository: Path, tfmod: Tfmod) -> None:
    write_codemod(repository, table(NOBODY))
    done = tfmod("set-memory", "--offline")
    assert done.code == 3
    assert "nobody to ask" in done.err
    assert "--usage FILE takes what was saved" in done.err


def test_audit_asks_nobody_not_even_to_verify(repository: Path, tfmod: Tfmod) -> None:
    write_codemod(repository, table(NOBODY, 'token_file = "not-there"\n'))
    for flags in ((), ("--verify",)):
        done = tfmod("audit", *flags)
        assert (done.code, "MEM001" in done.out) == (1, True), done.err


def test_a_run_whose_codemods_do_not_measure_opens_nothing_and_says_that_the_flags_are_of_no_use(repository: Path, tfmod: Tfmod) -> None:
    # The token's file would have to be there if anything were opened, and usage.json would have to be written.
    write_codemod(repository, '[recipes]\npins = ["pin-images"]\n' + table(NOBODY, 'token_file = "not-there"\n'))
    assert tfmod("pin-images").code == 0
    done = tfmod("fix", "--recipe", "pins", "--prometheus", NOBODY, "--save-usage", "usage.json")
    assert done.code == 0
    assert "--prometheus is of no use here" in done.err
    assert "--save-usage is of no use here" in done.err
    assert not (repository / "usage.json").exists()
    done = tfmod("set-memory")
    assert (done.code, done.out) == (2, "")
    assert "tfmod.toml: prometheus.token_file" in done.err


# What a server does not say


def test_a_server_that_answers_nothing_leaves_an_older_file_as_it_is(repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus) -> None:
    write_codemod(repository)
    (repository / "usage.json").write_text("old")
    done = tfmod("set-memory", "--prometheus", f"{prometheus.url}/nowhere", "--save-usage", "usage.json")
    assert (done.code, done.out) == (3, "")
    assert "usage.json is not written, since nothing was measured" in done.err
    assert (repository / "usage.json").read_text() == "old"


def test_a_container_without_data_is_left_out_of_the_file_and_skipped_by_both_runs(
    repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus
) -> None:
    write_codemod(repository, table(prometheus.url, 'labels = { cluster = "none" }\n'))
    done = tfmod("set-memory", "--save-usage", "usage.json")
    assert (done.code, done.out) == (3, "")
    assert "none of the containers asked for in namespace shop" in done.err
    assert parse((repository / "usage.json").read_bytes()) == {}
    done = tfmod("set-memory", "--usage", "usage.json")
    assert (done.code, done.out) == (3, "")
    assert "usage.json has nothing about container postgres" in done.err


# What is refused


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--prometheus", NOBODY, "--usage", "good.json"), "not allowed with argument"),
        (("--usage", "good.json", "--save-usage", "new.json"), "--usage asks none"),
        (("--offline", "--prometheus", NOBODY), "--offline asks nobody"),
        (("--offline", "--save-usage", "new.json"), "--offline asks none"),
        (("--save-usage", "new.json"), "--save-usage needs a server"),
        (("--prometheus", NOBODY, "--save-usage", "nowhere/new.json"), "nowhere/new.json cannot be written"),
        (("--prometheus", NOBODY, "--save-usage", "mine"), "mine cannot be written"),
        (("--prometheus", "prometheus:9090"), "--prometheus: 'prometheus:9090' is not a base URL"),
        (("--prometheus", ""), "--prometheus: '' is not a base URL"),
        (("--prometheus", "https://reader:s3cr3t@prometheus.example"), "--prometheus: leave credentials out of the URL"),
        (("--usage", "missing.json"), "--usage: missing.json: No such file"),
        (("--usage", "mine"), "--usage: mine: Is a directory"),
        (("--usage", "main.tf"), "--usage: main.tf: it is not JSON"),
        (("--usage", "later.json"), "--usage: later.json: its format is 2"),
        (("--usage", "bad.json"), "--usage: bad.json: entry 1: namespace is not a string"),
    ],
    ids=str,
)
@pytest.mark.parametrize("command", ["set-memory", "fix"])
def test_it_is_refused_with_one_message(repository: Path, tfmod: Tfmod, command: str, arguments: tuple[str, ...], said: str) -> None:
    write_codemod(repository)
    for name, content in (
        ("good.json", {"version": 1, "containers": []}),
        ("later.json", {"version": 2, "containers": []}),
        ("bad.json", {"version": 1, "containers": [{"kind": "Deployment"}]}),
    ):
        (repository / name).write_text(json.dumps(content))
    done = tfmod(command, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "s3cr3t" not in done.err
    assert "Traceback" not in done.err
    assert not (repository / "new.json").exists()
    assert (repository / "main.tf").read_text() == MAIN


@pytest.mark.parametrize("flag", ["--prometheus", "--usage", "--save-usage"])
@pytest.mark.parametrize("command", ["pin-images", "audit"])
def test_a_command_that_does_not_measure_has_no_such_flag(repository: Path, tfmod: Tfmod, command: str, flag: str) -> None:
    done = tfmod(command, flag, "value")
    assert done.code == 2
    assert f"unrecognized arguments: {flag}" in done.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("prometheus = 1\n", "prometheus is no setting, or must be a table"),
        ("[prometheus]\nurl = 1\n", "prometheus.url must be a string"),
        ('[prometheus]\nurl = "mimir"\n', "prometheus.url: 'mimir' is not a base URL"),
        ('[prometheus]\nurI = "http://x"\n', "prometheus.urI is no setting"),
        ('[prometheus]\ntoken = "s3cr3t"\n', "prometheus.token is no setting"),
        ("[prometheus]\ntoken_file = 1\n", "prometheus.token_file must be a string"),
        ("[prometheus]\nusername = true\n", "prometheus.username must be a string"),
        ('[prometheus]\ndays = "14"\n', "prometheus.days must be a number above zero"),
        ('[prometheus]\nstep = "5"\n', "prometheus.step must be a duration"),
        ('[prometheus]\nstep = "1s"\n', "the step must be at least a minute"),
        ('[prometheus]\nlabels = { "a-b" = "c" }\n', "labels: 'a-b' is no label's name"),
        ('[prometheus]\nheaders = { Authorization = "s3cr3t" }\n', "the header Authorization is not for you to set"),
    ],
    ids=str,
)
@pytest.mark.parametrize("command", ["audit", "pin-images", "set-memory"])
def test_a_bad_table_is_refused_by_every_command(repository: Path, tfmod: Tfmod, command: str, settings: str, said: str) -> None:
    write_codemod(repository, settings)
    done = tfmod(command)
    assert (done.code, done.out) == (2, "")
    assert f"tfmod.toml: {said}" in done.err
    assert "s3cr3t" not in done.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('token_file = "none"\n', "prometheus.token_file: "),
        ('token_file = "empty"\n', "empty is empty"),
        ('username = "reader"\n', "a user name needs a password"),
        ('ca_file = "none.pem"\n', "ca_file: "),
        ('key_file = "empty"\n', "a key_file needs a cert_file"),
        ('token_file = "token"\n', "plain http on another machine"),
        ('token_file = "token"\nusername = "reader"\npassword_file = "token"\n', "there are a token and a user name"),
    ],
)
def test_what_the_table_says_of_files_is_looked_at_when_a_server_is_asked(repository: Path, tfmod: Tfmod, settings: str, said: str) -> None:
    write_codemod(repository, table("http://prometheus.example", settings))
    (repository / "empty").write_text("")
    (repository / "token").write_text("s3cr3t\n")
    assert tfmod("pin-images").code == 0
    done = tfmod("set-memory")
    assert (done.code, done.out) == (2, "")
    assert "tfmod.toml: " in done.err
    assert said in done.err
    assert "s3cr3t" not in done.err


def test_paths_of_the_table_are_relative_to_its_file(
    repository: Path, tfmod: Tfmod, prometheus: RunningPrometheus, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_codemod(repository, table(prometheus.url, 'token_file = "secrets/token"\n') + "labels = { cluster = 'prod' }\n")
    (repository / "secrets").mkdir()
    (repository / "secrets" / "token").write_text("s3cr3t\n")
    (repository / "stack").mkdir()
    (repository / "main.tf").rename(repository / "stack" / "main.tf")
    monkeypatch.chdir(repository / "stack")
    done = tfmod("set-memory")
    assert (done.code, CHANGED in done.out) == (0, True), done.err
