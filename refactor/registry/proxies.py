"""Which proxy the environment names for a host. ``requests`` can find out too, but only from the process's own environment. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from refactor.registry.config import host_of, is_loopback


def proxies_for(netloc: str, env: Mapping[str, str]) -> dict[str, str]:
    """Return the proxies for ``netloc``, by scheme: ``http_proxy``, ``https_proxy``, ``all_proxy``, in either case (lower first).

    None for this machine, and none for what ``no_proxy`` lists: ``*``, hosts with all below them, ``host:port``, networks (``10.0.0.0/8``).
    """
    if is_loopback(netloc):
        return {}
    entries = [entry.strip() for entry in (env.get("no_proxy") or env.get("NO_PROXY") or "").split(",")]
    if any(_excepts(entry.lower(), netloc.lower()) for entry in entries if entry):
        return {}
    found = {scheme: env.get(f"{scheme}_proxy") or env.get(f"{scheme.upper()}_PROXY") for scheme in ("http", "https", "all")}
    return {scheme: url for scheme, url in found.items() if url}


def _excepts(entry: str, netloc: str) -> bool:
    host = host_of(netloc)
    if entry in ("*", netloc):
        return True
    if "/" in entry:
        try:
            return ipaddress.ip_address(host.strip("[]")) in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    suffix = entry.removeprefix("*").lstrip(".")
    return host == suffix or host.endswith(f".{suffix}")
