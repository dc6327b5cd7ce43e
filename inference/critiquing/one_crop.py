"""What the rules answer about one given crop: why it is good or bad, whether a text about it is
right, and the crop as a person wishes it. ``photo`` is the photo without any outline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.errors import InvalidInput
from inference.critiquing.rationale import check_rationale, write_rationale
from inference.critiquing.wishes import Scene, carry_out, read_wishes
from inference.looking import view
from inference.looking.cropping import Box
from inference.looking.framing import Framing, measure_framing

Inputs = Mapping[str, Any]


def write(photo: bytes, inputs: Inputs) -> dict[str, Any]:
    """A `Rationale`: inputs are ``box``, ``label``, and ``objections`` to an earlier text."""
    is_again = bool(inputs.get("objections"))
    return dict(write_rationale(_framing(photo, inputs), _label(inputs), is_again=is_again))


def verify(photo: bytes, inputs: Inputs) -> dict[str, Any]:
    """A `RationaleCheck`: inputs are ``box``, ``label``, ``judges`` and ``rationale``."""
    return check_rationale(
        _framing(photo, inputs),
        rationale=str(inputs.get("rationale", "")),
        label=_label(inputs),
        judges=str(inputs.get("judges", "")),
    )


def refine(photo: bytes, inputs: Inputs) -> dict[str, Any]:
    """A `RefinedCrop`: inputs are ``box`` and ``words``; `InvalidInput` for what is not understood."""
    wishes = read_wishes(str(inputs.get("words", "")))
    facts = view(photo).facts
    box = carry_out(wishes, Scene(_box(inputs), facts.subject.centre, facts.aspect))
    done = ", ".join(wish.words for wish in wishes)
    return {"box": list(box), "rationale": f"Changed as wished: {done}."}


ANSWERS: dict[str, Callable[[bytes, Inputs], dict[str, Any]]] = {
    "crop.refine": refine,
    "rationale.write": write,
    "rationale.verify": verify,
}


def _framing(photo: bytes, inputs: Inputs) -> Framing:
    return measure_framing(view(photo), _box(inputs))


def _box(inputs: Inputs) -> Box:
    given = inputs.get("box")
    if (
        isinstance(given, Sequence)
        and len(given) == 4
        and all(_is_fraction(each) for each in given)
    ):
        x1, y1, x2, y2 = (float(each) for each in given)
        if x1 < x2 and y1 < y2:
            return x1, y1, x2, y2
    raise InvalidInput("box must be x1, y1, x2, y2 in fractions of the photo.", field="box")


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _label(inputs: Inputs) -> str:
    label = inputs.get("label")
    if label not in ("good", "bad"):
        raise InvalidInput("label must be good or bad.", field="label")
    return str(label)
