"""Resource quantities, as Kubernetes reads and writes them: ``250m``, ``0.5``, ``512Mi``, ``1e3``. Exact, and without I/O.

The rules are those of ``k8s.io/apimachinery/pkg/api/resource/quantity.go`` (the comment on ``Quantity``, ``ParseQuantity``,
``CanonicalizeBytes``). A quantity is a whole number of nano-units (10^-9); what is finer is rounded away from zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

NANO = 10**9
"""Nano-units in one unit (a core, a byte)."""

_MI = 1024**2
_MAX = (2**63 - 1) * NANO  # "no quantity may represent a number greater than 2^63-1": enforced for binary suffixes only, as there
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_BINARY_SUFFIX = {power: suffix for suffix, power in _BINARY.items()}
# At most 99 as an exponent: Kubernetes takes more, but nobody means it, and the number would not fit into memory.
_QUANTITY = re.compile(
    r"""
    (?P<sign>[+-]?)
    (?P<number> [0-9]+ (?:\.[0-9]*)? | \.[0-9]+ )
    (?: (?P<binary>[KMGTPE]i) | [eE](?P<exponent>[+-]?0*[0-9]{1,2}) | (?P<decimal>[numkMGTPE]?) )
    """,
    re.VERBOSE | re.ASCII,
)
_LONGEST = 128


class InvalidQuantity(ValueError):
    """A text is no quantity; the message says which, and what one looks like."""


class Format(Enum):
    """The family of suffixes that a quantity was written with, and is written with again."""

    DECIMAL_SI = "DecimalSI"
    BINARY_SI = "BinarySI"
    DECIMAL_EXPONENT = "DecimalExponent"


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """An amount in nano-units. Two are equal, and ordered, by their amount: ``1`` is ``1000m``. ``str()`` gives the canonical form."""

    nano: int
    format: Format = field(default=Format.DECIMAL_SI, compare=False)

    @property
    def value(self) -> Fraction:
        """The amount in whole units: cores, or bytes."""
        return Fraction(self.nano, NANO)

    def __str__(self) -> str:
        """The canonical form: "No precision is lost; no fractional digits will be emitted; the exponent (or suffix) is as large as
        possible." An amount that its binary suffix cannot say exactly, or one below 1024, is written with a decimal one."""
        if self.nano == 0:
            return "0"
        if self.format is Format.BINARY_SI and abs(self.nano) >= 1024 * NANO and self.nano % NANO == 0:
            return _binary(self.nano // NANO)
        return _decimal(self.nano, exponent=self.format is Format.DECIMAL_EXPONENT)

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Return the quantity that ``text`` is.

        Raises:
            InvalidQuantity: it is none. White space is not allowed, and neither is a number without a digit.
        """
        match = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            raise InvalidQuantity(f"{text[:_LONGEST]!r} is not a quantity such as '250m', '0.5', '512Mi' or '1e3'")
        number = Fraction(f"0{match['number']}")  # `.5` needs the zero, `5.` is a Fraction's too
        if match["binary"]:
            form, scale = Format.BINARY_SI, Fraction(1024 ** _BINARY[match["binary"]])
        elif match["exponent"]:
            form, scale = Format.DECIMAL_EXPONENT, Fraction(10) ** int(match["exponent"])
        else:
            form, scale = Format.DECIMAL_SI, Fraction(10) ** _DECIMAL[match["decimal"]]
        nano = _ceil(number * scale * NANO)
        if form is Format.BINARY_SI:
            nano = min(nano, _MAX)
            if 0 < nano < NANO:
                form = Format.DECIMAL_SI
        return cls(-nano if match["sign"] == "-" else nano, form)


def cpu(cores: Fraction | int) -> Quantity:
    """Return ``cores`` in whole millicores, rounded up: "Kubernetes doesn't allow you to specify CPU resources with a precision finer than
    1m" (kubernetes.io, "Resource Management for Pods and Containers")."""
    return Quantity(_ceil(cores * 1000) * (NANO // 1000), Format.DECIMAL_SI)


def memory(size: Fraction | int) -> Quantity:
    """Return ``size`` (bytes) in whole MiB, rounded up."""
    return Quantity(_ceil(Fraction(size) / _MI) * _MI * NANO, Format.BINARY_SI)


_CPU_STEPS = ((100, 5), (500, 25), (1000, 50), (4000, 250), (None, 500))
"""Millicores: up to the first number, whole multiples of the second."""

_MEMORY_STEPS = ((64, 4), (256, 16), (1024, 64), (4096, 256), (None, 1024))
"""MiB, likewise. Each bound is a multiple of the next step, so rounding never turns an order around."""


def round_up_cpu(cores: Fraction | int) -> Quantity:
    """Return the next amount from ``cores`` upwards that a person would write: 5m steps to 100m, ..., half cores from 4 cores on."""
    return cpu(Fraction(_step_up(_ceil(cores * 1000), _CPU_STEPS), 1000))


def round_up_memory(size: Fraction | int) -> Quantity:
    """Return the next amount from ``size`` (bytes) upwards that a person would write: 4Mi steps to 64Mi, ..., whole Gi from 4Gi on."""
    return memory(_step_up(_ceil(Fraction(size) / _MI), _MEMORY_STEPS) * _MI)


def cpu_text(quantity: Quantity) -> str:
    """Write an amount of CPU as people do: whole cores (``2``), else millicores (``1500m``), rounded up."""
    milli = _ceil(quantity.value * 1000)
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"


def memory_text(quantity: Quantity) -> str:
    """Write an amount of memory as people do: whole ``Gi``, else ``Mi``, rounded up; ``0`` for none."""
    mi = _ceil(quantity.value / _MI)
    if mi == 0:
        return "0"
    return f"{mi // 1024}Gi" if mi % 1024 == 0 else f"{mi}Mi"


def _ceil(number: Fraction | int) -> int:
    return -(-number // 1)


def _step_up(amount: int, steps: tuple[tuple[int | None, int], ...]) -> int:
    step = next(step for most, step in steps if most is None or amount <= most)
    return -(-amount // step) * step


def _binary(units: int) -> str:
    power = 0
    while units % 1024 == 0 and power < max(_BINARY_SUFFIX):
        units //= 1024
        power += 1
    return f"{units}{_BINARY_SUFFIX.get(power, '')}"


def _decimal(nano: int, *, exponent: bool) -> str:
    power = -9
    # Beyond E there is no suffix, and an exponent has no end.
    while nano % 1000 == 0 and (exponent or power < max(_DECIMAL_SUFFIX)):
        nano //= 1000
        power += 3
    if exponent:
        return f"{nano}e{power}" if power else str(nano)
    return f"{nano}{_DECIMAL_SUFFIX[power]}"
