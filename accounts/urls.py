from __future__ import annotations

from django.urls import path

from accounts.views import (
    account,
    api_docs,
    audit,
    home,
    jobs,
    joining,
    keys,
    notices,
    people,
    profile,
    resetting,
    signing_in,
)

app_name = "accounts"
P = "p/<slug:slug>"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signing_in.SignInView.as_view(), name="sign-in"),
    path("sign-out/", signing_in.SignOutView.as_view(), name="sign-out"),
    path("forgot-password/", resetting.forgot, name="forgot"),
    path("reset/", resetting.reset, name="reset"),
    path("reset/<str:uid>/<str:token>/", resetting.open_reset, name="open-reset"),
    path("join/", joining.join, name="join"),
    path("join/<str:secret>/", joining.open_invitation, name="open-invitation"),
    path("account/", account.account, name="account"),
    path("account/session/", account.session, name="session"),
    path("account/name/", account.rename, name="rename"),
    path("account/password/", account.password, name="password"),
    path("account/keys/", keys.keys, name="keys"),
    path("account/notices/", notices.notices, name="notices"),
    path("account/notices/read/", notices.read, name="read-notices"),
    path("account/notices/settings/", notices.notice_settings, name="notice-settings"),
    path("account/notices/<int:notice_id>/", notices.open_notice, name="open-notice"),
    path("account/profile/", profile.profile, name="profile"),
    path("account/profile/consent/", profile.consent, name="consent"),
    path("account/tokens/", account.make_token, name="make-token"),
    path("account/tokens/<int:token_id>/revoke/", account.end_token, name="end-token"),
    path("api/docs/", api_docs.api_docs, name="api-docs"),
    path("projects/new/", home.new_project, name="new-project"),
    path(f"{P}/", home.project_door, name="project"),
    path(f"{P}/settings/", home.project_settings, name="settings"),
    path(f"{P}/people/", people.people, name="people"),
    path(f"{P}/people/invitations/", people.send_invitation, name="send-invitation"),
    path(
        f"{P}/people/invitations/<int:invitation_id>/revoke/",
        people.close_invitation,
        name="close-invitation",
    ),
    path(f"{P}/people/<int:person_id>/role/", people.set_role, name="set-role"),
    path(f"{P}/people/<int:person_id>/remove/", people.remove, name="remove-person"),
    path(f"{P}/audit/", audit.audit_log, name="audit"),
    path(f"{P}/jobs/", jobs.jobs, name="jobs"),
    path(f"{P}/jobs/<uuid:job_id>/", jobs.job, name="job"),
    path(f"{P}/jobs/<uuid:job_id>/cancel/", jobs.cancel, name="cancel-job"),
    path(f"{P}/jobs/<uuid:job_id>/retry/", jobs.retry, name="retry-job"),
]
