"""Files that nobody wrote: random nesting, separators, comments and blanks, valid by construction."""

from __future__ import annotations

import random

WORDS = ("a", "bc", "image", "some_longer_name", "for_each", "größe", "x-y")
SCALARS = (
    "1",
    "-2.50",
    "true",
    "null",
    '"x"',
    '"a/b:${var.c}"',
    '"$${d}"',
    "var.e[0].f",
    "length(var.g)",
    "!h",
    "(i)",
    "j ? 1 : 2",
    '"ü 👍🏽"',
)


class Generator:
    """``text`` is a new file at every call; ``messy`` ones have any blanks where HCL allows them."""

    def __init__(self, seed: int, *, messy: bool = True) -> None:
        self._rng = random.Random(seed)
        self._messy = messy
        self._names = 0

    def text(self) -> bytes:
        items = [self._block(0) if self._rng.random() < 0.7 else self._attribute(0) for _ in range(self._rng.randint(1, 6))]
        text = self._gap().join(items)
        return (self._comment_lines(0) + text if self._rng.random() < 0.3 else text).encode()

    def _gap(self) -> str:
        return self._rng.choice(["", "\n", "\n\n", "# between\n", "\n# above\n"])

    def _blanks(self, usual: int) -> str:
        return " " * (self._rng.randint(0, 5) if self._messy and self._rng.random() < 0.3 else usual)

    def _some(self) -> str:
        """Blanks where there has to be one, or a tab."""
        return self._rng.choice(["  ", "\t", "   "]) if self._messy and self._rng.random() < 0.2 else " "

    def _name(self) -> str:
        self._names += 1
        return f"{self._rng.choice(WORDS)}{self._names}"

    def _tail(self) -> str:
        return self._rng.choice(["", "", "", f"{self._some()}# tail", f"{self._some()}// tail ö", f"{self._some()}/* tail */"]) + "\n"

    def _comment_lines(self, level: int) -> str:
        return self._blanks(2 * level) + self._rng.choice(["# a comment\n", "// another\n", "/* over\n\n   lines */\n"])

    def _attribute(self, level: int) -> str:
        value = self._value(level)
        tail = "\n" if value.endswith(("EOT", "EOT ")) else self._tail()
        return f"{self._blanks(2 * level)}{self._name()}{self._some()}={self._some()}{value}{tail}"

    def _block(self, level: int) -> str:
        head = f"{self._blanks(2 * level)}{self._rng.choice(WORDS)}" + self._rng.choice(["", ' "l"', " l", ' "l" "m.n"'])
        kind = self._rng.random()
        if kind < 0.1:
            return f"{head} {{}}{self._tail()}"
        if kind < 0.2:
            return f"{head} {{ {self._name()} = {self._rng.choice(SCALARS)} }}{self._tail()}"
        body = ""
        for _ in range(self._rng.randint(0, 5)):
            chance = self._rng.random()
            if chance < 0.2 and level < 4:
                body += self._rng.choice(["", "\n"]) + self._block(level + 1)
            elif chance < 0.3:
                body += self._comment_lines(level + 1)
            elif chance < 0.35:
                body += "\n"
            else:
                body += self._attribute(level + 1)
        return f"{head} {{{self._tail()}{body}{self._blanks(2 * level)}}}{self._tail()}"

    def _value(self, level: int) -> str:
        kind = self._rng.random()
        if kind < 0.5 or level > 5:
            return self._rng.choice(SCALARS)
        if kind < 0.6:
            lines = "".join(self._rng.choice(["text\n", "  more = 1 # no\n", "${var.x}\n", "\n"]) for _ in range(self._rng.randint(0, 4)))
            return f"<<{self._rng.choice(['', '-'])}EOT\n{lines}EOT"
        if kind < 0.65:
            return f"jsonencode({self._object(level)})"
        return self._object(level) if kind < 0.85 else self._list(level)

    def _object(self, level: int) -> str:
        members = [f"{self._key()}{self._sign()}" for _ in range(self._rng.randint(0, 4))]
        return self._bracketed("{", "}", members, level, needs_commas=False)

    def _list(self, level: int) -> str:
        return self._bracketed("[", "]", [""] * self._rng.randint(0, 4), level, needs_commas=True)

    def _key(self) -> str:
        name = self._name()
        return self._rng.choice([name, f'"{name}"', f'"{name}.io/x"', f"({name})", f'"${{{name}}}"'])

    def _sign(self) -> str:
        return self._rng.choice([" = ", " = ", " = ", " : "]) if not self._messy else self._rng.choice([" = ", "=", "   = ", " : ", ":"])

    def _bracketed(self, opening: str, closing: str, members: list[str], level: int, *, needs_commas: bool) -> str:
        if not members:
            return self._rng.choice([opening + closing, f"{opening}\n{self._blanks(2 * level)}{closing}"])
        if self._rng.random() < 0.4:
            pad = " " if opening == "{" else ""
            return opening + pad + ", ".join(m + self._rng.choice(SCALARS) for m in members) + pad + closing
        commas = needs_commas or self._rng.random() < 0.5
        last_comma = self._rng.random() < 0.5
        text = opening + self._tail()
        for i, member in enumerate(members):
            value = self._value(level + 1)
            while value.startswith("<<"):
                value = self._value(level + 1)
            comma = "," if commas and (i + 1 < len(members) or last_comma) else ""
            text += self._blanks(2 * level + 2) + member + value + comma + self._tail()
        return text + self._blanks(2 * level) + closing
