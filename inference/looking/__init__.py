"""Looking at a photo without a model: facts measured from its pixels, each with a unit.

`look` measures everything once on small copies of the photo (the longest side 256 px; 768 px for
sharpness), so that a photo of any size costs a few tens of milliseconds. The same bytes always
give the same facts. Positions are fractions [0, 1] of the upright photo, from its top left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from inference.looking.balance import BalanceFacts, measure_balance
from inference.looking.borders import BorderFacts, measure_borders
from inference.looking.colour import ColourFacts, measure_colour
from inference.looking.light import LightFacts, measure_light
from inference.looking.lines import LineFacts, measure_lines
from inference.looking.pixels import Grid, Pixels, open_pixels
from inference.looking.sharpness import SharpnessFacts, measure_sharpness
from inference.looking.subject import SubjectFacts, find_subject
from inference.looking.weight import weigh

__all__ = ["Facts", "View", "look", "view"]

# As many photos as a process works on at once: some megabytes.
KEPT = 64


@dataclass(frozen=True)
class Facts:
    """All that is measured from one photo. ``aspect`` is width over height."""

    aspect: float
    light: LightFacts
    colour: ColourFacts
    sharpness: SharpnessFacts
    subject: SubjectFacts
    lines: LineFacts
    balance: BalanceFacts
    borders: BorderFacts


@dataclass(frozen=True)
class View:
    """The facts with the small pixels and the weight map that crops are scored on.

    ``weight`` sums to 1; ``mask`` is True on the subject; both have the small pixels' size.
    """

    facts: Facts
    pixels: Pixels
    weight: Grid
    mask: Grid


def view(image: bytes) -> View:
    """Looks at one photo (JPEG or PNG bytes); `InvalidInput` if it is no readable picture."""
    pixels = open_pixels(image)
    weight = weigh(pixels)
    subject, mask = find_subject(pixels, weight)
    facts = Facts(
        aspect=round(pixels.width / pixels.height, 4),
        light=measure_light(pixels, mask),
        colour=measure_colour(pixels),
        sharpness=measure_sharpness(pixels, mask),
        subject=subject,
        lines=measure_lines(pixels),
        balance=measure_balance(pixels, weight),
        borders=measure_borders(pixels, weight, mask, subject),
    )
    return View(facts, pixels, weight, mask)


@lru_cache(maxsize=KEPT)
def look(image: bytes) -> Facts:
    """Only the facts of one photo; those of the last photos are kept, as several steps ask."""
    return view(image).facts
