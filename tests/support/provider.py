"""The real provider hashicorp/kubernetes, under a real ``terraform validate``.

``scripts/get-kubernetes-provider`` builds it. Terraform takes it through ``dev_overrides``, which needs no ``terraform init``, no registry
and no cluster; one call takes a quarter of a second. See https://developer.hashicorp.com/terraform/cli/config/config-file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from refactor.hcl.document import Document

VARIABLE = "TFMOD_KUBERNETES_PROVIDER"
_NAME = "terraform-provider-kubernetes"
_CANARY = "Insufficient metadata blocks"
_DEADLINE = 120.0  # seconds; a call is far below one
_OVERRIDE = 'provider_installation {{\n  dev_overrides {{\n    "hashicorp/kubernetes" = {directory}\n  }}\n  direct {{}}\n}}\n'


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no provider here."""

    reason: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error of ``terraform validate``. ``path`` is relative to the directory, ``line`` counts from 1; both empty where it names none."""

    path: str
    line: int
    summary: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.summary}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Provider:
    """``scratch`` is a directory of its own, with the configuration that names the provider in it."""

    binary: Path
    terraform: str
    scratch: Path

    @property
    def version(self) -> str:
        """As the script that built it has pinned it, or empty."""
        pinned = self.binary.parent / "version"
        return pinned.read_text().strip() if pinned.is_file() else ""

    def validate(self, directory: Path) -> tuple[Diagnostic, ...]:
        """The errors in a directory's ``.tf`` files; warnings, such as those about old names, are left out.

        What needs a module or another provider fails for that, and for nothing else: :func:`tests.support.standalone.standalone`
        makes files that need none.
        """
        done = self._run(directory, "validate", "-json")
        try:
            found = json.loads(done.stdout)["diagnostics"]
        except (ValueError, KeyError):
            raise AssertionError(f"terraform validate says {done.stdout!r} {done.stderr!r}") from None
        return tuple(_diagnostic(d) for d in found if d["severity"] == "error")

    def validate_all(self, directories: Mapping[str, Mapping[str, bytes]], target: Path) -> dict[str, tuple[Diagnostic, ...]]:
        """The errors in many directories' files (name to content), by the directories' names, from one call of Terraform.

        Each becomes a module of one configuration in ``target``, an empty directory. Its variables are unknown there, as a root's are.
        """
        found: dict[str, tuple[Diagnostic, ...]] = {}
        waiting = dict(directories)
        for attempt in range(len(directories) + 1):
            numbers = {str(i): name for i, name in enumerate(waiting)}
            errors = self.validate(_modules({n: waiting[name] for n, name in numbers.items()}, target / str(attempt)))
            by_number: dict[str, list[Diagnostic]] = {}
            for error in errors:
                number, _, path = error.path.partition("/")
                by_number.setdefault(number if path else "", []).append(
                    replace(error, path=path, detail=error.detail.replace(f'"{number}/', '"'))
                )
            ours = {numbers[n]: tuple(e) for n, e in by_number.items() if n in numbers}
            canary = by_number.pop("", [])
            if [e.summary for e in canary] == [_CANARY]:
                return found | {name: ours.get(name, ()) for name in waiting}
            # Some files could not even be loaded, and Terraform looked at no resource: the others go again without those.
            assert ours, [str(e) for e in canary]
            found |= ours
            waiting = {name: files for name, files in waiting.items() if name not in ours}
        raise AssertionError("unreachable: each attempt leaves one out")

    def schema(self) -> Mapping[str, Any]:
        """What ``terraform providers schema -json`` prints."""
        directory = self.scratch / "schema"
        directory.mkdir(exist_ok=True)
        (directory / "main.tf").write_text('provider "kubernetes" {}\n')
        done = self._run(directory, "providers", "schema", "-json")
        assert done.returncode == 0, done.stderr
        schema: Mapping[str, Any] = json.loads(done.stdout)
        return schema

    def _run(self, directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
        environment |= {"TF_CLI_CONFIG_FILE": str(self.scratch / "terraform.rc"), "CHECKPOINT_DISABLE": "1"}
        command = [self.terraform, f"-chdir={directory}", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=_DEADLINE)


def _modules(directories: Mapping[str, Mapping[str, bytes]], target: Path) -> Path:
    """A configuration with one module each, as ``terraform get`` would leave it, and one error that shows that resources are looked at."""
    calls = ['resource "terraform_data" "unknown" {}', 'resource "kubernetes_namespace_v1" "canary" {}']
    installed = [{"Key": "", "Source": "", "Dir": "."}]
    for number, files in directories.items():
        (target / number).mkdir(parents=True)
        arguments = []
        for name, data in files.items():
            place = target / number / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            if name.endswith(".tf"):
                arguments += [b.labels[0] for b in Document(name, data).body.blocks("variable") if b.labels]
        body = "".join(f"  {name} = terraform_data.unknown.output\n" for name in dict.fromkeys(arguments))
        calls.append(f'module "m{number}" {{\n  source = "./{number}"\n{body}}}')
        installed.append({"Key": f"m{number}", "Source": f"./{number}", "Dir": number})
    manifest = target / ".terraform" / "modules" / "modules.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"Modules": installed}))
    (target / "main.tf").write_text("\n".join([*calls, ""]))
    return target


def _diagnostic(found: Mapping[str, Any]) -> Diagnostic:
    place = found.get("range") or {"filename": "", "start": {"line": 0}}
    return Diagnostic(place["filename"], place["start"]["line"], found["summary"], found.get("detail", ""))


def found(scratch: Path) -> Provider | Missing:
    """The provider that ``TFMOD_KUBERNETES_PROVIDER`` names, or the one in the tool cache; ``scratch`` is an empty directory to work in."""
    named = os.environ.get(VARIABLE)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tfmod-tools" / "kubernetes-provider"
    binary = Path(named).absolute() if named else cache / _NAME
    if named:
        assert binary.is_file() and binary.name.startswith(_NAME), f"{VARIABLE}={named} is no file whose name starts with {_NAME}"
    elif not binary.is_file():
        return Missing(f"no kubernetes provider: scripts/get-kubernetes-provider builds one (needs Go), or {VARIABLE} names its binary")
    terraform = shutil.which("terraform")
    assert terraform is not None, "terraform is needed: see CONTRIBUTING.md"
    (scratch / "terraform.rc").write_text(_OVERRIDE.format(directory=json.dumps(str(binary.parent))))
    return Provider(binary, terraform, scratch)
