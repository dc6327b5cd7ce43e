"""A person's words about a crop, read by a small vocabulary and carried out by arithmetic.

Understood, in English, several at once with commas or "and": more or less room (space) on the left,
right, top, bottom, at the sides, or all round; tighter, looser; move left, right, up, down; a ratio
such as 4:3, or square; centre the subject. "A little" halves a step, "much" doubles it, a figure
such as 20 % says how much. Everything else is refused in words, never guessed at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import InvalidInput
from inference.visible import visible_text

Corners = tuple[float, float, float, float]

STEP = 0.1  # of the crop's own side
LITTLE, MUCH = 0.5, 2.0
MOST_WORDS = 500
SAME = 1e-4
VOCABULARY = (
    "more or less room on the left, right, top, bottom, at the sides or all round; tighter; looser; "
    "move left, right, up or down; a ratio such as 4:3; square; centre the subject; each with "
    "“a little”, “much” or a figure such as 20 %"
)

_SPLIT = re.compile(r"[,;.\n]+|\band\b|\bthen\b|\bbut\b", re.IGNORECASE)
_FILLER = re.compile(
    r"\b(please|just|the|a bit|a little|slightly|a lot|much|far|crop|frame|it|make|give|leave|with|some"
    r"|a|an|be|should|is|too|by|of|to|i|would|like|want)\b",
    re.IGNORECASE,
)
_LITTLE = re.compile(r"\b(a bit|a little|slightly)\b", re.IGNORECASE)
_MUCH = re.compile(r"\b(much|a lot|far)\b", re.IGNORECASE)
_FIGURE = re.compile(r"(\d{1,3}(?:\.\d+)?) ?(?:%|percent\b)", re.IGNORECASE)
_RATIO = re.compile(r"(?:ratio )?(\d{1,3}(?:\.\d+)?) ?: ?(\d{1,3}(?:\.\d+)?)(?: ratio)?")
_SIDES = {
    "left": "left", "right": "right", "top": "top", "above": "top", "bottom": "bottom",
    "below": "bottom", "sides": "sides", "side": "sides", "all round": "round",
    "all around": "round", "around": "round", "everywhere": "round", "all sides": "round",
}  # fmt: skip
_PLACE = "|".join(sorted(_SIDES, key=len, reverse=True))
_ROOM = re.compile(
    rf"(more|less) (?:room|space|air) (?:(?:on|at|in|along) )?(?:both )?({_PLACE})(?: side)?"
)
_MOVE = re.compile(r"(?:move|shift) (left|right|up|down)(?:wards)?")
_TIGHT = re.compile(r"(tighter|closer|narrower|zoom in|looser|wider|zoom out)")
_CENTRE = re.compile(
    r"(?:cent(?:re|er)) (?:main )?subject|subject (?:in|at) (?:middle|cent(?:re|er))"
)


@dataclass(frozen=True)
class Scene:
    """``box`` is being changed; ``subject`` is the subject's centre, ``aspect`` the photo's own."""

    box: Corners
    subject: tuple[float, float]
    aspect: float


Change = Callable[[Scene], Corners]


@dataclass(frozen=True)
class Wish:
    """One thing that is wished: what it does to a crop, and what became of it in words."""

    change: Change
    words: str


def read_wishes(words: str) -> list[Wish]:
    """What the words ask for, in their order; `InvalidInput` names the part that is not understood."""
    text = visible_text(words).strip()
    if not text or len(text) > MOST_WORDS:
        raise InvalidInput(
            f"Say in up to {MOST_WORDS} characters how the crop should change.", field="words"
        )
    parts = [part.strip() for part in _SPLIT.split(_safe(text)) if part.strip()]
    if not parts:
        raise _not_understood(text)
    return [_read(part) for part in parts]


def carry_out(wishes: list[Wish], scene: Scene) -> Corners:
    """The crop after all wishes; `InvalidInput` where it would leave the photo or stay as it is."""
    before = scene.box
    for wish in wishes:
        scene = replace(scene, box=wish.change(scene))
    x1, y1, x2, y2 = (round(min(1.0, max(0.0, edge)), 6) for edge in scene.box)
    if x2 - x1 < 0.02 or y2 - y1 < 0.02:
        raise InvalidInput("Nothing of the crop would be left. Wish for less.", field="words")
    if max(abs(one - other) for one, other in zip(before, scene.box, strict=True)) < SAME:
        raise InvalidInput("The crop is like that already; it would stay as it is.", field="words")
    return x1, y1, x2, y2


def _safe(text: str) -> str:
    """Decimal points and the like are no ends of sentences."""
    return re.sub(r"(?<=\d)\.(?=\d)", "\u2024", text)


def _not_understood(part: str) -> InvalidInput:
    shown = part if len(part) <= 80 else f"{part[:79].rstrip()}…"
    return InvalidInput(
        f"The rules do not understand “{shown}”. They understand: {VOCABULARY}. A model may understand "
        "more: choose another source.",
        field="words",
    )


def _read(part: str) -> Wish:
    part = part.replace("\u2024", ".")
    amount, rest = _amount(part.lower())
    core = " ".join(_FILLER.sub(" ", rest).split())
    for pattern, make in _READERS:
        match = pattern.fullmatch(core)
        if match:
            return make(match, amount)
    raise _not_understood(part)


def _amount(part: str) -> tuple[float, str]:
    """How much, as a share of the crop's side, and the words without the figure."""
    figure = _FIGURE.search(part)
    if figure:
        return min(float(figure[1]), 100.0) / 100, part.replace(figure[0], " ")
    factor = LITTLE if _LITTLE.search(part) else MUCH if _MUCH.search(part) else 1.0
    return STEP * factor, part


