"""Saved selections of photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.roles import Right
from catalog.models import SavedSelection
from catalog.selectors.photos import photos_of
from catalog.services.selections import delete_selection, rename_selection, save_selection
from core.errors import InvalidInput
from core.web.bodies import StrictSerializer, parse
from core.web.queries import refuse_unknown
from curation.selectors.selections import (
    SelectionFilter,
    filtered_photos,
    in_words,
    photos_in,
    selection_in,
    selections_of,
)

SEE: Mapping[str, Right | None] = {"GET": Right.SEE_QUALITY}


class NewSelectionSerializer(StrictSerializer):
    """``filter``: names and values as the page's address has them (state, min_score, flag,
    not_answered_in, ...); or the ids of photos."""

    name = serializers.CharField(max_length=120)
    filter = serializers.DictField(child=serializers.CharField(max_length=200), required=False)
    photo_ids = serializers.ListField(
        child=serializers.IntegerField(), required=False, max_length=100_000
    )


class SelectionNameSerializer(StrictSerializer):
    """Another name."""

    name = serializers.CharField(max_length=120)


class SelectionSerializer(serializers.Serializer[Any]):
    """A saved selection; ``words`` say how it was made."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    photo_count = serializers.IntegerField()
    made_by = serializers.DictField()
    words = serializers.CharField()
    created_at = serializers.DateTimeField()


class SelectedPhotoSerializer(serializers.Serializer[Any]):
    """The number of a photo."""

    id = serializers.IntegerField(source="pk")


class SelectionsView(ProjectListView):
    """/selections/."""

    rights: ClassVar[Mapping[str, Right | None]] = {**SEE, "POST": Right.SAVE_SELECTIONS}
    serializer_class = SelectionSerializer
    queryset = SavedSelection.objects.none()

    @extend_schema(operation_id="selections_list", responses=SelectionSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's saved selections, newest first."""
        return self.answer_page(selections_of(self.project))

    @extend_schema(request=NewSelectionSerializer, responses={201: SelectionSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Save what a filter finds now, or these photos; the list never changes afterwards."""
        body = parse(NewSelectionSerializer, request)
        given, ids = body.get("filter") or {}, body.get("photo_ids")
        if given and ids is not None:
            raise InvalidInput("Give a filter or photos, not both.", field="photo_ids")
        refuse_unknown(given, SelectionFilter.base_filters)
        if ids is None:
            chosen, photos = filtered_photos(self.project, given, self.person)
            words, made_by = in_words(chosen), given
        else:
            photos = photos_of(self.project).filter(pk__in=ids)
            words, made_by = "Photos by number", {}
        row = save_selection(
            project=self.project, name=body["name"], photos=photos, made_by=made_by, words=words,
            by=self.person,
        )  # fmt: skip
        return Response(SelectionSerializer(row).data, status=201)


class OneSelectionView(ProjectView):
    """/selections/<id>/."""

    rights: ClassVar[Mapping[str, Right | None]] = {
        **SEE, "PATCH": Right.SAVE_SELECTIONS, "DELETE": Right.SAVE_SELECTIONS,
    }  # fmt: skip

    @extend_schema(responses=SelectionSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One selection."""
        return Response(SelectionSerializer(selection_in(self.project, pk)).data)

    @extend_schema(request=SelectionNameSerializer, responses=SelectionSerializer)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Rename it."""
        name = parse(SelectionNameSerializer, request)["name"]
        row = rename_selection(selection=selection_in(self.project, pk), name=name, by=self.person)
        return Response(SelectionSerializer(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Forget the list; photos and campaigns stay."""
        delete_selection(selection=selection_in(self.project, pk), by=self.person)
        return Response(status=204)


class SelectionPhotosView(ProjectListView):
    """/selections/<id>/photos/."""

    rights: ClassVar[Mapping[str, Right | None]] = SEE
    serializer_class = SelectedPhotoSerializer
    queryset = SavedSelection.objects.none()

    @extend_schema(responses=SelectedPhotoSerializer(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """The numbers of its photos."""
        return self.answer_page(photos_in(selection_in(self.project, pk)).only("pk"))
