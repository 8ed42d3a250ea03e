"""The files for CI systems are valid, call commands with flags that exist, and hand no input to a shell as text."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml

from refactor.arguments import audit_parser, review_parser

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    "action.yml": "vendor.github-actions",
    "ci/gitlab.yml": "vendor.gitlab-ci",
    "ci/woodpecker.yml": "vendor.woodpecker-ci",
    "ci/forgejo.yml": "vendor.github-workflows",
}
COMMAND = re.compile(r'(?m)\btfmod"? (review|audit)((?: [^`\n]*)?(?:\n +\$\{[^\n]*)?)$')
"""A command at the end of a line, and where it goes on with a variable, the next one."""


def loaded(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def parsed(command: str, words: list[str]) -> Namespace:
    return {"review": review_parser, "audit": audit_parser}[command]().parse_args(words)


def expanded(arguments: str, **env: str) -> list[str]:
    """The words that bash makes of a command's arguments."""
    program = f"set -- {arguments}\nprintf '%s\\0' \"$@\""
    done = subprocess.run(["bash", "-euc", program], env={"PATH": os.environ["PATH"], **env}, capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


@pytest.mark.parametrize("path", SCHEMAS)
def test_it_is_what_the_ci_system_takes(path: str) -> None:
    transform = ["--data-transform", "gitlab-ci"] if "gitlab" in path else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[path], *transform, str(ROOT / path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_schema_would_notice_a_mistake(tmp_path: Path) -> None:
    broken = tmp_path / "action.yml"
    broken.write_text((ROOT / "action.yml").read_text().replace("shell: bash", "shel: bash"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", str(broken)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


class Action:
    """The action's steps, run in bash with a stand-in for the installed command."""

    def __init__(self, home: Path) -> None:
        self.step = loaded("action.yml")["runs"]["steps"][1]
        self.home = home
        tfmod = home / "tfmod/bin/tfmod"
        tfmod.parent.mkdir(parents=True)
        tfmod.write_text('#!/usr/bin/env bash\nprintf "%s\\0" "$@" > "$TFMOD_SEEN"\nexit 1\n')
        tfmod.chmod(0o755)

    def run(self, **inputs: str) -> list[str]:
        """The words that tfmod is called with."""
        defaults = {name: str(value.get("default", "")) for name, value in loaded("action.yml")["inputs"].items()}
        values = defaults | {name.replace("_", "-"): value for name, value in inputs.items()}
        env = {"PATH": os.environ["PATH"], "TFMOD_SEEN": str(self.home / "seen")}
        for name, text in self.step["env"].items():
            match = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
            env[name] = values[match[1]] if match else text.replace("${{ runner.temp }}", str(self.home))
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", self.step["run"]], cwd=self.home, env=env, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr  # tfmod's own exit code
        return (self.home / "seen").read_text().split("\0")[:-1]


@pytest.fixture
def action(tmp_path: Path) -> Action:
    return Action(tmp_path)


def test_the_action_as_it_is(action: Action) -> None:
    command, *words = action.run()
    options = parsed(command, words)
    assert (command, options.fail_on, options.format, options.paths) == ("review", "warning", "github", [])
    assert (options.base, options.comment, options.suggest, options.output) == (None, False, False, None)


def test_the_action_with_all_inputs(action: Action) -> None:
    command, *words = action.run(
        base="origin/main",
        paths="stacks\n\nmodules/a b\n",
        fail_on="never",
        comment="true",
        suggest="true",
        format="sarif",
        output="a.sarif",
    )
    options = parsed(command, words)
    assert (options.base, options.comment, options.suggest) == ("origin/main", True, True)
    assert options.paths == [Path("stacks"), Path("modules/a b")]
    assert (options.fail_on, options.format, str(options.output)) == ("never", "sarif", "a.sarif")


@pytest.mark.parametrize("text", ["$(touch made)", "`touch made`", "; touch made", "' ; touch made #", '" ; touch made #', "-x", "*"])
def test_the_actions_inputs_are_words_and_no_shell(action: Action, text: str) -> None:
    words = action.run(base=text, paths=text, format=text, output=text, config=text, fail_on=text)
    assert f"--base={text}" in words and words[-1] == text and words[-2] == "--"
    assert not (action.home / "made").exists()


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for step in loaded("action.yml")["runs"]["steps"]]
    scripts += [step.get("run", "") for step in loaded("ci/forgejo.yml")["jobs"]["review"]["steps"]]
    for block in re.findall(r"(?s)```yaml\n(.*?)```", (ROOT / "docs/review.md").read_text()):
        for job in (yaml.safe_load(block).get("jobs") or {}).values():
            scripts += [step.get("run", "") for step in job["steps"]]
    assert len(scripts) > 4
    assert [script for script in scripts if "${{" in script] == []


def test_the_action_installs_what_the_lock_file_says_and_nothing_else() -> None:
    script = loaded("action.yml")["runs"]["steps"][0]["run"]
    installs = [line for line in script.splitlines() if " install " in line]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0] and {"--no-deps", "--no-build-isolation"} <= set(installs[1].split())
    assert (ROOT / "requirements/run.txt").is_file() and "hatchling==" in (ROOT / "requirements/run.txt").read_text()


@pytest.mark.parametrize("path", ["ci/gitlab.yml", "ci/woodpecker.yml", "ci/forgejo.yml", "docs/review.md", "Containerfile"])
def test_the_commands_have_flags_that_there_are(path: str) -> None:
    found = COMMAND.findall((ROOT / path).read_text("utf-8"))
    assert found, "no command was found"
    for command, rest in found:
        for env in ({}, {"GITLAB_TOKEN": "x"}):
            parsed(command, expanded(rest.replace("\n", " "), BASE_BRANCH="main", number="3", **env))


def test_gitlab_comments_only_with_a_token_and_reports_what_it_keeps() -> None:
    job = loaded("ci/gitlab.yml")["tfmod-review"]
    arguments = job["script"][-1].partition(" review ")[2]
    without, having = parsed("review", expanded(arguments)), parsed("review", expanded(arguments, GITLAB_TOKEN="x"))
    assert (without.comment, having.comment) == (False, True)
    assert str(without.output) == job["artifacts"]["reports"]["codequality"]
    assert job["variables"]["GIT_DEPTH"] == "0"


def test_every_checkout_has_the_whole_history() -> None:
    checkouts = [step for step in loaded("ci/forgejo.yml")["jobs"]["review"]["steps"] if "checkout" in step.get("uses", "")]
    assert [step["with"]["fetch-depth"] for step in checkouts] == [0]
    settings = loaded("ci/woodpecker.yml")["clone"][0]["settings"]
    assert settings == {"partial": False, "depth": 0, "fetch-target-branch": True}


@pytest.mark.parametrize("hook", loaded(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_a_hook_of_pre_commit(hook: dict[str, Any]) -> None:
    program, command, *words = shlex.split(hook["entry"])
    assert (program, hook["language"]) == ("tfmod", "python")
    options = parsed(command, [*words, *(["a.tf"] if hook.get("pass_filenames", True) else [])])
    assert options.quiet
    wanted = re.compile(hook["files"])
    assert wanted.search("stacks/a/main.tf") and wanted.search("prod.tfvars") and not wanted.search("README.md")


@pytest.mark.parametrize("name", [".terraform.lock.hcl", ".hidden.tf", "a/.x.tfvars", "values.yaml", "main.tf.bak"])
def test_the_audit_hook_is_given_only_files_that_an_audit_takes(name: str) -> None:
    assert not re.search(loaded(".pre-commit-hooks.yaml")[0]["files"], name)


def test_the_container_copies_what_there_is_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]
    assert copied and all((ROOT / path).exists() for path in copied)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{path}" for path in copied} <= set(ignored) and ignored[0] == "*"
    assert "USER 10001:10001" in lines and 'ENTRYPOINT ["tfmod"]' in lines
    assert lines.index("USER 10001:10001") < lines.index('ENTRYPOINT ["tfmod"]')
