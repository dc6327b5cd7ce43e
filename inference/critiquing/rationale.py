"""Why a crop is good or bad, in sentences made from what was measured of it; and whether a text
written by others agrees with these measurements and comes to the right judgement."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inference.looking.borders import SIDES
from inference.looking.framing import Framing
from inference.visible import visible_text

MAX_CLAIMS = 4
MIN_WORDS = 8
FEWEST_REASONS = 2
# How far a text's figure may lie from the measured one, in points of percent.
TOLERATED = 15

_SENTENCE = re.compile(r"[^.!?;\n]+")
_NEGATED = re.compile(r"\b(not|no|never|without|nothing|neither|nor)\b|n't\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(whole|entire|complete|full) subject|subject (is |stays )?(whole|complete)"
                    r"|keeps? (all of )?the subject( whole)?|all of the subject", re.IGNORECASE)  # fmt: skip
_CUT = re.compile(r"\b(cut|cuts|cutting|crops?|chops?) (off |through |into |away )*(parts? of )?the "
                  r"(main )?subject|subject is cut", re.IGNORECASE)  # fmt: skip
_AWAY = re.compile(r"subject (\w+ ){0,4}(outside|out of) (of )?the (frame|crop)|(misses|leaves out) "
                   r"the (main )?subject", re.IGNORECASE)  # fmt: skip
_THIRD = re.compile(r"\b(upper|lower) (left|right) third", re.IGNORECASE)
_MIDDLE = re.compile(r"subject (\w+ ){0,3}(in the middle|in the cent(er|re)|cent(er|re)d)"
                     r"|cent(er|re)s the subject", re.IGNORECASE)  # fmt: skip
_OF_SUBJECT = re.compile(r"(\d{1,3}) ?(?:%|percent) of (?:it|the subject) (?:is |lies )?(inside|outside)",
                         re.IGNORECASE)  # fmt: skip
_OF_WEIGHT = re.compile(r"(\d{1,3}) ?(?:%|percent) of what draws the eye", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(keeps?|whole|balanc|emphasi|strengthen|stronger|clean|calm|simpl|leads?|guides?|harmon|tighten"
    r"|drops?|removes?|leaves? out (the )?(distract|empty|clutter)|focus(es)? (on|attention)|draws "
    r"attention|third|well placed|room to|breath|better|quiet|larger|centred|centered|symmetr)",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"\b(cuts?|cutting|chops?|leaves? (out|\d)|outside|misses|missing|los(es|t|ing)|empty|irrelevant"
    r"|unbalanc|imbalanc|leans|distract|awkward|cramped|only|worse|weak|arbitrar|against the edge|neither"
    r"|nothing|no (clear|real) subject|unrelated|clutter|runs through|little of|too)",
    re.IGNORECASE,
)


def write_rationale(framing: Framing, label: str, *, is_again: bool = False) -> dict[str, str]:
    """A `Rationale` as a dict for a crop that is ``label``, good or bad; after an objection with all
    that was measured, not the strongest only."""
    claims = _for_good(framing) if label == "good" else _for_bad(framing)
    return {"rationale": " ".join(claims if is_again else claims[:MAX_CLAIMS]), "judges": label}


def check_rationale(
    framing: Framing, *, rationale: str, label: str, judges: str
) -> dict[str, object]:
    """A `RationaleCheck` as a dict; ``judges`` is what the text's writer says it concludes."""
    text = visible_text(rationale)
    wrong = [
        words
        for sentence in _SENTENCE.findall(text)
        for words in _contradictions(sentence, framing)
    ]
    missing = _misjudged(text, label, judges)
    return {
        "passed": not wrong and not missing,
        "agrees": not wrong,
        "judges_rightly": not missing,
        "findings": [*wrong, *missing],
    }


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _for_good(it: Framing) -> list[str]:
    claims = []
    if it.whole >= 0.98:
        claims.append("The crop keeps the subject whole.")
    if it.fill >= it.fill_before + 0.01 and it.whole >= 0.9:
        grown = (
            f"{_percent(it.fill)} of the frame instead of {_percent(it.fill_before)} of the photo"
        )
        claims.append(f"The subject grows: it takes {grown}.")
    if it.is_placed:
        claims.append(_placement(it))
    if it.clean > 0.6:
        claims.append("Its edges run through quiet parts and leave a clean border.")
    dropped = _dropped(it)
    if dropped:
        claims.append(f"It drops {dropped}, which tightens the picture.")
    if abs(it.lean[0]) < 0.15 and abs(it.lean[1]) < 0.2:
        claims.append("What draws the eye is balanced around its middle.")
    claims.append(
        f"It keeps {_percent(it.kept)} of what draws the eye on {_percent(it.area)} of the area."
    )
    return claims


