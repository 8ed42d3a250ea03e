"""Rectangles whose areas are sizes: the squarified layout of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Rectangle(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], within: Rectangle) -> list[Rectangle]:
    """A rectangle for each size, in their order; sizes are positive. They fill ``within``, and are as square as they can be."""
    order = sorted(range(len(sizes)), key=lambda i: (-sizes[i], i))
    scale = within.width * within.height / sum(sizes) if sizes else 0
    areas = [sizes[i] * scale for i in order]
    placed: list[Rectangle] = []
    free = within
    at = 0
    while at < len(areas):
        row = _row(areas, at, min(free.width, free.height))
        placed += _laid(areas[at : at + row], free)
        free = _rest(sum(areas[at : at + row]), free)
        at += row
    result = [within] * len(sizes)
    for index, rectangle in zip(order, placed, strict=True):
        result[index] = rectangle
    return result


def _row(areas: Sequence[float], at: int, side: float) -> int:
    """How many of the next areas make the best row along a side."""
    count, best = 1, _worst(areas[at : at + 1], side)
    while at + count < len(areas):
        worse = _worst(areas[at : at + count + 1], side)
        if worse > best:
            break
        count, best = count + 1, worse
    return count


def _worst(row: Sequence[float], side: float) -> float:
    """The worst ratio of length to width in a row."""
    total = sum(row)
    return max(side * side * max(row) / (total * total), total * total / (side * side * min(row)))


def _laid(row: Sequence[float], free: Rectangle) -> list[Rectangle]:
    total = sum(row)
    result = []
    offset = 0.0
    for area in row:
        if free.width >= free.height:
            depth = total / free.height
            result.append(Rectangle(free.x, free.y + offset, depth, area / depth))
        else:
            depth = total / free.width
            result.append(Rectangle(free.x + offset, free.y, area / depth, depth))
        offset += area / depth
    return result


def _rest(total: float, free: Rectangle) -> Rectangle:
    """What a row leaves free."""
    if free.width >= free.height:
        depth = total / free.height
        return Rectangle(free.x + depth, free.y, max(free.width - depth, 1e-9), free.height)
    depth = total / free.width
    return Rectangle(free.x, free.y + depth, free.width, max(free.height - depth, 1e-9))
