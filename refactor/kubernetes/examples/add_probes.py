"""Examples of ``tfmod add-probes``: its page, and some of its tests."""

from __future__ import annotations

from refactor.codemod import Example


def _deployment(image: str, more: str = "", *, name: str = "app") -> str:
    return f"""\
resource "kubernetes_deployment_v1" "{name}" {{
  metadata {{
    name = "{name}"
  }}
  spec {{
    selector {{
      match_labels = {{ app = "{name}" }}
    }}
    template {{
      metadata {{
        labels = {{ app = "{name}" }}
      }}
      spec {{
        container {{
          name  = "{name}"
          image = "{image}"
{more}        }}
      }}
    }}
  }}
}}
"""


def _service(*ports: str, name: str = "app") -> str:
    written = "".join(f"    port {{\n{port}    }}\n" for port in ports)
    return f"""
resource "kubernetes_service_v1" "{name}" {{
  metadata {{
    name = "{name}"
  }}
  spec {{
    selector = {{ app = "{name}" }}
{written}  }}
}}
"""


def _port(number: int, name: str = "") -> str:
    named = f'            name           = "{name}"\n' if name else ""
    return f"          port {{\n{named}            container_port = {number}\n          }}\n"


def _probe(kind: str, action: str, failures: int) -> str:
    return f"""\
          {kind}_probe {{
{action}            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = {failures}
          }}
"""


def _get(path: str, port: str) -> str:
    return f"            http_get {{\n              path = {path}\n              port = {port}\n            }}\n"


def _tcp(port: str) -> str:
    return f"            tcp_socket {{\n              port = {port}\n            }}\n"


def _exec(words: str) -> str:
    return f"            exec {{\n              command = [{words}]\n            }}\n"


def _changed(text: str, anchor: str, *probes: str) -> dict[str, str]:
    return {"main.tf": text.replace(anchor, anchor + "".join(probes), 1)}


_HTTP = _port(3000, "http")
_GRAFANA = _deployment("grafana/grafana:11.3.0", _HTTP)
_HEALTH = _get('"/api/health"', '"http"')
_POSTGRES = _deployment("postgres:16.4", _port(5432), name="db")
_READY = _exec('"pg_isready", "-U", "postgres", "-h", "127.0.0.1"')
_RABBIT = _deployment("rabbitmq:3.13.7", _port(5672, "amqp"))
_OWN = _deployment("ghcr.io/acme/app:1.2.3", _port(8080, "web"))
_SERVED = _OWN + _service('      port        = 80\n      target_port = "web"\n')
_LIVE = _deployment("ghcr.io/acme/app:1.2.3", _probe("liveness", _get('"/healthz"', "8080"), 3))
_TWO = _deployment("technitium/dns-server:13.2", _port(5380) + _port(80)) + _service(
    '      name = "console"\n      port = 5380\n', '      name = "doh"\n      port = 80\n'
)
_WORKER = _deployment("apache/superset:4.1.1", '          command = ["celery", "worker"]\n').replace("name  =", "name    =")
_WORKER = _WORKER.replace("image =", "image   =")
_IGNORED = _GRAFANA[:-2] + "  lifecycle {\n    ignore_changes = [spec[0].template]\n  }\n}\n"
_SLOW = (_probe("liveness", _HEALTH, 6), _probe("readiness", _HEALTH, 3), _probe("startup", _HEALTH, 90))

EXAMPLES: tuple[Example, ...] = (
    Example("A known image is asked as its publisher does", {"main.tf": _GRAFANA}, _changed(_GRAFANA, _HTTP, *_SLOW)),
    Example(
        "A database is asked by its own program, without a password",
        {"main.tf": _POSTGRES},
        _changed(
            _POSTGRES,
            _port(5432),
            _probe("liveness", _READY, 6),
            _probe("readiness", _READY, 3),
            _probe("startup", _READY, 90),
        ),
    ),
    Example(
        "No liveness probe where the publisher warns of one",
        {"main.tf": _RABBIT},
        _changed(_RABBIT, _port(5672, "amqp"), _probe("readiness", _tcp('"amqp"'), 3)),
    ),
    Example(
        "An image that nobody knows is asked at the port that a Service sends to",
        {"main.tf": _SERVED},
        _changed(
            _SERVED,
            _port(8080, "web"),
            _probe("liveness", _tcp('"web"'), 6),
            _probe("readiness", _tcp('"web"'), 3),
            _probe("startup", _tcp('"web"'), 180),
        ),
    ),
    Example(
        "A port that is only declared is good for readiness, which kills nothing",
        {"main.tf": _OWN},
        _changed(_OWN, _port(8080, "web"), _probe("readiness", _tcp('"web"'), 3)),
    ),
    Example(
        "What is missing beside a liveness probe asks the same",
        {"main.tf": _LIVE},
        _changed(_LIVE, _probe("liveness", _get('"/healthz"', "8080"), 3), _probe("readiness", _get('"/healthz"', "8080"), 3)),
    ),
    Example(
        "The configuration names a path",
        {"main.tf": _OWN},
        _changed(_OWN, _port(8080, "web"), _probe("readiness", _get('"/ready"', '"web"'), 3)),
        options={
            "workloads": [{"image": "ghcr.io/acme/*", "readiness": {"http_get": "/ready", "port": 8080}, "liveness": False}],
        },
    ),
    Example(
        "One kind alone",
        {"main.tf": _GRAFANA},
        _changed(_GRAFANA, _HTTP, _SLOW[1]),
        options={"only": ("readiness",)},
    ),
    Example("Two ports, and nothing says which of them is always served", {"main.tf": _TWO}, reason="one of them may be switched off"),
    Example("A worker of an image whose check is for its web server", {"main.tf": _WORKER}, reason="nothing says how it is"),
    Example(
        "Only UDP",
        {
            "main.tf": _deployment(
                "ghcr.io/acme/vpn:1",
                '          port {\n            container_port = 51820\n            protocol       = "UDP"\n          }\n',
            )
        },
        reason="no probe can ask a UDP port",
    ),
    Example("Terraform would not apply it", {"main.tf": _IGNORED}, reason="ignore_changes covers the pod template"),
    Example(
        "Left alone by the configuration",
        {"main.tf": _GRAFANA},
        reason="an entry says so, and why",
        options={"workloads": [{"name": "app", "skip": True, "reason": "its supervisor restarts it"}]},
    ),
)
