"""Is the box of a question region usable: large enough to see, and around the box it grew from."""

from __future__ import annotations

from annotation.contents import RegionContent
from annotation.models import DraftKind
from measures.boxes import Box
from measures.geometry.regions import problems_of
from workers.verifiers import Check, Checked, Finding, Verifier


class RegionVerifier(Verifier):
    """That the box lies on the photo is a matter of its shape."""

    name = "region"
    title = "Regions are usable"
    kinds = frozenset({DraftKind.REGION})

    def check(self, check: Check) -> Checked:
        """Blocking where the region shows nothing or loses what was found."""
        content = RegionContent(**check.draft.content)
        photo = check.draft.photo
        found = Box(*content.found) if content.found is not None else None
        problems = problems_of(
            content.as_box(), found, (photo.width, photo.height), will_grow=content.will_grow
        )
        return Checked([Finding(self.name, p.code, p.words, p.is_grave) for p in problems])
