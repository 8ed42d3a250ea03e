"""Wrong usage and wrong configuration: one clear message, exit code 2, nothing done."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactor import __version__
from tests.cli.conftest import DEPLOYMENT, Tfmod


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pin-image",), "did you mean pin-images?"),
        (("audit", "nowhere"), "nowhere: no such file or directory"),
        (("audit", "README.md"), "README.md is not a Terraform file"),
        (("audit", "empty"), "no Terraform files in empty"),
        (("audit", "--select", "IMG01"), "did you mean IMG001?"),
        (("audit", "--format", "yaml"), "invalid choice"),
        (("pin-images", "--style", "nothing"), "invalid choice"),
        (("pin-images", "--write", "--check"), "not allowed with"),
        (("pin-images", "--mirror", "docker.io"), "HOST=URL"),
        (("pin-images", "--mirror", "ghcr.io=http://mirror.example"), "--insecure-registry"),
        (("pin-images", "--jobs", "0"), "not a positive number"),
        (("fix", "--recipe", "none"), "there is no recipe none"),
        (("explain",), "explain what?"),
        (("explain", "IMG999"), "no codemod or rule IMG999"),
        (("test", "nothing"), "there is no codemod, file or directory nothing"),
        (("--config",), "the command comes first"),
        (("audit", "--config", "missing.toml"), "missing.toml"),
    ],
)
def test_it_is_refused(repository: Path, tfmod: Tfmod, arguments: tuple[str, ...], said: str) -> None:
    (repository / "README.md").write_text("# read me\n")
    (repository / "empty").mkdir()
    done = tfmod(*arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert (repository / "main.tf").read_text() == DEPLOYMENT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exclude = 1\n", "exclude must be a list of strings"),
        ("pin-imags = {}\n", "did you mean pin-images?"),
        ('[pin-images]\nstyle = "none"\n', "must be one of"),
        ("[pin-images]\nplatfrom = 1\n", "has no option platfrom"),
        ("[pin-images]\nskip = 'x'\n", "must be a list"),
        ('[registries."x"]\nmirrow = "y"\n', "is no setting"),
        ("not toml", "tfmod.toml"),
    ],
)
def test_a_bad_configuration_is_refused(repository: Path, tfmod: Tfmod, text: str, said: str) -> None:
    (repository / "tfmod.toml").write_text(text)
    done = tfmod("pin-images")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_version_and_help_go_to_standard_output(repository: Path, tfmod: Tfmod) -> None:
    assert tfmod("--version").out == f"tfmod {__version__}\n"
    done = tfmod("--help")
    assert (done.code, done.err) == (0, "")
    assert "pin-images" in done.out and "audit" in done.out


def test_list_and_explain_show_rules_and_examples(repository: Path, tfmod: Tfmod) -> None:
    assert "IMG001 floating-image" in tfmod("list").out
    page = tfmod("explain", "IMG005").out
    assert page.startswith("# pin-images\n")
    assert "## Examples" in page


@pytest.mark.parametrize("flag", [("--config", "other.toml"), ("--config=other.toml",)], ids=" ".join)
def test_a_codemod_of_ones_own_is_found_through_a_named_configuration(repository: Path, tfmod: Tfmod, flag: tuple[str, ...]) -> None:
    guide = (Path(__file__).parent.parent.parent / "CONTRIBUTING.md").read_text("utf-8")
    (repository / "mine").mkdir()
    (repository / "mine" / "rename_owner.py").write_text(guide.partition("```python\n")[2].partition("```")[0])
    (repository / "other.toml").write_text('codemods = ["mine"]\n')
    (repository / "main.tf").write_text('locals {\n  owner = "ops"\n}\n')
    assert tfmod("rename-owner").code == 2
    done = tfmod("rename-owner", *flag)
    assert done.code == 0, done.err
    assert '+  owner = "platform"' in done.out
