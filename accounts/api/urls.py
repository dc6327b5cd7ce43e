from __future__ import annotations

from django.urls import path

from accounts.api import (
    audit,
    invitations,
    jobs,
    me,
    notices,
    people,
    preferences,
    profiles,
    projects,
    tokens,
)

P = "projects/<slug:slug>"

urlpatterns = [
    path("me/", me.MeView.as_view(), name="me"),
    path("me/preferences/", preferences.PreferencesView.as_view(), name="preferences"),
    path("me/profile/", profiles.MyProfileView.as_view(), name="profile"),
    path("me/notices/", notices.NoticesView.as_view(), name="notices"),
    path("me/notices/count/", notices.NoticeCountView.as_view(), name="notice-count"),
    path("me/tokens/", tokens.TokensView.as_view(), name="tokens"),
    path("me/tokens/<int:token_id>/", tokens.OneTokenView.as_view(), name="token"),
    path("projects/", projects.ProjectsView.as_view(), name="projects"),
    path(f"{P}/", projects.OneProjectView.as_view(), name="project"),
    path(f"{P}/people/", people.PeopleView.as_view(), name="people"),
    path(f"{P}/people/<int:person_id>/", people.PersonOfProjectView.as_view(), name="person"),
    path(
        f"{P}/people/<int:person_id>/profile/",
        profiles.ProfileOfPersonView.as_view(),
        name="person-profile",
    ),
    path(f"{P}/people/<int:person_id>/roles/", people.RolesView.as_view(), name="roles"),
    path(
        f"{P}/people/<int:person_id>/roles/<str:role>/", people.OneRoleView.as_view(), name="role"
    ),
    path(f"{P}/invitations/", invitations.InvitationsView.as_view(), name="invitations"),
    path(
        f"{P}/invitations/<int:invitation_id>/",
        invitations.OneInvitationView.as_view(),
        name="invitation",
    ),
    path(f"{P}/audit/", audit.AuditView.as_view(), name="audit"),
    path(f"{P}/jobs/", jobs.JobsView.as_view(), name="jobs"),
    path(f"{P}/jobs/<uuid:job_id>/", jobs.OneJobView.as_view(), name="job"),
    path(f"{P}/jobs/<uuid:job_id>/cancel/", jobs.CancelJobView.as_view(), name="cancel-job"),
    path(f"{P}/jobs/<uuid:job_id>/retry/", jobs.RetryJobView.as_view(), name="retry-job"),
]
