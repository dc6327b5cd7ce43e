"""Projects: list mine, make one, read and rename one."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonListView, ProjectView
from accounts.roles import Right, rights_of
from accounts.selectors.projects import projects_of
from accounts.services.projects import change_project, create_project
from core.web.bodies import StrictSerializer, parse


class ProjectSerializer(serializers.Serializer[Any]):
    """One body of work."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_demo = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ProjectDetailSerializer(ProjectSerializer):
    """The same, with what the caller may do in it."""

    rights = serializers.ListField(child=serializers.CharField())


class NewProjectSerializer(StrictSerializer):
    """A project to make."""

    slug = serializers.CharField(help_text="Lower-case letters, digits and hyphens.")
    name = serializers.CharField()
    description = serializers.CharField(required=False, allow_blank=True, default="")


class ProjectChangeSerializer(StrictSerializer):
    """What may change; what is left out stays."""

    name = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class ProjectsView(PersonListView):
    """/projects/."""

    serializer_class = ProjectSerializer

    @extend_schema(operation_id="projects_list", responses=ProjectSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The projects you are in, newest first."""
        return self.answer_page(projects_of(self.person))

    @extend_schema(request=NewProjectSerializer, responses={201: ProjectSerializer})
    def post(self, request: Request) -> Response:
        """Make a project; administrators only. You become its first curator."""
        project = create_project(**parse(NewProjectSerializer, request), by=self.person)
        return Response(ProjectSerializer(project).data, status=201)


class OneProjectView(ProjectView):
    """/projects/<slug>/. Reading needs only a role in the project, whichever it is."""

    rights: ClassVar[dict[str, Right | None]] = {"GET": None, "PATCH": Right.MANAGE_PROJECT}

    @extend_schema(operation_id="projects_retrieve", responses=ProjectDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One project and your rights in it."""
        return self._answer()

    @extend_schema(request=ProjectChangeSerializer, responses=ProjectDetailSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Another name or description; curators only."""
        now = {"name": self.project.name, "description": self.project.description}
        wanted = now | parse(ProjectChangeSerializer, request)
        self.project = change_project(project=self.project, by=self.person, **wanted)
        return self._answer()

    def _answer(self) -> Response:
        rights = sorted(right.value for right in rights_of(self.person, self.project))
        facts = ProjectSerializer(self.project).data
        return Response({**facts, "rights": rights})
