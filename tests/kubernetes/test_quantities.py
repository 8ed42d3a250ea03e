"""Quantities are exact, and written as Kubernetes writes them. The tables follow quantity_test.go of k8s.io/apimachinery."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.kubernetes.quantities import (
    NANO,
    Format,
    InvalidQuantity,
    Quantity,
    cpu,
    cpu_text,
    memory,
    memory_text,
    round_up_cpu,
    round_up_memory,
)

MI = 1024**2


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("0", 0, Format.DECIMAL_SI),
        ("0Ki", 0, Format.BINARY_SI),
        ("250m", Fraction(1, 4), Format.DECIMAL_SI),
        ("0.5", Fraction(1, 2), Format.DECIMAL_SI),
        ("100n", Fraction(1, 10**7), Format.DECIMAL_SI),
        ("4u", Fraction(4, 10**6), Format.DECIMAL_SI),
        ("512Mi", 512 * MI, Format.BINARY_SI),
        ("1Gi", 1024 * MI, Format.BINARY_SI),
        ("3Ei", 3 * 1024**6, Format.BINARY_SI),
        ("1500M", 1_500_000_000, Format.DECIMAL_SI),
        ("8k", 8000, Format.DECIMAL_SI),
        ("1E", 10**18, Format.DECIMAL_SI),
        ("1E6", 10**6, Format.DECIMAL_EXPONENT),
        ("1e3", 1000, Format.DECIMAL_EXPONENT),
        ("1.3E+6", 1_300_000, Format.DECIMAL_EXPONENT),
        ("1E-3", Fraction(1, 1000), Format.DECIMAL_EXPONENT),
        ("1e007", 10**7, Format.DECIMAL_EXPONENT),
        ("0.0005k", Fraction(1, 2), Format.DECIMAL_SI),
        ("100.035Ki", Fraction(10243584, 100), Format.BINARY_SI),
        ("0.05Gi", Fraction(536870912, 10), Format.BINARY_SI),
        (".001", Fraction(1, 1000), Format.DECIMAL_SI),
        ("1.", 1, Format.DECIMAL_SI),
        ("1.G", 10**9, Format.DECIMAL_SI),
        ("+2", 2, Format.DECIMAL_SI),
        ("-1.5Gi", -1536 * MI, Format.BINARY_SI),
    ],
)
def test_what_is_written_is_read_exactly(text: str, value: Fraction | int, form: Format) -> None:
    quantity = Quantity.parse(text)
    assert (quantity.value, quantity.format) == (value, form)


@pytest.mark.parametrize(
    ("text", "nano"),
    [
        ("3.001n", 4),
        ("1.1E-9", 2),
        ("0.0000000001", 1),
        ("0.9n", 1),
        ("0.00000012345", 124),
        ("-0.9n", -1),
        ("0.000000000001Ki", 2),
        ("9Ei", (2**63 - 1) * NANO),
        ("9223372036854775807Ki", (2**63 - 1) * NANO),
        ("12E", 12 * 10**18 * NANO),
    ],
)
def test_what_is_too_fine_is_rounded_away_from_zero_and_what_is_too_large_is_capped(text: str, nano: int) -> None:
    assert Quantity.parse(text).nano == nano


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        " 1",
        "1 ",
        "1\n",
        ".",
        "-",
        "m",
        "Mi",
        "1.1.M",
        "1+1.0M",
        "0.1mi",
        "0.1am",
        "aoeu",
        ".5i",
        "1i",
        "1K",
        "1ki",
        "1mi",
        "1MI",
        "1MB",
        "1Mb",
        "1 Mi",
        "1,5",
        "1_000",
        "--1",
        "-3.01e-",
        "1e",
        "1e1.5",
        "1e3Mi",
        "1e999999999",
        "0x10",
        "inf",
        "NaN",
        "\u0661",
        "${var.cpu}",
        "1" * 129,
    ],
)
def test_what_kubernetes_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(InvalidQuantity, match="is not a quantity such as '250m'"):
        Quantity.parse(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1024Mi", "1Gi"),
        ("307200Ki", "300Mi"),
        ("6Ki", "6Ki"),
        ("1025024Mi", "1001Gi"),
        ("1024Gi", "1Ti"),
        ("1.5Gi", "1536Mi"),
        ("1025Ki", "1025Ki"),
        ("0.5Ki", "512"),
        ("0.0009765625Ki", "1"),
        ("100.035Ki", "102435840m"),
        ("5000m", "5"),
        ("0.5", "500m"),
        ("1.08", "1080m"),
        ("1.5", "1500m"),
        ("1000M", "1G"),
        ("0.001T", "1G"),
        ("1234567M", "1234567M"),
        ("1000u", "1m"),
        ("1080000000n", "1080m"),
        ("1000E", "1000E"),
        (".001e12", "1e9"),
        ("0.001e0", "1e-3"),
        ("1000e-12", "1e-9"),
        ("12e20", "1200e18"),
        ("1e0", "1"),
        ("0Mi", "0"),
        ("00", "0"),
        ("-0", "0"),
        ("-1.5", "-1500m"),
        ("-2048Ki", "-2Mi"),
    ],
)
def test_the_canonical_form(text: str, canonical: str) -> None:
    assert str(Quantity.parse(text)) == canonical


quantities = st.builds(
    Quantity,
    st.integers(-(10**30), 10**30)
    | st.integers(-(10**6), 10**6).map(lambda units: units * NANO)
    | st.integers(0, 10**9).map(lambda mi: mi * MI * NANO),
    st.sampled_from(Format),
)


@given(quantities)
def test_canonical_text_reads_back_as_the_same_amount_and_writes_again_the_same(quantity: Quantity) -> None:
    again = Quantity.parse(str(quantity))
    assert again == quantity or quantity.nano > (2**63 - 1) * NANO
    assert str(Quantity.parse(str(again))) == str(again)


@given(quantities, quantities)
def test_order_is_that_of_the_amounts(one: Quantity, other: Quantity) -> None:
    assert (one < other) is (one.value < other.value)
    assert (one == other) is (one.value == other.value)
    assert one != other or hash(one) == hash(other)


@given(st.integers(-(10**6), 10**6), st.sampled_from(["n", "u", "m", "", "k", "M", "G", "Ki", "Mi", "Gi", "e3", "E-2"]))
def test_a_number_and_its_suffix_multiply(number: int, suffix: str) -> None:
    decimal = {"n": "1e-9", "u": "1e-6", "m": "1e-3", "": "1", "k": "1e3", "M": "1e6", "G": "1e9", "e3": "1e3", "E-2": "1e-2"}
    scale = {"Ki": Fraction(1024), "Mi": Fraction(MI), "Gi": Fraction(1024 * MI)} | {name: Fraction(size) for name, size in decimal.items()}
    assert Quantity.parse(f"{number}{suffix}").value == number * scale[suffix]


def test_an_amount_is_the_same_in_every_notation() -> None:
    assert Quantity.parse("1") == Quantity.parse("1000m") == Quantity.parse("1e0")
    assert Quantity.parse("10000T") > Quantity.parse("100Gi")
    assert Quantity.parse("1G") < Quantity.parse("1Gi")


# Amounts for people


@pytest.mark.parametrize(
    ("cores", "text"),
    [
        (0, "0"),
        (Fraction(1, 10**9), "5m"),
        (Fraction("0.012"), "15m"),
        (Fraction("0.015"), "15m"),
        (Fraction("0.0951"), "100m"),
        (Fraction("0.1001"), "125m"),
        (Fraction("0.4995"), "500m"),
        (Fraction("0.501"), "550m"),
        (Fraction("0.97"), "1"),
        (Fraction("1.001"), "1250m"),
        (2, "2"),
        (Fraction("4.1"), "4500m"),
        (1000, "1000"),
    ],
)
def test_cpu_is_rounded_up_to_what_people_write(cores: Fraction | int, text: str) -> None:
    assert cpu_text(round_up_cpu(cores)) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0"),
        (1, "4Mi"),
        (60 * MI + 1, "64Mi"),
        (64 * MI, "64Mi"),
        (64 * MI + 1, "80Mi"),
        (257 * MI, "320Mi"),
        (1000 * MI, "1Gi"),
        (1025 * MI, "1280Mi"),
        (4000 * MI, "4Gi"),
        (4097 * MI, "5Gi"),
        (5 * 1024**4, "5120Gi"),
    ],
)
def test_memory_is_rounded_up_to_what_people_write(size: int, text: str) -> None:
    assert memory_text(round_up_memory(size)) == text


def test_a_part_of_a_millicore_or_of_a_mebibyte_is_rounded_up() -> None:
    assert str(cpu(Fraction("0.0121"))) == cpu_text(cpu(Fraction("0.0121"))) == "13m"
    assert str(memory(MI + 1)) == memory_text(memory(MI + 1)) == "2Mi"
    assert memory_text(Quantity.parse("1500M")) == "1431Mi"
    assert cpu_text(Quantity.parse("100n")) == "1m"


@given(st.fractions(0, 500), st.fractions(0, 500))
def test_rounding_cpu_never_takes_away_keeps_order_and_settles(one: Fraction, other: Fraction) -> None:
    rounded = round_up_cpu(one)
    assert rounded.value >= one
    assert rounded.value - one <= max(Fraction("0.005"), one / 4)
    assert round_up_cpu(rounded.value) == rounded
    assert Quantity.parse(cpu_text(rounded)) == rounded
    assert one > other or rounded <= round_up_cpu(other)


@given(st.integers(0, 2**42), st.integers(0, 2**42))
def test_rounding_memory_never_takes_away_keeps_order_and_settles(one: int, other: int) -> None:
    rounded = round_up_memory(one)
    assert rounded.value >= one
    assert rounded.value - one <= max(Fraction(4 * MI), Fraction(one, 4))
    assert round_up_memory(rounded.value) == rounded
    assert Quantity.parse(memory_text(rounded)) == rounded
    assert one > other or rounded <= round_up_memory(other)