def _for_bad(it: Framing) -> list[str]:
    claims = []
    if it.whole < 0.02:
        claims.append("The subject lies outside the frame, which shows something irrelevant to it.")
    elif it.cuts and it.whole < 0.98:
        edges = " and ".join(it.cuts)
        edge = "edges cut" if len(it.cuts) > 1 else "edge cuts"
        claims.append(f"The {edges} {edge} the subject: only {_percent(it.whole)} of it is inside.")
    if it.kept < it.area:
        figures = f"{_percent(it.kept)} of what draws the eye on {_percent(it.area)} of the area"
        claims.append(f"The frame is rather empty: it holds only {figures}.")
    if it.clean < 0.5:
        claims.append("An edge runs through something heavy, which distracts at the border.")
    if it.whole >= 0.02 and not it.is_placed:
        claims.append(f"The subject sits at {_at(it)}, neither near a third nor in the middle.")
    side = _heavy_side(it)
    if side:
        claims.append(f"What is left leans to the {side}, and the frame is unbalanced.")
    if abs(it.light) > 0.12:
        tone = "brighter" if it.light > 0 else "darker"
        claims.append(f"It picks a {tone} part of the photo and loses the contrast with the rest.")
    claims.append(f"It leaves out {_percent(1 - it.kept)} of what draws the eye.")
    return claims


def _placement(it: Framing) -> str:
    if it.is_centred:
        return "It sets the subject in the middle."
    across = "left" if it.centre[0] < 0.5 else "right"
    down = "upper" if it.centre[1] < 0.5 else "lower"
    return f"It places the subject near the {down} {across} third."


def _dropped(it: Framing) -> str:
    parts = [
        f"{_percent(depth)} on the {side}"
        for side, depth in zip(SIDES, it.dropped, strict=True)
        if depth >= 0.08
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _heavy_side(it: Framing) -> str:
    right, down = it.lean
    if max(abs(right), abs(down)) < 0.25:
        return ""
    if abs(right) >= abs(down):
        return "right" if right > 0 else "left"
    return "bottom" if down > 0 else "top"


def _contradictions(sentence: str, it: Framing) -> list[str]:
    """What one sentence says against the measurements; a negated one is not read."""
    if _NEGATED.search(sentence):
        return []
    return [
        *_about_subject(sentence, it),
        *_about_place(sentence, it),
        *_about_figures(sentence, it),
    ]


def _about_subject(sentence: str, it: Framing) -> list[str]:
    found, inside = [], _percent(it.whole)
    if _WHOLE.search(sentence) and it.whole < 0.85:
        found.append(
            f"It says that the subject is whole, but by measurement {inside} of it is inside."
        )
    if _CUT.search(sentence) and it.whole > 0.995:
        found.append("It says that the subject is cut, but by measurement all of it is inside.")
    if _AWAY.search(sentence) and it.whole > 0.5:
        found.append(f"It says that the subject is outside, but by measurement {inside} is inside.")
    return found


def _about_place(sentence: str, it: Framing) -> list[str]:
    x, y = it.centre
    third = _THIRD.search(sentence)
    if third:
        meant = (
            1 / 3 if third[2].lower() == "left" else 2 / 3,
            1 / 3 if third[1].lower() == "upper" else 2 / 3,
        )
        if max(abs(x - meant[0]), abs(y - meant[1])) > 0.25:
            return [f"It puts the subject near the {third[0].lower()}, but it lies at {_at(it)}."]
    elif _MIDDLE.search(sentence) and abs(x - 0.5) > 0.25:
        return [f"It puts the subject in the middle, but it lies at {_at(it)}."]
    return []


def _at(it: Framing) -> str:
    return f"{_percent(it.centre[0])} across and {_percent(it.centre[1])} down"


def _about_figures(sentence: str, it: Framing) -> list[str]:
    subject, weight = _OF_SUBJECT.search(sentence), _OF_WEIGHT.search(sentence)
    found = []
    if subject:
        share = it.whole if subject[2].lower() == "inside" else 1 - it.whole
        found += _far_off(subject[1], share, f"of the subject are {subject[2].lower()}")
    if weight:
        is_left_out = re.search(r"\b(leaves?|left|loses?|drops?)\b", sentence, re.IGNORECASE)
        share = 1 - it.kept if is_left_out else it.kept
        found += _far_off(weight[1], share, "of what draws the eye")
    return found


def _far_off(said: str, share: float, what: str) -> list[str]:
    if abs(int(said) - share * 100) <= TOLERATED:
        return []
    return [f"It says {said} % {what}; measured are {_percent(share)}."]


def _misjudged(text: str, label: str, judges: str) -> list[str]:
    if len(text.split()) < MIN_WORDS:
        return [f"It is too short to give a reason (under {MIN_WORDS} words)."]
    if judges != label:
        return [f"It holds the crop to be {judges}, but it is known to be {label}."]
    sentences: Sequence[str] = _SENTENCE.findall(text)
    praise, blame = (
        len({cue.group().lower() for each in sentences for cue in cues.finditer(each)})
        for cues in (_PRAISE, _BLAME)
    )
    own, other = (praise, blame) if label == "good" else (blame, praise)
    if own < FEWEST_REASONS:
        return [
            f"It gives fewer than {FEWEST_REASONS} reasons of composition why the crop is {label}."
        ]
    if other > own:
        return [f"Its reasons speak against a {label} crop more than for one."]
    return []
