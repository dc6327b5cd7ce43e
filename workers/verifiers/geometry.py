"""Are the proposed boxes crops at all: large enough, of a usable shape, not the whole photo, and
each another than the rest. That they lie inside is a matter of their shape."""

from __future__ import annotations

from annotation.contents import CropsContent, ProposedCrop
from annotation.models import DraftKind
from catalog.models import Photo
from workers.verifiers import Check, Checked, Finding, Verifier

MIN_AREA = 0.05  # of the photo; a smaller frame is a detail, not a crop of the photo
MAX_RATIO = 4.0  # longer side over shorter, in pixels
WHOLE_AREA = 0.97  # of the photo; what keeps more crops nothing away
SAME_IOU = 0.92  # two boxes that overlap more show the same picture


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
        return Checked([finding for finding in found if finding is not None] + self._alike(crops))

    def _look(self, number: int, crop: ProposedCrop, photo: Photo) -> Finding | None:
        box = crop.as_box()
        width, height = box.width * photo.width, box.height * photo.height
        if box.area < MIN_AREA:
            return self._say("small", f"Crop {number} keeps only {box.area:.0%} of the photo.")
        if max(width / height, height / width) > MAX_RATIO:
            return self._say("shape", f"Crop {number} is a strip of {width:.0f} x {height:.0f} px.")
        if box.area > WHOLE_AREA:
            # A photo may well be best as it is: this is worth a word, not a rejection.
            words = f"Crop {number} keeps nearly the whole photo."
            return Finding(self.name, "whole", words, is_blocking=False)
        return None

    def _alike(self, crops: list[ProposedCrop]) -> list[Finding]:
        """Each box that repeats an earlier one."""
        found = []
        for later, crop in enumerate(crops, 1):
            for number, other in enumerate(crops[: later - 1], 1):
                if crop.as_box().iou(other.as_box()) > SAME_IOU:
                    words = f"Crop {later} is nearly the same as crop {number}."
                    found.append(Finding(self.name, "same", words, is_blocking=False))
                    break
        return found

    def _say(self, code: str, message: str) -> Finding:
        return Finding(self.name, code, message)