def _room(match: re.Match[str], amount: float) -> Wish:
    sign, side = (1 if match[1] == "more" else -1), _SIDES[match[2]]
    touched = {"sides": ("left", "right"), "round": ("left", "top", "right", "bottom")}
    sides = touched.get(side, (side,))
    where = {
        "sides": "at the sides",
        "round": "all round",
        "top": "at the top",
        "bottom": "at the bottom",
    }

    def change(scene: Scene) -> Corners:
        return _moved_edges(scene.box, sides, sign * amount)

    return Wish(change, f"{match[1]} room {where.get(side, f'on the {side}')}")


def _moved_edges(box: Corners, sides: tuple[str, ...], share: float) -> Corners:
    """The edges moved out by a share of the crop's sides (in, where negative), up to the photo's."""
    width, height = box[2] - box[0], box[3] - box[1]
    moves = {"left": -width, "top": -height, "right": width, "bottom": height}
    edges = dict(zip(("left", "top", "right", "bottom"), box, strict=True))
    if share > 0 and all(
        edges[side] == (1.0 if side in ("right", "bottom") else 0.0) for side in sides
    ):
        raise InvalidInput(
            f"The crop reaches the photo's edge already ({' and '.join(sides)}), so there is no more "
            "room there.",
            field="words",
        )
    moved = {
        side: min(1.0, max(0.0, edge + share * moves[side])) if side in sides else edge
        for side, edge in edges.items()
    }
    if moved["right"] <= moved["left"] or moved["bottom"] <= moved["top"]:
        raise InvalidInput("Nothing of the crop would be left. Wish for less.", field="words")
    return moved["left"], moved["top"], moved["right"], moved["bottom"]


def _tight(match: re.Match[str], amount: float) -> Wish:
    is_tighter = match[1] in ("tighter", "closer", "narrower", "zoom in")
    share = -amount / 2 if is_tighter else amount / 2

    def change(scene: Scene) -> Corners:
        return _moved_edges(scene.box, ("left", "top", "right", "bottom"), share)

    return Wish(change, "a tighter frame" if is_tighter else "a looser frame")


def _move(match: re.Match[str], amount: float) -> Wish:
    across, down = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}[match[1]]

    def change(scene: Scene) -> Corners:
        x1, y1, x2, y2 = scene.box
        return _shifted(scene.box, across * amount * (x2 - x1), down * amount * (y2 - y1))

    return Wish(change, f"the frame moved {match[1]}")


def _shifted(box: Corners, across: float, down: float) -> Corners:
    """Moved as far as the photo allows."""
    across = min(max(across, -box[0]), 1 - box[2])
    down = min(max(down, -box[1]), 1 - box[3])
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down


def _ratio(match: re.Match[str], amount: float) -> Wish:
    first, second = (1.0, 1.0) if match[0] == "square" else (float(match[1]), float(match[2]))
    if not 0.2 <= first / max(second, 1e-9) <= 5:
        raise InvalidInput("A ratio lies between 1:5 and 5:1.", field="words")

    def change(scene: Scene) -> Corners:
        return _reshaped(scene.box, first / second / scene.aspect)

    return Wish(change, f"the ratio {first:g}:{second:g}")


def _reshaped(box: Corners, shape: float) -> Corners:
    """The same area and middle with this width over height (normalised), shrunk to fit the photo."""
    area = (box[2] - box[0]) * (box[3] - box[1])
    width, height = math.sqrt(area * shape), math.sqrt(area / shape)
    fit = min(1.0, 1 / width, 1 / height)
    width, height = width * fit, height * fit
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left = min(max(0.0, x - width / 2), 1 - width)
    top = min(max(0.0, y - height / 2), 1 - height)
    return left, top, left + width, top + height


def _centre(match: re.Match[str], amount: float) -> Wish:
    def change(scene: Scene) -> Corners:
        x, y = (scene.box[0] + scene.box[2]) / 2, (scene.box[1] + scene.box[3]) / 2
        return _shifted(scene.box, scene.subject[0] - x, scene.subject[1] - y)

    return Wish(change, "the subject in the middle")


_READERS: list[tuple[re.Pattern[str], Callable[[re.Match[str], float], Wish]]] = [
    (_ROOM, _room),
    (_TIGHT, _tight),
    (_MOVE, _move),
    (_RATIO, _ratio),
    (re.compile("square"), _ratio),
    (_CENTRE, _centre),
]
