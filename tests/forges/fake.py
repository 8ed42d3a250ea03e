"""What the make-believe forges share: routes, pages, tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.forges.world import TOKEN, World
from tests.support.scripted import Answer, Request, json_answer

Handler = Callable[..., Answer]


class Refused(Exception):
    def __init__(self, status: int, content: object) -> None:
        super().__init__(status)
        self.answer = json_answer(content, status=status)


class Fake:
    """Routes are ``(method, pattern below the API's base URL, handler)``; a handler gets the groups of its pattern."""

    prefix = ""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes: list[tuple[str, str, Handler]] = []
        self.query: dict[str, str] = {}
        self.body: dict[str, Any] = {}
        self.path = ""
        self.overrides: list[Answer | None] = []
        """Answers for the next requests in place of the forge's own (None: its own)."""

    def __call__(self, request: Request) -> Answer:
        parts = urlsplit(request.path)
        if self.overrides and (given := self.overrides.pop(0)) is not None:
            return given
        if TOKEN not in (request.authorization or ""):
            return json_answer({"message": "Bad credentials", "documentation_url": "https://docs.example"}, status=401)
        self.query = dict(parse_qsl(parts.query))
        self.body = json.loads(request.body) if request.body else {}
        self.path = parts.path
        for method, pattern, handler in self.routes:
            match = re.fullmatch(re.escape(self.prefix) + pattern, parts.path)
            if match and method == request.method:
                try:
                    return handler(*match.groups())
                except Refused as refused:
                    return refused.answer
        return json_answer({"message": "Not Found"}, status=404)

    def paged(self, entries: Sequence[object], size: str) -> Answer:
        """One page, with a link to the next; the link's host is a wrong one, as behind a proxy."""
        each = min(self.world.page, int(self.query.get(size, 30)))
        page = int(self.query.get("page", 1))
        shown = entries[(page - 1) * each : page * each]
        if page * each >= len(entries):
            return json_answer(shown)
        further = urlencode(self.query | {"page": str(page + 1)})
        return json_answer(shown, ("Link", f'<http://inner.example:8080{self.path}?{further}>; rel="next"'))
