"""The colour of each composition element, the same in drawings and on pages.

Light colours, ten of them far apart in hue: they are drawn on a dark casing, so that each reads on
any photo. ``static/css/tokens.css`` names the same ones; a test holds both equal.
"""

from __future__ import annotations

from measures.geometry.elements import Element

COLOURS: dict[Element, str] = {
    Element.CENTER: "#ffd84d",
    Element.RULE_OF_THIRDS: "#5cd0ff",
    Element.GOLDEN_RATIO: "#ffa24c",
    Element.HORIZONTAL: "#7df08f",
    Element.VERTICAL: "#ff8ac6",
    Element.DIAGONAL: "#b9a2ff",
    Element.SYMMETRIC: "#ffffff",
    Element.TRIANGLE: "#ff7a6b",
    Element.CURVED: "#d3f25c",
    Element.VANISHING_POINT: "#35e6c6",
    Element.RADIAL: "#e3c9a8",
    Element.FILL_THE_FRAME: "#c4c4c4",
    Element.PATTERN: "#c4c4c4",
}


def rgb(element: Element) -> tuple[int, int, int]:
    """The colour as three bytes."""
    code = COLOURS[element]
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)
