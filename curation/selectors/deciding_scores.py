"""Which crop scores decide what is best: those of votes counted here, else the means of a source."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from curation.models import Score, ScoreKind
from measures.statistics import mos

IMPORTED_MEAN = "imported_mean"


def deciding_scores(method: str = mos.METHOD) -> QuerySet[Score]:
    """Crop scores of this method; of photos without votes, the means that came with an import. The
    two are never mixed on one photo: they are two panels."""
    crops = Score.objects.filter(kind=ScoreKind.CROP)
    voted = crops.filter(photo_id=OuterRef("photo_id"), method__in=(mos.METHOD, method))
    return crops.filter(Q(method=method) | Q(~Exists(voted), method=IMPORTED_MEAN))
