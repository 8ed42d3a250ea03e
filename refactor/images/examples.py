"""Examples of ``tfmod pin-images``: its page, and some of its tests."""

from __future__ import annotations

import hashlib

from refactor.codemod import Example


def _pinned(repository: str, version: str) -> str:
    """Version and digest as :class:`refactor.testing.Scripted` answers."""
    return f"{version}@sha256:{hashlib.sha256(f'{repository}:{version}'.encode()).hexdigest()}"


def _pod(image: str, more: str = "") -> str:
    return f"""\
resource "kubernetes_pod_v1" "web" {{
  spec {{
    container {{
      name  = "web"
      image = {image}
    }}
  }}
{more}}}
"""


def _swapped(path: str, text: str, old: str, new: str) -> dict[str, str]:
    return {path: text.replace(old, new)}


_LITERAL = _pod('"nginx:latest" # the theme needs nothing newer')
_TAG = _pod('"nginx:${var.tag}"') + '\nvariable "tag" {\n  default = "latest"\n}\n'
_IGNORED = _pod('"nginx:latest"', "  lifecycle {\n    ignore_changes = [metadata[0].labels, spec[0].container[0].image]\n  }\n")
_CHART = 'resource "helm_release" "web" {\n  chart  = "web"\n  values = [file("${path.module}/values.yaml")]\n}\n'
_VALUES = "image:\n  repository: ghcr.io/example/web # no mirror yet\n  tag: latest\n"
_TWO = """\
variable "release" {
  default = "v2.5.6"
}

resource "docker_container" "server" {
  image = "ghcr.io/example/server:${var.release}"
}

resource "docker_container" "worker" {
  image = "ghcr.io/example/worker:${var.release}"
}
"""
_NGINX = _pinned("library/nginx", "1.27.3")
_LATEST = {"nginx:latest": "1.27.3"}

EXAMPLES: tuple[Example, ...] = (
    Example(
        "A tag that moves becomes the version that it is, with its digest",
        {"main.tf": _LITERAL},
        _swapped("main.tf", _LITERAL, "latest", _NGINX),
        images=_LATEST,
    ),
    Example(
        "The edit goes where the literal stands",
        {"main.tf": _TAG},
        _swapped("main.tf", _TAG, "latest", _NGINX),
        images=_LATEST,
    ),
    Example(
        "What keeps Terraform from applying the pin goes",
        {"main.tf": _IGNORED},
        {"main.tf": _IGNORED.replace("latest", _NGINX).replace(", spec[0].container[0].image", "")},
        images=_LATEST,
    ),
    Example(
        "A chart's values without a digest get the exact tag",
        {"main.tf": _CHART, "values.yaml": _VALUES},
        _swapped("values.yaml", _VALUES, "latest", "2.3.4"),
        images={"ghcr.io/example/web:latest": "2.3.4"},
    ),
    Example(
        "One version for two images",
        {"main.tf": _TWO},
        reason="a digest is that of one image, and the tag is exact already",
        images={"ghcr.io/example/server:v2.5.6": "", "ghcr.io/example/worker:v2.5.6": ""},
    ),
    Example(
        "A tag that an output reads, too",
        {"main.tf": _TAG + '\noutput "tag" {\n  value = var.tag\n}\n'},
        reason="the output would change as well",
        images=_LATEST,
    ),
    Example(
        "An image that another resource decides",
        {"main.tf": _pod("docker_image.web.image_id")},
        reason="there is no literal to change",
    ),
    Example(
        "An existing digest",
        {"main.tf": _pod('"nginx:1.27@sha256:' + "0" * 64 + '"')},
        reason="it is pinned; `--refresh` moves it to what its tag is now",
    ),
)
