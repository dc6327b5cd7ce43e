"""The doors of the API: who is in the project, with which right, asking which query names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Project, User
from accounts.roles import Right, require
from accounts.selectors.projects import project_for
from core.web.paging import NewestFirst
from core.web.queries import StrictQuery


class PersonView(StrictQuery, APIView):
    """An endpoint for any signed-in person; ``self.person`` is who asks."""

    @property
    def person(self) -> User:
        """The signed-in person."""
        return cast("User", self.request.user)  # IsAuthenticated let the request in


class ProjectAccess(StrictQuery):
    """Mix-in of views under ``/api/v1/projects/<slug>/``: sets ``project`` and asks for the right.

    ``rights`` names the right each method needs, ``None`` where any role in the project will do.
    Strangers get 404, members without the right 403.
    """

    rights: ClassVar[Mapping[str, Right | None]] = {}
    project: Project

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's hook, after authentication and before the handler."""
        super().initial(request, *args, **kwargs)
        self.project = project_for(request.user, kwargs["slug"])
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.rights:
            if method != "OPTIONS" and hasattr(self, method.lower()):
                raise TypeError(f"{type(self).__name__} does not say which right {method} needs.")
            return
        right = self.rights[method]
        if right is not None:
            require(request.user, right, self.project)


class ProjectView(ProjectAccess, PersonView):
    """An endpoint of a project that answers by hand."""


class Paged(GenericAPIView[Any]):
    """Mix-in of views over many rows; they set ``serializer_class`` and ``pagination_class``.

    ``self.answer_page(rows)`` filters by ``filterset_class``, cuts one page and serializes it. A
    view with a ``filterset_class`` also sets ``queryset = Model.objects.none()``, from which the
    schema learns the kinds of its filters; the rows come from a selector.
    """

    queryset: QuerySet[Any] | None = Project.objects.none()
    pagination_class = NewestFirst

    def answer_page(self, rows: QuerySet[Any]) -> Response:
        """One page of ``rows`` in the list shape: ``next``, ``previous``, ``results``."""
        kept = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(kept, many=True).data)


class PersonListView(PersonView, Paged):
    """A list for any signed-in person."""


class ProjectListView(ProjectAccess, PersonView, Paged):
    """A list of a project."""
