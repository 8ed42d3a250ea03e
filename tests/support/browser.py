"""A real Chromium without a window, driven through chromedriver by the WebDriver protocol (W3C Recommendation) over plain HTTP.

Debian: ``apt-get install chromium chromium-driver``. Half a gigabyte with what they depend on, so ``scripts/test`` does not fetch them.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ENTER, ESCAPE, DOWN, UP = "\ue007", "\ue00c", "\ue015", "\ue013"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --hide-scrollbars --force-color-profile=srgb"
)
_SECONDS = 30


class Browser:
    """One window. ``place`` is where chromedriver listens, with the session's path."""

    def __init__(self, http: requests.Session, place: str) -> None:
        self._http = http
        self._place = place

    def open(self, path: Path, fragment: str = "") -> None:
        """A file, loaded anew, also where only the fragment is another."""
        self._post("url", url="about:blank")
        self._post("url", url=path.as_uri() + (f"#{fragment}" if fragment else ""))

    def script(self, code: str, *arguments: Any) -> Any:
        """What a function's body returns; a promise is waited for."""
        return self._post("execute/sync", script=code, args=list(arguments))

    def until(self, condition: str) -> None:
        """Wait for an expression to be true, from frame to frame; WebDriver gives up after thirty seconds."""
        self.script(f"return new Promise(done => {{ const look = () => ({condition}) ? done() : requestAnimationFrame(look); look() }})")

    def texts(self, selector: str) -> list[str]:
        """The text of each visible element."""
        found: list[str] = self.script(
            "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.innerText.trim())", selector
        )
        return found

    def keys(self, text: str) -> None:
        """Keys typed into whatever has the focus, as a person types them."""
        presses = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("actions", actions=[{"type": "key", "id": "keyboard", "actions": presses}])

    def click(self, selector: str) -> None:
        found = self._post("element", using="css selector", value=selector)
        self._post(f"element/{found[_ELEMENT]}/click")

    def resize(self, width: int, height: int) -> None:
        """The size of the page, which may be narrower than any window."""
        self._cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name: str, media: str = "") -> None:
        """Whether the system is ``light`` or ``dark``; ``media`` may be ``print``."""
        self._cdp("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": name}])

    def without_scripts(self, value: bool) -> None:
        self._cdp("Emulation.setScriptExecutionDisabled", value=value)

    def picture(self) -> bytes:
        """PNG of what is in the window."""
        return base64.b64decode(self._get("screenshot"))

    def printed(self) -> bytes:
        """PDF."""
        return base64.b64decode(self._post("print", background=True))

    def complaints(self) -> list[str]:
        """Messages of the console since the last call: errors, and what the content security policy refused."""
        return [entry["message"] for entry in self._post("se/log", type="browser")]

    def _cdp(self, command: str, **parameters: Any) -> Any:
        return self._post("goog/cdp/execute", cmd=command, params=parameters)

    def _get(self, command: str) -> Any:
        return _value(self._http.get(f"{self._place}/{command}", timeout=_SECONDS))

    def _post(self, command: str, **body: Any) -> Any:
        return _value(self._http.post(f"{self._place}/{command}", json=body, timeout=_SECONDS))


def missing() -> str | None:
    """Why there is no browser on this machine; None if there is one."""
    if _chromium() is None or shutil.which("chromedriver") is None:
        return "no chromium with chromedriver on PATH; on Debian: apt-get install chromium chromium-driver"
    return None


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own."""
    driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        with requests.Session() as http:
            http.trust_env = False
            base = f"http://127.0.0.1:{_port(driver)}/session"
            arguments = [*_FLAGS.split(), f"--user-data-dir={profile}", "--window-size=1280,900"]
            options = {"binary": _chromium(), "args": arguments}
            wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            session = _value(http.post(base, json={"capabilities": {"alwaysMatch": wanted}}, timeout=_SECONDS))["sessionId"]
            try:
                yield Browser(http, f"{base}/{session}")
            finally:
                http.delete(f"{base}/{session}", timeout=_SECONDS)
    finally:
        driver.terminate()
        driver.communicate(timeout=_SECONDS)


def _chromium() -> str | None:
    return next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)


def _port(driver: subprocess.Popen[str]) -> int:
    for line in driver.stdout or ():
        if match := re.search(r"started successfully on port (\d+)", line):
            return int(match[1])
    raise AssertionError("chromedriver did not start")


def _value(answer: requests.Response) -> Any:
    value = answer.json()["value"]
    assert answer.ok, f"{value['error']}: {value['message']}" if isinstance(value, dict) else value
    return value
