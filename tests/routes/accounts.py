"""Who may enter the addresses of accounts, and those of the site itself."""

from __future__ import annotations

from typing import Any

from accounts.kinds import JOB_ENDED
from accounts.models import Notice
from accounts.services.invitations import write_invitation
from accounts.services.notifying import notify
from accounts.services.tokens import create_token
from core.models import Job, JobState
from tests.routes import (
    Row,
    World,
    administrators,
    everybody,
    members,
    of_project,
    only,
    signed_in,
)


def an_expert(world: World) -> dict[str, Any]:
    return {"person_id": world.people["expert"].pk}


def a_role(world: World) -> dict[str, Any]:
    return {**an_expert(world), "role": "expert"}


def an_invitation(world: World) -> dict[str, Any]:
    curator = world.people["curator"]
    made = write_invitation(
        project=world.project, email="nora@example.org", roles=["expert"], by=curator
    )
    return {"invitation_id": made[0].pk}


def a_token(world: World) -> dict[str, Any]:
    token, _ = create_token(user=world.people["lead"], name="laptop", scope="read", days=7)
    return {"token_id": token.pk}


def a_notice(world: World) -> dict[str, Any]:
    expert = world.people["expert"].pk
    notify(kind=JOB_ENDED, people=[expert], text="Done.", address="/work/", key="job/1")
    return {"notice_id": Notice.objects.filter(person_id=expert).latest("pk").pk}


def a_job(world: World, state: JobState = JobState.QUEUED) -> dict[str, Any]:
    job = Job.objects.create(
        kind="catalog.regroup",
        scope=world.project.scope,
        state=state,
        params={"project": world.project.pk},  # other rows may work off what waits
    )
    return {"job_id": job.pk}


def a_failed_job(world: World) -> dict[str, Any]:
    return a_job(world, JobState.FAILED)


STUDIO = of_project("lead", "curator", "researcher")
WATCHERS = of_project("lead", "curator")
CURATORS = of_project("curator")

ROWS = [
    Row("healthz", everybody()),
    Row("readyz", everybody()),
    Row("api-schema", signed_in()),
    Row("accounts:api-docs", signed_in()),
    Row("accounts:home", signed_in()),
    Row("accounts:session", signed_in()),
    Row("accounts:sign-in", everybody()),
    Row("accounts:sign-in", everybody(), "POST"),
    Row("accounts:sign-out", everybody(), "POST"),
    Row("accounts:forgot", everybody()),
    Row("accounts:forgot", everybody(), "POST"),
    Row("accounts:open-reset", everybody(), args=lambda w: {"uid": "MQ", "token": "unknown"}),
    # Without a good link there is no password to choose; tests/accounts has the rest.
    Row("accounts:reset", {**dict.fromkeys(everybody(), "missing")}),
    Row("accounts:reset", {**dict.fromkeys(everybody(), "missing")}, "POST"),
    Row("accounts:open-invitation", everybody(), args=lambda w: {"secret": "unknown"}),
    # Without an invitation in the session there is nothing to accept; tests/accounts has the rest.
    Row("accounts:join", {**dict.fromkeys(everybody(), "missing")}),
    Row("accounts:join", {**dict.fromkeys(everybody(), "missing")}, "POST"),
    Row("accounts:account", signed_in()),
    Row("accounts:notices", signed_in()),
    Row("accounts:read-notices", signed_in(), "POST"),
    Row("accounts:notice-settings", signed_in()),
    Row("accounts:notice-settings", signed_in(), "POST"),
    Row("accounts:profile", signed_in()),
    Row("accounts:profile", signed_in(), "POST"),
    Row("accounts:consent", signed_in(), "POST"),
    Row("accounts:open-notice", only("expert"), args=a_notice),
    Row("api:notices", signed_in()),
    Row("api:notices", signed_in(), "PATCH", body={"ids": [1], "all": False}),
    Row("api:notice-count", signed_in()),
    Row("accounts:rename", signed_in(), "POST"),
    Row("accounts:password", signed_in()),
    Row("accounts:password", signed_in(), "POST"),
    Row("accounts:keys", signed_in()),
    Row("accounts:keys", signed_in(), "POST"),
    Row("accounts:make-token", signed_in(), "POST"),
    Row("accounts:end-token", only("lead"), "POST", a_token),
    Row("accounts:new-project", administrators()),
    Row("accounts:new-project", administrators(), "POST"),
    Row("accounts:project", members()),
    Row("accounts:settings", CURATORS),
    Row("accounts:settings", CURATORS, "POST"),
    Row("accounts:people", WATCHERS),
    Row("accounts:send-invitation", CURATORS, "POST"),
    Row("accounts:close-invitation", CURATORS, "POST", an_invitation),
    Row(
        "accounts:set-role",
        CURATORS,
        "POST",
        an_expert,
        body={"role": "lead", "act": "grant"},
    ),
    Row("accounts:remove-person", CURATORS, "POST", an_expert),
    Row("accounts:audit", WATCHERS),
    Row("accounts:jobs", STUDIO),
    Row("accounts:job", STUDIO, args=a_job),
    Row("accounts:cancel-job", CURATORS, "POST", a_job),
    Row("accounts:retry-job", CURATORS, "POST", a_failed_job),
    Row("api:me", signed_in()),
    Row("api:preferences", signed_in()),
    Row("api:preferences", signed_in(), "PATCH"),
    Row("api:profile", signed_in()),
    Row("api:profile", signed_in(), "PATCH"),
    Row("api:tokens", signed_in()),
    Row("api:tokens", signed_in(), "POST"),
    Row("api:token", only("lead"), "DELETE", a_token),
    Row("api:projects", signed_in()),
    Row("api:projects", administrators(), "POST", body={"slug": "two", "name": "Two"}),
    Row("api:project", members()),
    Row("api:project", CURATORS, "PATCH"),
    Row("api:people", WATCHERS),
    Row("api:person", WATCHERS, args=an_expert),
    Row("api:person", CURATORS, "DELETE", an_expert),
    Row("api:person-profile", WATCHERS, args=an_expert),
    Row("api:roles", CURATORS, "POST", an_expert, body={"role": "lead"}),
    Row("api:role", CURATORS, "DELETE", a_role),
    Row("api:invitations", CURATORS),
    Row("api:invitations", CURATORS, "POST"),
    Row("api:invitation", CURATORS, "DELETE", an_invitation),
    Row("api:audit", WATCHERS),
    Row("api:jobs", STUDIO),
    Row("api:job", STUDIO, args=a_job),
    Row("api:cancel-job", CURATORS, "POST", a_job),
    Row("api:retry-job", CURATORS, "POST", a_failed_job),
]
