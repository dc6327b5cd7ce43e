"""Are the proposed boxes crops at all: inside, large enough, of a usable shape, not the whole photo."""

from __future__ import annotations

from annotation.contents import CropsContent, ProposedCrop
from annotation.models import DraftKind
from catalog.models import Photo
from workers.verifiers import Check, Checked, Finding, Verifier

MIN_AREA = 0.05  # of the photo; a smaller frame is a detail, not a crop of the photo
MAX_RATIO = 4.0  # longer side over shorter, in pixels


class GeometryVerifier(Verifier):
    """Every box of a crop proposal, measured against its photo."""

    name = "geometry"
    title = "Boxes are usable crops"
    kinds = frozenset({DraftKind.CROPS})

    def check(self, check: Check) -> Checked:
        """Blocking when no box, or any box, cannot be used."""
        crops = CropsContent(**check.draft.content).crops
        if not crops:
            return Checked([Finding(self.name, "none", "It proposes no crop.")])
        found = [
            self._look(number, crop, check.draft.photo) for number, crop in enumerate(crops, 1)
        ]
        return Checked([finding for finding in found if finding is not None])

    def _look(self, number: int, crop: ProposedCrop, photo: Photo) -> Finding | None:
        box = crop.as_box()
        width, height = box.width * photo.width, box.height * photo.height
        if box.area < MIN_AREA:
            return self._say("small", f"Crop {number} keeps only {box.area:.0%} of the photo.")
        if max(width / height, height / width) > MAX_RATIO:
            return self._say("shape", f"Crop {number} is a strip of {width:.0f} x {height:.0f} px.")
        return None

    def _say(self, code: str, message: str) -> Finding:
        return Finding(self.name, code, message)
