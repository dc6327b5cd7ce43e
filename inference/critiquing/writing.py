"""The rule-based critique: measured aspects, weighed with what viewers say, as plain sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inference.critiquing.aspects import Aspect, judge
from inference.critiquing.concerns import Concern, find_concerns
from inference.looking import Facts

MAX_ISSUES = 4
WORTH_SAYING = 0.22
# How much more an aspect counts when viewers name it and the measurement does not speak against it.
RAISED_BY_VIEWERS = 0.3

_PLACES = ("left", "middle", "right"), ("top", "middle", "bottom")


@dataclass(frozen=True)
class _Chosen:
    aspect: Aspect
    concern: Concern | None


def write_critique(facts: Facts, comments: Sequence[str], *, seed: str) -> dict[str, object]:
    """A `Critique` as a dict. ``seed`` (a digest of the photo) chooses among wordings."""
    concerns = find_concerns(comments)
    aspects = judge(facts)
    chosen = _choose(aspects, concerns)
    doubted = _doubted(aspects, concerns, chosen)
    return {
        "overall": _overall(facts, chosen, aspects),
        "analysis": " ".join(_analysis(facts, aspects, chosen, doubted, seed)),
        "guidance": " ".join(_guidance(chosen, seed)),
        "issues": [each.aspect.issue for each in chosen],
        "suggestions": [each.aspect.action for each in chosen],
    }


def _choose(aspects: list[Aspect], concerns: list[Concern]) -> list[_Chosen]:
    """The aspects worth naming, at least one: the weakest one, even in a photo without faults."""
    by_topic = {concern.topic: concern for concern in concerns}
    weighed = []
    for aspect in aspects:
        concern = next((by_topic[topic] for topic in aspect.topics if topic in by_topic), None)
        if concern and aspect.severity > 0:
            aspect = replace(aspect, severity=aspect.severity + RAISED_BY_VIEWERS)
        weighed.append(_Chosen(aspect, concern if aspect.severity > 0 else None))
    weighed.sort(key=lambda each: (-each.aspect.severity, each.aspect.issue))
    worth = [each for each in weighed if each.aspect.severity >= WORTH_SAYING]
    return (worth or weighed[:1])[:MAX_ISSUES]


def _doubted(
    aspects: list[Aspect], concerns: list[Concern], chosen: list[_Chosen]
) -> list[Concern]:
    """Concerns whose every aspect measures as faultless."""
    named = {topic for each in chosen for topic in each.aspect.topics}
    worst = {topic: 0.0 for each in aspects for topic in each.topics}
    for each in aspects:
        for topic in each.topics:
            worst[topic] = max(worst[topic], each.severity)
    quotes = {each.concern.quote for each in chosen if each.concern}
    found = []
    for concern in concerns:
        is_faultless = concern.topic not in named and worst[concern.topic] <= 0
        if is_faultless and concern.quote not in quotes:
            found.append(concern)
            quotes.add(concern.quote)
    return found


def _overall(facts: Facts, chosen: list[_Chosen], aspects: list[Aspect]) -> str:
    shape = "wide" if facts.aspect > 1.05 else "upright" if facts.aspect < 0.95 else "square"
    tone = "black-and-white" if facts.colour.is_grey else _mood(facts)
    praise = _praises(aspects, chosen)
    article = "An" if tone[0] in "aeiou" else "A"
    first = f"{article} {tone}, {shape} picture whose weight lies at the {_place(facts)}"
    first += f"; {praise[0]}." if praise else "."
    worst = chosen[0].aspect
    opening = "What holds it back most" if worst.severity >= WORTH_SAYING else (
        "Little is wrong with it; what could still be better"
    )  # fmt: skip
    return f"{first} {opening}: {worst.issue}."


def _mood(facts: Facts) -> str:
    light = "dark" if facts.light.median < 0.3 else "bright" if facts.light.median > 0.65 else ""
    colour = "colourful" if facts.colour.colourfulness > 55 else (
        "muted" if facts.colour.colourfulness < 25 else ""
    )  # fmt: skip
    warmth = "warm" if facts.colour.warmth > 0.08 else (
        "cool" if facts.colour.warmth < -0.05 else ""
    )  # fmt: skip
    return ", ".join(word for word in (light, warmth, colour) if word) or "evenly lit"


def _place(facts: Facts) -> str:
    x, y = (min(2, int(value * 3)) for value in facts.subject.centre)
    across, down = _PLACES[0][x], _PLACES[1][y]
    return "middle" if across == down == "middle" else f"{down} {across}"


def _praises(aspects: list[Aspect], chosen: list[_Chosen]) -> list[str]:
    named = {each.aspect.issue for each in chosen}
    good = [each for each in aspects if each.severity < 0.1 and each.praise]
    return [each.praise for each in reversed(good) if each.issue not in named]


def _analysis(
    facts: Facts,
    aspects: list[Aspect],
    chosen: list[_Chosen],
    doubted: list[Concern],
    seed: str,
) -> list[str]:
    sentences = []
    praise = _praises(aspects, chosen)[:3]
    if praise:
        sentences.append(f"In its favour: {_joined(praise)}.")
    sentences += _structure(facts)
    for each in chosen:
        sentences.append(_pick(each.aspect.finding, seed, each.aspect.issue))
        if each.concern:
            sentences.append(f"{_who(each.concern)} noticed it too: “{each.concern.quote}”")
    for concern in doubted[:2]:
        sentences.append(
            f"{_who(concern)} wrote “{concern.quote}”; the measured pixels do not bear this out."
        )
    return [_ended(sentence) for sentence in sentences]


def _structure(facts: Facts) -> list[str]:
    """What carries the composition, where a measurement says so."""
    lines, found = facts.lines, []
    if lines.horizon is not None:
        third = "near a third" if min(abs(lines.horizon - t) for t in (1 / 3, 2 / 3)) < 0.06 else (
            "close to the middle" if abs(lines.horizon - 0.5) < 0.06 else "away from the thirds"
        )  # fmt: skip
        found.append(f"A level line crosses at {lines.horizon * 100:.0f} % of the height, {third}.")
    if lines.diagonal > 0.42:
        found.append("Diagonal lines dominate and give the picture direction.")
    elif lines.upright > 0.38:
        found.append("Upright lines dominate and give the picture a firm order.")
    if facts.balance.mirror_sideways > 0.7:
        found.append("Left and right mirror each other.")
    elif abs(facts.balance.lean_right) > 0.22:
        side = "right" if facts.balance.lean_right > 0 else "left"
        found.append(f"The visual weight leans to the {side}.")
    return found


def _guidance(chosen: list[_Chosen], seed: str) -> list[str]:
    """Issue identification first, then shooting guidance."""
    issues = _joined([each.aspect.issue for each in chosen])
    advice = [_pick(each.aspect.advice, seed, each.aspect.action) for each in chosen]
    count = "The issue" if len(chosen) == 1 else "The issues"
    return [f"{count} to fix: {issues}.", "Next time:", *advice]


def _who(concern: Concern) -> str:
    return "A viewer" if concern.count == 1 else f"{concern.count} viewers"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{'; '.join(parts[:-1])}; and {parts[-1]}"


def _ended(sentence: str) -> str:
    return sentence if sentence[-1] in ".!?”" else sentence + "."


def _pick(wordings: Sequence[str], seed: str, salt: str) -> str:
    digest = hashlib.sha256(f"{seed}/{salt}".encode()).digest()
    return wordings[digest[0] % len(wordings)]
