"""Who may enter the addresses of the experts' work and of campaigns."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from annotation.models import (
    Assignment,
    Campaign,
    Discussion,
    GuidelinesExample,
    Item,
    SavedView,
    TrainingItem,
)
from annotation.selectors.item_filter import ItemFilter
from annotation.services.bulk import start_bulk_act
from annotation.services.campaigns import add_selection
from annotation.services.discussing import add_message, flag_item
from annotation.services.guidelines import Example, write_guidelines
from annotation.services.saved_views import save_view
from annotation.services.training import add_own
from annotation.subjects import Selection
from tests.annotation.build import answered, claimed, make_campaign
from tests.catalog.imports import imported_photo
from tests.routes import IN, MISSING, Row, World, of_project, only, signed_in

WORKERS = of_project("expert", "lead")
STUDIO = of_project("lead", "curator", "researcher")
LEADS = of_project("lead")
MINE = only("expert")
KEEPERS = {**STUDIO, **dict.fromkeys(("curator", "researcher", "administrator"), MISSING)}
SUBMIT = {"submission_id": str(uuid4()), "answer": {"score": 5}}


def a_campaign(world: World) -> dict[str, Any]:
    return {"campaign_id": make_campaign(world.project, photos=3).pk}


def a_training_item(world: World) -> dict[str, Any]:
    lead = world.people["lead"]
    assert lead is not None
    campaign = make_campaign(world.project, is_open=False)
    add_own(campaign=campaign, photo_ids=[campaign.items.get().photo_id], by=lead)
    return {"campaign_id": campaign.pk, "training_item_id": campaign.training_items.get().pk}


def an_example(world: World) -> dict[str, Any]:
    lead, curator = world.people["lead"], world.people["curator"]
    assert lead is not None and curator is not None
    campaign = make_campaign(world.project, photos=0, is_open=False)
    photo = imported_photo(world.project, curator)
    example = Example(photo.pk, "A level horizon.", is_good=True)
    write_guidelines(campaign=campaign, text="Look.", examples=[example], by=lead)
    row = GuidelinesExample.objects.get(guidelines__campaign=campaign)
    return {"campaign_id": campaign.pk, "example_id": row.pk}


def somebody_in_training(world: World) -> dict[str, Any]:
    expert, args = world.people["expert"], a_training_item(world)
    assert expert is not None
    Campaign.objects.filter(pk=args["campaign_id"]).update(conduct={"pass_marks": [0.5]})
    TrainingItem.objects.filter(pk=args["training_item_id"]).update(answer={"score": 5})
    return {"campaign_id": args["campaign_id"], "person_id": expert.pk}


def an_item(world: World) -> dict[str, Any]:
    return {"item_id": make_campaign(world.project).items.get().pk}


def _held(world: World, campaign: Campaign | None = None) -> Assignment:
    expert = world.people["expert"]
    assert expert is not None
    return claimed(campaign or make_campaign(world.project), expert)


def an_assignment(world: World) -> dict[str, Any]:
    return {"assignment_id": _held(world).pk}


def a_picture(world: World) -> dict[str, Any]:
    campaign = make_campaign(world.project, photos=0, is_open=False)
    curator = world.people["curator"]
    assert curator is not None
    photo = imported_photo(world.project, curator)
    add_selection(campaign=campaign, selection=Selection((photo.pk,)), by=None)
    Campaign.objects.filter(pk=campaign.pk).update(state="open")
    campaign.refresh_from_db()
    return {"assignment_id": _held(world, campaign).pk, "place": "photo"}


def a_previewed_photo(world: World) -> dict[str, Any]:
    curator = world.people["curator"]
    assert curator is not None
    return {"photo_id": imported_photo(world.project, curator).pk}


def a_previewed_picture(world: World) -> dict[str, Any]:
    return {**a_previewed_photo(world), "place": "photo"}


def a_session(world: World) -> dict[str, Any]:
    campaign = make_campaign(world.project, photos=2, session_count=2)
    return {"campaign_id": campaign.pk, "number": 1}


def a_bulk_act(world: World) -> dict[str, Any]:
    lead, campaign = world.people["lead"], make_campaign(world.project)
    assert lead is not None
    act = start_bulk_act(campaign=campaign, kind="aside", chosen=ItemFilter(), by=lead)
    return {"campaign_id": campaign.pk, "act_id": act.pk}


def a_view(world: World) -> dict[str, Any]:
    lead = world.people["lead"]
    assert lead is not None
    name = f"Open {SavedView.objects.count()}"
    view = save_view(project=world.project, person=lead, name=name, query={"state": "open"})
    return {"view_id": view.pk}


def a_view_of_the_list(world: World) -> dict[str, Any]:
    return {**a_campaign(world), **a_view(world)}


def a_lease(world: World) -> dict[str, Any]:
    held = _held(world)
    return {"campaign_id": held.campaign_id, "assignment_id": held.pk}


def an_answer(world: World) -> dict[str, Any]:
    return {"response_id": answered(_held(world)).pk}


def a_discussion(world: World) -> dict[str, Any]:
    held = _held(world)
    answered(held)
    item = Item.objects.get(pk=held.item_id)
    flag_item(item=item, by=held.person, reason="Look again.")
    return {"discussion_id": Discussion.objects.get(item=item).pk}


def a_message(world: World) -> dict[str, Any]:
    item = Item.objects.get(discussion=a_discussion(world)["discussion_id"])
    expert = world.people["expert"]
    assert expert is not None
    return {"message_id": add_message(item=item, author=expert, text="Hello.").pk}


NEW = "?item_type=photo_score"
FLAG = {"reason": "Look again."}
COPY = {"content": {"score": 3}, "version": 0}

ROWS = [
    Row("annotation:my-hours", signed_in()),
    Row("annotation:my-hours-csv", signed_in()),
    Row("annotation:set-time-zone", signed_in(), "POST"),
    Row("annotation:project-hours", of_project("lead", "curator")),
    Row(
        "annotation:person",
        of_project("lead", "curator"),
        args=lambda w: {"person_id": w.people["expert"].pk},
    ),
    Row("annotation:people-csv", of_project("curator")),
    Row("annotation:project-hours-csv", of_project("lead", "curator")),
    Row("api:work-hours", signed_in()),
    Row("api:project-hours", of_project("lead", "curator")),
    Row("annotation:my-work", signed_in()),
    Row("annotation:my-answers", signed_in()),
    Row("annotation:workspace", WORKERS, args=a_campaign),
    Row("annotation:image", MINE, args=a_picture),
    Row("annotation:discussion", MINE, args=a_discussion),
    Row("annotation:discussion-say", MINE, "POST", a_discussion, {"text": "Hello."}),
    Row("annotation:campaigns", STUDIO),
    Row("annotation:new-campaign", LEADS),
    Row("annotation:new-campaign", LEADS, "POST", query=NEW),
    Row("annotation:estimate", LEADS, "POST", query=NEW),
    Row("annotation:preview", LEADS, "POST", query=NEW),
    Row("annotation:preview-frame", LEADS, args=a_previewed_photo, query=NEW),
    Row("annotation:preview-picture", LEADS, args=a_previewed_picture, query=NEW),
    Row("annotation:campaign", STUDIO, args=a_campaign),
    Row("annotation:open-campaign", LEADS, "POST", a_campaign),
    Row("annotation:pause-campaign", LEADS, "POST", a_campaign),
    Row("annotation:close-campaign", LEADS, "POST", a_campaign),
    Row("annotation:add-subjects", LEADS, "POST", a_campaign),
    Row("annotation:guidelines", LEADS, args=a_campaign),
    Row("annotation:guidelines", LEADS, "POST", a_campaign, {"guidelines": "Look."}),
    Row("annotation:guidelines-example", STUDIO, args=an_example),
    Row("annotation:qualification", STUDIO, args=a_campaign),
    Row("annotation:add-training", LEADS, "POST", a_campaign, {}),
    Row("annotation:answer-training", LEADS, args=a_campaign),
    Row("annotation:change-training", LEADS, "POST", a_training_item, {"words": "So."}),
    Row(
        "annotation:decide-training",
        LEADS,
        "POST",
        somebody_in_training,
        {"act": "pass", "reason": "So."},
    ),
    Row("annotation:now", STUDIO),
    Row("annotation:sessions", STUDIO, args=a_campaign),
    Row("annotation:sessions-csv", STUDIO, args=a_campaign),
    Row("annotation:design-csv", STUDIO, args=a_campaign),
    Row("annotation:give-session", LEADS, "POST", a_session),
    Row("annotation:deal-sessions", LEADS, "POST", a_campaign),
    Row("annotation:return-lease", LEADS, "POST", a_lease),
    Row("annotation:items", STUDIO, args=a_campaign),
    Row("annotation:bulk", LEADS, args=a_campaign),
    Row("annotation:bulk", LEADS, "POST", a_campaign, {}),
    Row("annotation:undo-bulk", LEADS, "POST", a_bulk_act),
    Row("annotation:keep-view", STUDIO, "POST", a_campaign, {}),
    Row("annotation:drop-view", KEEPERS, "POST", a_view_of_the_list),
    Row("annotation:flags", STUDIO, args=a_campaign),
    Row("annotation:review", LEADS, args=a_campaign),
    Row("annotation:results", STUDIO, args=a_campaign),
    Row("annotation:results-csv", STUDIO, args=a_campaign),
    Row("annotation:item", STUDIO, args=an_item),
    Row("annotation:second-round", LEADS, "POST", an_item),
    Row("annotation:adjudicate", LEADS, args=an_item),
    Row("annotation:adjudicate", LEADS, "POST", an_item),
    Row("annotation:keep", LEADS, "POST", an_item, {"reason": "So."}),
    Row("annotation:make-example", LEADS, "POST", an_item),
    Row("annotation:resolve", {**MINE, "lead": IN}, "POST", a_message),
    Row("annotation:item-say", LEADS, "POST", an_item),
    Row("api:work-campaigns", signed_in()),
    Row("api:work-answers", signed_in()),
    Row("api:work-claim", WORKERS, "POST", a_campaign, {}),
    Row("api:work-undo", WORKERS, "POST", a_campaign, {}),
    Row("api:work-assignment", MINE, args=an_assignment),
    Row("api:work-submit", MINE, "POST", an_assignment, SUBMIT),
    Row("api:work-skip", MINE, "POST", an_assignment, {"reason": "unclear"}),
    Row("api:work-give-back", MINE, "POST", an_assignment),
    Row("api:work-doubts", MINE, "POST", an_assignment, {"text": "The horizon is tilted."}),
    Row("api:work-comment", MINE, "POST", an_assignment, {"text": "The photo is soft."}),
    Row("api:work-flag", MINE, "POST", an_assignment, FLAG),
    Row("api:work-working-copy", MINE, "PUT", an_assignment, COPY),
    Row("api:work-heartbeat", MINE, "POST", an_assignment, {}),
    Row("api:work-image", MINE, args=a_picture),
    Row("api:work-change", MINE, "POST", an_answer, SUBMIT),
    Row("api:work-discussion", MINE, args=a_discussion),
    Row("api:work-messages", MINE, "POST", a_discussion, {"text": "Hello."}),
    Row("api:work-outcomes", signed_in()),
    Row("api:work-resolve", {**MINE, "lead": IN}, "POST", a_message),
    Row("api:campaigns", STUDIO),
    Row("api:campaigns", LEADS, "POST", body={}),
    Row("api:campaign", STUDIO, args=a_campaign),
    Row("api:campaign", LEADS, "PATCH", a_campaign, {"guidelines": "Look."}),
    Row("api:campaign-open", LEADS, "POST", a_campaign),
    Row("api:campaign-pause", LEADS, "POST", a_campaign),
    Row("api:campaign-close", LEADS, "POST", a_campaign),
    Row("api:campaign-subjects", LEADS, "POST", a_campaign, {}),
    Row("api:campaign-sessions", STUDIO, args=a_campaign),
    Row("api:give-session", LEADS, "POST", a_session, {"person": None}),
    Row("api:deal-sessions", LEADS, "POST", a_campaign),
    Row("api:campaign-leases", STUDIO, args=a_campaign),
    Row("api:return-lease", LEADS, "POST", a_lease),
    Row("api:now", STUDIO),
    Row("api:campaign-pace", STUDIO, args=a_campaign),
    Row("api:campaign-progress", STUDIO, args=a_campaign),
    Row("api:campaign-people", STUDIO, args=a_campaign),
    Row("api:campaign-training-items", LEADS, args=a_campaign),
    Row("api:campaign-training-items", LEADS, "POST", a_campaign, {}),
    Row("api:campaign-training-claim", LEADS, "POST", a_campaign, {}),
    Row("api:campaign-training-item", LEADS, "PATCH", a_training_item, {"words": "So."}),
    Row("api:campaign-standings", STUDIO, args=a_campaign),
    Row("api:campaign-standings", LEADS, "POST", a_campaign, {}),
    Row("api:campaign-guidelines", STUDIO, args=a_campaign),
    Row("api:campaign-guidelines", LEADS, "POST", a_campaign, {"text": "Look."}),
    Row("api:work-guidelines", WORKERS, args=a_campaign),
    Row("api:work-guidelines", WORKERS, "POST", a_campaign, {"version": 1}),
    Row("api:guidelines-example", WORKERS, args=an_example),
    Row("api:item-views", STUDIO),
    Row("api:item-views", STUDIO, "POST", body={}),
    Row("api:item-view", KEEPERS, "DELETE", a_view),
    Row("api:bulk", LEADS, "POST", a_campaign, {}),
    Row("api:bulk-act", LEADS, args=a_bulk_act),
    Row("api:undo-bulk", LEADS, "POST", a_bulk_act),
    Row("api:items", STUDIO),
    Row("api:item", STUDIO, args=an_item),
    Row("api:item-second-round", LEADS, "POST", an_item),
    Row("api:item-settle", LEADS, "POST", an_item, {"reason": "So.", "answer": {"score": 5}}),
    Row("api:item-messages", LEADS, "POST", an_item, {"text": "Hello."}),
    Row("api:flags", STUDIO),
]
