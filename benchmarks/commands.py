"""What is measured: `tfmod audit` beside what people have today. Each command says how to tell that it did its work."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
TREE = "{tree}"

# Checks of Kubernetes workloads that tfmod's codemods are about: tag, digest, pull policy, probes, resources.
CHECKOV_CHECKS = "CKV_K8S_8,CKV_K8S_9,CKV_K8S_10,CKV_K8S_11,CKV_K8S_12,CKV_K8S_13,CKV_K8S_14,CKV_K8S_15,CKV_K8S_43"


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table.

    ``argv`` is run in the tree, with ``{tree}`` replaced; its first word is looked up on PATH. ``found`` is a pattern whose last match in
    the output, or the number of whose matches where it has no group, says how much was found. ``module`` must be importable by this
    Python. ``version`` are the arguments that print it.
    """

    name: str
    argv: Sequence[str]
    found: str
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = ""
    version: Sequence[str] = ("--version",)

    def count(self, output: str) -> str:
        matches = re.findall(self.found, output, re.MULTILINE)
        if not matches:
            return "?"
        return str(matches[-1]) if re.compile(self.found).groups else str(len(matches))


FLOOR = "pygohcl, parse only"
TFMOD = "tfmod audit"

COMMANDS: tuple[Command, ...] = (
    Command(FLOOR, (sys.executable, str(HERE / "pygohcl_parse.py"), TREE), r"^(\d+ files) read", module="pygohcl"),
    Command(TFMOD, ("tfmod", "audit", TREE), r"(\d+ images)"),
    Command("terraform fmt -check", ("terraform", "fmt", "-check", "-recursive", TREE), r"\.tf(?:vars)?$", version=("version",)),
    Command("ast-grep, image = $X", ("ast-grep", "run", "-l", "hcl", "-p", "image = $X", "--json=stream", TREE), r"^\{"),
    Command(
        "semgrep, image = $X",
        ("semgrep", "scan", "--config", str(HERE / "semgrep-image.yaml"), "--metrics=off", "--disable-version-check", "--json", TREE),
        r'"check_id"',
    ),
    Command(
        "Renovate, extract",
        ("renovate", "--platform=local", "--dry-run=extract"),
        r'"datasource":"docker"',
        environment={"LOG_FORMAT": "json", "LOG_LEVEL": "debug", "RENOVATE_CONFIG_FILE": "", "RENOVATE_ONBOARDING": "false"},
    ),
    Command(
        "checkov, nine Kubernetes checks",
        ("checkov", "-d", TREE, "--framework", "terraform", "-c", CHECKOV_CHECKS, "--compact", "--quiet", "--soft-fail", "--skip-download"),
        r"Failed checks: (\d+)",
    ),
)
