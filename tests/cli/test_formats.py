"""``--format`` and ``--output``: every format from every command, files that are whole, and standard output that holds nothing else."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from refactor.delivery.formats import FORMATS, NAMES
from refactor.delivery.json_report import schema
from tests.cli.conftest import DEPLOYMENT, Tfmod
from tests.support.schemas import junit, report_json, sarif

ROOT = Path(__file__).parent.parent.parent


def check(format: str, text: str) -> None:
    """What stands on standard output is one whole report."""
    if format == "json":
        report_json(text)
    elif format == "sarif":
        sarif(text)
    elif format == "junit":
        junit(text)
    elif format == "gitlab":
        assert isinstance(json.loads(text), list)
    assert text.endswith("\n")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "command", [["audit"], ["pin-images"], ["pin-images", "--check"], ["fix"], ["pin-images", "--write"]], ids=" ".join
)
def test_every_command_reports_in_every_format(repository: Path, tfmod: Tfmod, command: list[str], format: str) -> None:
    text_code = tfmod(*[a for a in command if a != "--write"]).code
    done = tfmod(*command, "--format", format)
    assert done.code == text_code
    assert done.err == ""
    check(format, done.out)


@pytest.mark.parametrize("format", FORMATS)
def test_a_repository_without_findings_has_a_whole_report(repository: Path, tfmod: Tfmod, format: str) -> None:
    (repository / "main.tf").write_text('locals {\n  a = "b"\n}\n')
    for command in ("audit", "pin-images"):
        done = tfmod(command, "--format", format)
        assert (done.code, done.err) == (0, "")
        check(format, done.out)


def test_a_files_name_line_ends_and_characters_reach_the_fix(repository: Path, tfmod: Tfmod) -> None:
    (repository / "main.tf").unlink()
    path = repository / "my app 100%" / "größe.tf"
    path.parent.mkdir()
    path.write_bytes(DEPLOYMENT.replace("name ", "/* 😀 */ name ").replace("\n", "\r\n").encode())
    run = sarif(tfmod("pin-images", "--format", "sarif").out)
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20app%20100%25/gr%C3%B6%C3%9Fe.tf"
    (one,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    region, data = one["deletedRegion"], path.read_bytes()
    after = data[: region["byteOffset"]] + one["insertedContent"]["text"].encode() + data[region["byteOffset"] + region["byteLength"] :]
    tfmod("pin-images", "--write")
    assert path.read_bytes() == after != data


def test_output_takes_what_would_go_to_standard_output(repository: Path, tfmod: Tfmod) -> None:
    for arguments in (["audit"], ["audit", "--format", "json"], ["pin-images"], ["pin-images", "--format", "markdown"]):
        shown = tfmod(*arguments)
        filed = tfmod(*arguments, "--output", "report")
        assert (filed.out, filed.code) == ("", shown.code)
        assert (repository / "report").read_text("utf-8") == shown.out
        assert [p.name for p in repository.iterdir() if p.name.startswith(".tfmod")] == []


def test_the_user_is_told_where_a_report_is(repository: Path, tfmod: Tfmod) -> None:
    assert "the sarif report is in x.sarif" in tfmod("audit", "--format", "sarif", "-o", "x.sarif").err
    assert tfmod("audit", "--format", "sarif", "-o", "x.sarif", "-q").err == ""


def test_a_file_keeps_its_permissions_and_a_link_its_target(repository: Path, tfmod: Tfmod) -> None:
    target = repository / "real.json"
    target.write_text("old")
    target.chmod(0o640)
    (repository / "link.json").symlink_to(target)
    tfmod("audit", "--format", "json", "-o", "link.json")
    assert (repository / "link.json").is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    report_json(target.read_text())


def test_what_is_no_regular_file_is_written_to(repository: Path, tfmod: Tfmod) -> None:
    assert tfmod("audit", "--format", "json", "-o", os.devnull).code == 1
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize(("target", "said"), [(".", "is a directory"), ("missing/x.json", "there is no directory")])
def test_a_target_that_cannot_be_written_is_refused_before_the_run(repository: Path, tfmod: Tfmod, target: str, said: str) -> None:
    for command in ("audit", "pin-images"):
        done = tfmod(command, "--format", "json", "-o", target)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


def test_a_link_that_leads_to_itself_or_nowhere_is_refused_before_the_run(repository: Path, tfmod: Tfmod) -> None:
    (repository / "a").symlink_to("b")
    (repository / "b").symlink_to("a")
    (repository / "c").symlink_to("missing/x.json")
    for target, said in (("a", "leads to itself"), ("c", "there is no directory")):
        done = tfmod("audit", "--format", "json", "-o", target)
        assert (done.code, done.out) == (2, "")
        assert said in done.err


def test_a_dash_is_standard_output(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("audit", "--format", "json", "-o", "-")
    report_json(done.out)
    assert done.err == ""
    assert not (repository / "-").exists()


@pytest.mark.parametrize(("redirected", "said"), [(">/dev/full", ": no space is left on the disk"), (">&-", " is closed")])
@pytest.mark.parametrize("command", ["audit --format json", "audit"])
def test_standard_output_that_takes_nothing_is_a_failure_that_is_told(repository: Path, command: str, redirected: str, said: str) -> None:
    shell = f"exec '{sys.executable}' -c 'import sys; from refactor.cli import main; sys.exit(main())' {command} {redirected}"
    done = subprocess.run(["sh", "-c", shell], cwd=repository, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr) == (3, f"tfmod audit: standard output{said}\n")


def test_a_report_that_cannot_be_written_keeps_the_files_from_being(repository: Path, tfmod: Tfmod) -> None:
    full = Path("/dev/full")
    done = tfmod("pin-images", "--write", "--format", "json", "-o", str(full))
    assert done.code == 3
    assert "--output: /dev/full" in done.err
    assert (repository / "main.tf").read_text() == DEPLOYMENT


def test_questions_and_a_report_do_not_share_standard_output(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("pin-images", "-i", "--format", "json")
    assert (done.code, done.out) == (2, "")
    assert "--output FILE" in done.err


def test_an_unknown_format_is_refused_with_those_that_there_are(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("audit", "--format", "yaml")
    assert done.code == 2
    assert all(name in done.err for name in NAMES)


def test_the_schema_is_printed(repository: Path, tfmod: Tfmod) -> None:
    done = tfmod("schema")
    assert (done.code, done.out) == (0, schema())


def test_only_the_renderer_that_is_wanted_is_imported(repository: Path) -> None:
    program = (
        "import sys; from refactor.cli import main; main(['audit', 'examples', '--format', 'gitlab']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "refactor.delivery.gitlab" in loaded
    assert not {f"refactor.delivery.{m}" for n, m in FORMATS.items() if n != "gitlab"} & loaded
    assert not {"jinja2", "requests", "git.cmd"} & loaded
