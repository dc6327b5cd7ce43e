"""Are the elements of a composition there at all, as far as the photo can be measured?"""

from __future__ import annotations

from annotation.contents import CompositionContent, FoundElement
from annotation.models import DraftKind
from inference.looking import View, view
from inference.looking.edges import Edges, find_edges
from inference.looking.segments import support
from measures.geometry.elements import Element, Geometry, geometry_of, title_of
from workers.verifiers import Check, Checked, Finding, Verifier

LINES = {Element.HORIZONTAL, Element.VERTICAL, Element.DIAGONAL, Element.VANISHING_POINT}
ALONG = 0.25  # least share of a line that runs along an edge
MIRRORED = 0.25  # least correlation with the mirror image
MIDDLE = 0.06  # how near to the middle an axis must lie for the mirror image to tell
DRAWS = 0.8  # least share of the visual weight in a subject's box, against its share of the area


class CompositionSeenVerifier(Verifier):
    """Lines against edges, symmetry against the mirror image, subjects against visual weight."""

    name = "composition_seen"
    title = "Composition elements are to be seen"
    kinds = frozenset({DraftKind.COMPOSITION})

    def check(self, check: Check) -> Checked:
        """The photo is only measured when there is an element to hold against it."""
        elements = CompositionContent.model_validate(check.draft.content).elements
        if not elements:
            return Checked()
        seen = view(check.picture())
        edges = find_edges(seen.pixels)
        found: list[Finding] = []
        for number, element in enumerate(elements, start=1):
            doubt = _doubt(element, seen, edges)
            if doubt:
                words = f"Element {number}, {title_of(element.name).lower()}: {doubt}."
                found.append(Finding(self.name, "not_seen", words))
        return Checked(found)


def _doubt(element: FoundElement, seen: View, edges: Edges) -> str:
    """What measuring says against an element, in words; empty where it says nothing."""
    if element.name in LINES:
        share = support(edges, element.points)
        return f"only {share:.0%} of it runs along an edge" if share < ALONG else ""
    if element.name is Element.SYMMETRIC:
        return _unlike(element, seen)
    if geometry_of(element.name) is Geometry.BOX:
        return _light(element, seen)
    return ""


def _unlike(element: FoundElement, seen: View) -> str:
    """Only an axis through the middle can be held against the mirror image of the whole photo."""
    x1, y1, x2, y2 = element.points
    balance = seen.facts.balance
    if abs((x1 + x2) / 2 - 0.5) < MIDDLE and abs(x2 - x1) < abs(y2 - y1):
        likeness = balance.mirror_sideways
    elif abs((y1 + y2) / 2 - 0.5) < MIDDLE and abs(y2 - y1) < abs(x2 - x1):
        likeness = balance.mirror_updown
    else:
        return ""
    return f"the sides are alike by only {likeness:.2f} of 1" if likeness < MIRRORED else ""


def _light(element: FoundElement, seen: View) -> str:
    x1, y1, x2, y2 = element.points
    height, width = seen.weight.shape
    rows = slice(int(y1 * height), max(int(y1 * height) + 1, round(y2 * height)))
    columns = slice(int(x1 * width), max(int(x1 * width) + 1, round(x2 * width)))
    weight, area = float(seen.weight[rows, columns].sum()), (x2 - x1) * (y2 - y1)
    if weight >= DRAWS * area:
        return ""
    return f"its box holds {weight:.0%} of what draws the eye on {area:.0%} of the photo"
