"""What the measured facts say about a photo, aspect by aspect: a weakness with advice, or praise.

Each aspect has a severity from 0 (nothing to say against it) to 1 (the first thing to fix). The
thresholds are ours, set by looking at photos; they are no claim of science.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.looking import Facts
from inference.looking.borders import SIDES

CLEAR = 0.12  # below this clarity nothing stands out as the subject


@dataclass(frozen=True)
class Aspect:
    """``topics`` link it to viewers' concerns. ``issue`` and ``action`` are short phrases;
    ``finding`` is a sentence for the analysis, ``advice`` one for the guidance; ``praise`` is used
    where the severity is low. Several wordings are given so that drafts do not all read alike."""

    topics: tuple[str, ...]
    severity: float
    issue: str
    finding: tuple[str, ...]
    advice: tuple[str, ...]
    action: str
    praise: str = ""


def judge(facts: Facts) -> list[Aspect]:
    """All aspects, the most severe first; at least one has a severity above 0."""
    found = [rule(facts) for rule in _RULES]
    if not any(aspect.severity > 0 for aspect in found):
        found.append(_frame(facts))
    return sorted(found, key=lambda each: (-each.severity, each.issue))


def _ramp(value: float, start: float, end: float) -> float:
    """0 at ``start``, 1 at ``end``, straight in between; works both ways."""
    return round(min(1.0, max(0.0, (value - start) / (end - start))), 4)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _dark(facts: Facts) -> Aspect:
    light = facts.light
    median, blocked = _percent(light.median), _percent(light.blocked)
    lost = f", and {blocked} of the area is pure black" if light.blocked >= 0.02 else ""
    return Aspect(
        topics=("dark",),
        severity=max(_ramp(light.median, 0.32, 0.08), _ramp(light.blocked, 0.06, 0.4)),
        issue="underexposed overall, shadows swallow detail",
        finding=(
            f"The picture is dark: half of it lies below {median} brightness{lost}.",
            f"With a median brightness of {median} the scene sinks into its shadows{lost}.",
        ),
        advice=(
            "Give one stop more exposure, or turn the subject towards the light.",
            "Expose for the subject and check the left end of the histogram; add light if you can.",
        ),
        action="expose about one stop brighter",
        praise="" if light.blocked >= 0.02 else "the shadows keep their detail",
    )


def _bright(facts: Facts) -> Aspect:
    light = facts.light
    blown, median = _percent(light.blown), _percent(light.median)
    is_blown = light.blown >= 0.03
    findings = (
        f"{blown} of the area is pure white, where nothing can be brought back.",
        f"The highlights are lost on {blown} of the picture, and these patches pull the eye.",
    )
    if not is_blown:
        findings = (
            f"The picture is very bright: half of it lies above {median} brightness.",
            f"With a median brightness of {median} the light parts lose their modelling.",
        )
    return Aspect(
        topics=("bright",),
        severity=max(_ramp(light.blown, 0.03, 0.3), _ramp(light.median, 0.72, 0.95)),
        issue="blown highlights" if is_blown else "overexposed overall",
        finding=findings,
        advice=(
            (
                "Lower the exposure until the highlights keep their texture, and lift the shadows "
                "afterwards."
            ),
            "Meter on the brightest part that matters, or come back when the light is softer.",
        ),
        action="lower the exposure to hold the highlights",
        praise="the highlights hold their texture",
    )


def _flat(facts: Facts) -> Aspect:
    span = _percent(facts.light.contrast)
    return Aspect(
        topics=("flat",),
        severity=_ramp(facts.light.contrast, 0.5, 0.15),
        issue="low contrast, the picture looks flat",
        finding=(
            f"The tones span only {span} of the range from black to white, so forms look flat.",
            f"Contrast is low: from the dark to the light parts it is {span} of what is possible.",
        ),
        advice=(
            (
                "Wait for light from the side, or change your position so that light and shade model "
                "the forms."
            ),
            "Look for an angle with the light across the subject; a lens hood helps against haze.",
        ),
        action="shoot with light from the side for more contrast",
        praise=f"the tones use {span} of the range, which gives depth",
    )


def _cast(facts: Facts) -> Aspect:
    colour = facts.colour
    size = max(abs(colour.warmth) - 0.06, abs(colour.magenta) - 0.03, 0.0)
    by_warmth = abs(colour.warmth) - 0.06 >= abs(colour.magenta) - 0.03
    tone = ("yellow" if colour.warmth > 0 else "blue") if by_warmth else (
        "magenta" if colour.magenta > 0 else "green"
    )  # fmt: skip
    return Aspect(
        topics=("colour",),
        severity=0.0 if facts.colour.is_grey else 0.8 * _ramp(size, 0.02, 0.22),
        issue=f"{tone} colour cast",
        finding=(
            f"What should be neutral leans to {tone}, which colours the whole mood.",
            f"A {tone} cast lies over the neutral tones.",
        ),
        advice=(
            (
                "Set the white balance on something grey in the same light, or keep the cast only if "
                "it serves the mood."
            ),
            "Choose the white balance by hand for this light.",
        ),
        action="set the white balance for this light",
        praise="the black-and-white rendering is clean"
        if colour.is_grey
        else "the colours are neutral where they should be",
    )


def _strength(facts: Facts) -> Aspect:
    strength = facts.colour.colourfulness
    return Aspect(
        topics=("colour",),
        severity=0.7 * _ramp(strength, 95, 150),
        issue="colours so strong that they compete",
        finding=(
            f"The colours are very strong (colourfulness {strength:.0f}) and compete for the eye.",
        ),
        advice=("Let one colour lead: choose an angle that leaves the second strong colour out.",),
        action="let one colour lead",
        praise="the strong colours carry the picture"
        if strength > 55
        else "the restrained palette holds together",
    )


def _focus(facts: Facts) -> Aspect:
    sharp = facts.sharpness
    return Aspect(
        topics=("focus",),
        severity=max(
            _ramp(sharp.finest, 0.45, 0.15),
            0.6 * _ramp(sharp.on_subject, 0.6, 0.15) * _ramp(facts.subject.clarity, 0.1, 0.3),
        ),
        issue="soft where it should be sharp",
        finding=(
            (
                f"Fine detail is weak (sharpness {sharp.finest:.2f} of 1), and the subject shows "
                f"{sharp.on_subject:.1f} times the detail of its surroundings."
            ),
            (
                f"Edges are soft: {sharp.finest:.2f} on a scale to 1, "
                f"with {sharp.on_subject:.1f} times as much detail on the subject as around it."
            ),
        ),
        advice=(
            "Focus on the subject itself and use a shorter exposure or a support.",
            (
                "Put the focus point on the subject and steady the camera; one thousandth of a second "
                "freezes movement."
            ),
        ),
        action="focus on the subject and steady the camera",
        praise="the details are crisp"
        + (", above all on the subject" if sharp.on_subject > 1.8 else ""),
    )


def _tilt(facts: Facts) -> Aspect:
    lines = facts.lines
    side = "right" if lines.tilt > 0 else "left"
    size = abs(lines.tilt) if lines.tilt_confidence >= 0.25 else 0.0
    return Aspect(
        topics=("tilt",),
        severity=_ramp(size, 0.9, 4.0),
        issue="tilted horizon",
        finding=(
            f"Level lines fall to the {side} by about {abs(lines.tilt):.1f} degrees.",
            (
                f"The picture tilts: its level lines hang {abs(lines.tilt):.1f} degrees lower on the "
                f"{side}."
            ),
        ),
        advice=(
            "Level the camera with the grid in the viewfinder before you press the shutter.",
            "Straighten the horizon, best already when shooting, since turning later costs edges.",
        ),
        action="level the camera",
        praise="the level lines are straight" if lines.tilt_confidence >= 0.25 else "",
    )


def _placement(facts: Facts) -> Aspect:
    subject, balance = facts.subject, facts.balance
    is_clear = subject.clarity >= CLEAR
    excused = balance.mirror_sideways > 0.7
    severity = 0.55 * _ramp(subject.to_middle, 0.09, 0.0) if is_clear and not excused else 0.0
    x, y = _percent(subject.centre[0]), _percent(subject.centre[1])
    return Aspect(
        topics=("placement",),
        severity=severity,
        issue="subject dead centre without symmetry",
        finding=(
            (
                f"The weight sits almost in the middle ({x} from the left, {y} from the top), though "
                "nothing else is symmetric; the picture comes to rest too soon."
            ),
            (
                f"The main subject stands at {x} across and {y} down, nearly the exact middle, which "
                "makes the frame static."
            ),
        ),
        advice=(
            "Move the camera so that the subject falls on a third and looks into the open side.",
            "Take a step to the side and let the subject leave the middle.",
        ),
        action="place the subject on a third",
        praise="the symmetry is used on purpose"
        if excused
        else "the subject sits close to a crossing of the third lines"
        if is_clear and subject.to_thirds < 0.08
        else "",
    )


def _cut(facts: Facts) -> Aspect:
    subject = facts.subject
    sides = " and ".join(subject.touches) or "no"
    return Aspect(
        topics=("cut", "placement"),
        severity=0.75 * _ramp(subject.clarity, 0.05, 0.25) if subject.touches else 0.0,
        issue=f"subject touches the {sides} edge",
        finding=(
            f"What draws the eye most runs into the {sides} edge of the frame.",
            f"The heaviest part of the picture is cut by the {sides} edge.",
        ),
        advice=(
            (
                "Step back or turn the camera so that the subject has room on that side, or cut it "
                "clearly on purpose."
            ),
            "Leave some air between the subject and the edge.",
        ),
        action=f"leave room on the {sides} side",
        praise="" if subject.touches else "the subject has room on all sides",
    )


def _background(facts: Facts) -> Aspect:
    borders = facts.borders
    worst = max(range(4), key=lambda side: (borders.pull[side], -side))
    pull, side = borders.pull[worst], SIDES[worst]
    is_bright = borders.bright[worst] > 0.25
    what = "a bright patch" if is_bright else "busy detail"
    return Aspect(
        topics=("background",),
        severity=0.8 * _ramp(pull, 0.8, 2.0),
        issue=f"{what} distracts at the {side} edge",
        finding=(
            f"The {side} edge holds {pull:.1f} times an even share of the attention: {what} there.",
            f"The eye leaves by the {side} edge, where {what} weighs {pull:.1f} times its area.",
        ),
        advice=(
            (
                f"Check the {side} edge before you shoot; a small step or a tighter frame leaves it "
                "out."
            ),
            f"Recompose so that the {side} edge stays quiet, or crop it away.",
        ),
        action=f"keep the {side} edge quiet",
        praise="the edges are quiet and keep the eye inside",
    )


def _space(facts: Facts) -> Aspect:
    borders, subject = facts.borders, facts.subject
    room = max(range(4), key=lambda side: (borders.room[side], -side))
    empty = max(borders.empty)
    return Aspect(
        topics=("space",),
        severity=max(
            0.9 * _ramp(empty, 0.12, 0.4),
            0.6 * _ramp(subject.area, 0.04, 0.005) * _ramp(subject.clarity, 0.08, 0.2),
        ),
        issue="subject small in a frame with much unused room",
        finding=(
            (
                f"The subject takes {_percent(subject.area)} of the frame, and the room to the "
                f"{SIDES[room]} ({_percent(borders.room[room])}) is hardly used."
            ),
            (
                f"Much of the frame stays unused: the subject fills {_percent(subject.area)}, with "
                f"{_percent(borders.room[room])} left over on the {SIDES[room]} side."
            ),
        ),
        advice=(
            "Go closer or choose a longer lens until the subject fills more of the frame.",
            "Come nearer, or give the empty side something to say.",
        ),
        action="go closer to the subject",
        praise=f"the subject fills the frame well ({_percent(subject.area)})"
        if 0.12 < subject.area < 0.6
        else "",
    )


def _subject(facts: Facts) -> Aspect:
    subject, light = facts.subject, facts.light
    apart = _percent(abs(light.separation))
    return Aspect(
        topics=("subject", "background"),
        severity=0.7 * _ramp(subject.clarity, 0.16, 0.02),
        issue="no clear subject",
        finding=(
            (
                "Attention spreads over the whole frame; nothing leads, and the brightest contrast "
                f"sets only {apart} between the main place and its surroundings."
            ),
            (
                f"It is hard to say what the picture is about: the weight is scattered, with {apart} "
                "brightness difference at its heaviest place."
            ),
        ),
        advice=(
            (
                "Decide on one subject, go nearer, and let the rest fall out of focus or out of the "
                "frame."
            ),
            "Choose one thing and wait for light, colour or an empty background to set it apart.",
        ),
        action="choose one subject and set it apart",
        praise=f"the subject stands out from its surroundings ({apart} apart in brightness)",
    )


def _frame(facts: Facts) -> Aspect:
    """For a photo with nothing to say against it: what there still is to try."""
    subject = facts.subject
    area, away = _percent(subject.area), _percent(subject.to_thirds)
    return Aspect(
        topics=(),
        severity=0.01,
        issue="framing not yet as tight as it could be",
        finding=(
            (
                f"The subject takes {area} of the frame and stands {away} of the diagonal away from "
                "the nearest crossing of the third lines."
            ),
        ),
        advice=("Try one frame a step closer and one with the subject on a third, then compare.",),
        action="try a tighter frame",
    )


_RULES: Sequence[Callable[[Facts], Aspect]] = (
    _dark, _bright, _flat, _cast, _strength, _focus, _tilt, _placement, _cut, _background, _space,
    _subject,
)  # fmt: skip
