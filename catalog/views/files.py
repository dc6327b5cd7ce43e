"""Picture files: who may see the photo may have its renditions; curators its original."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.roles import Right, require
from accounts.views.page import PersonRequest, signed_in
from catalog.models import Photo
from catalog.serving import original_response, rendition_response
from core.errors import NotFound

MISSING = "There is no such photo, or you are not in its project."


@require_safe
@signed_in
def rendition(request: PersonRequest, pk: int, size: int) -> HttpResponseBase:
    """The upright JPEG of at least ``size`` pixels, or the largest there is."""
    photo = _photo(request, pk, Right.SEE_PHOTOS)
    return rendition_response(photo, size)


@require_safe
@signed_in
def original(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The file as it came in, to keep; browsers never show it in place."""
    return original_response(_photo(request, pk, Right.IMPORT_PHOTOS))


def _photo(request: PersonRequest, pk: int, right: Right) -> Photo:
    photo = Photo.objects.select_related("project").filter(pk=pk).first()
    if photo is None:
        raise NotFound(MISSING)
    try:
        require(request.user, right, photo.project)
    except NotFound as error:  # a stranger learns nothing, not even that the photo exists
        raise NotFound(MISSING) from error
    return photo
