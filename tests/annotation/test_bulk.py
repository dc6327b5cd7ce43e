"""One act on all items of a list: what it changes, what it leaves, how it is undone; kept views."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from annotation.models import Assignment, BulkAct, Campaign, Item, SavedView
from annotation.selectors.item_filter import ItemFilter
from annotation.selectors.progress import campaign_progress
from annotation.services.bulk import start_bulk_act, undo_bulk_act
from annotation.services.claiming import claim_next
from annotation.services.saved_views import save_view
from annotation.services.sessions import give_session
from core.errors import Conflict, InvalidInput
from tests.annotation.build import answered, claimed, make_campaign
from tests.curation.build import work_off
from tests.people import signed_in

pytestmark = pytest.mark.django_db
JSON = "application/json"


def done(campaign: Campaign, kind: str, by: User, **asked: Any) -> BulkAct:
    chosen = ItemFilter(**{n: asked.pop(n) for n in list(asked) if n != "value"})
    act = start_bulk_act(campaign=campaign, kind=kind, chosen=chosen, by=by, **asked)
    work_off()
    act.refresh_from_db()
    return act


def undone(act: BulkAct, by: User) -> BulkAct:
    undo = undo_bulk_act(act=act, by=by)
    work_off()
    undo.refresh_from_db()
    return undo


def states(campaign: Campaign) -> list[tuple[str, str]]:
    rows = campaign.items.order_by("pk").values_list("state", "assignments__state")
    return list(rows)


def test_items_set_aside_are_handed_to_nobody(project: Project, ada: User, ben: User) -> None:
    campaign = make_campaign(project, photos=3)
    held = claimed(campaign, ben)
    act = done(campaign, "aside", ada)
    assert act.changed == 2 and act.done_at is not None
    assert claim_next(campaign=campaign, person=ben, known=[held.pk]) is None
    answered(held)
    progress = campaign_progress(campaign)
    assert (progress.item_count, progress.aside, progress.slots) == (1, 2, 1)
    assert undone(act, ada).changed == 2
    assert sorted(states(campaign)) == [("answered", "submitted"), *[("open", "free")] * 2]
    with pytest.raises(Conflict, match="undone already"):
        undo_bulk_act(act=act, by=ada)


def test_what_lies_aside_stays_there_when_its_session_changes_hands(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=2, session_count=1, pool=[ben])
    campaign.pool.set([ben, eve])
    done(campaign, "aside", ada)
    give_session(session=campaign.sessions.get(), person=eve, by=ada)
    assert claim_next(campaign=campaign, person=eve) is None
    done(campaign, "resume", ada)
    assert claimed(campaign, eve).reserved_for == eve


def test_a_priority_is_given_and_put_back(project: Project, ada: User, ben: User) -> None:
    campaign = make_campaign(project, photos=3)
    answered(claimed(campaign, ben))
    act = done(campaign, "priority", ada, state="open", value=5)
    slots = Assignment.objects.filter(campaign=campaign)
    assert act.changed == slots.filter(priority=5).count() == 2
    Item.objects.filter(pk=campaign.items.filter(priority=5)[:1]).update(priority=9)
    assert undone(act, ada).changed == 1, "what somebody changed since stays"
    assert sorted(campaign.items.values_list("priority", flat=True)) == [0, 0, 9]


def test_held_items_go_back(project: Project, ada: User, ben: User, eve: User) -> None:
    campaign = make_campaign(project, photos=1)
    held = claimed(campaign, ben)
    assert done(campaign, "return", ada).changed == 1
    assert claimed(campaign, eve).pk == held.pk
    with pytest.raises(Conflict, match="cannot be undone"):
        undo_bulk_act(act=BulkAct.objects.get(), by=ada)


def test_only_what_fits_is_changed_and_once(project: Project, ada: User) -> None:
    campaign, other = make_campaign(project, photos=2), make_campaign(project)
    act = start_bulk_act(campaign=campaign, kind="aside", chosen=ItemFilter(), by=ada)
    with pytest.raises(Conflict, match="not done yet"):
        undo_bulk_act(act=act, by=ada)
    work_off()
    assert other.items.get().state == "open"
    for kind, chosen, value in (("aside", ItemFilter(state="settled"), None),
                                ("priority", ItemFilter(), 5_000), ("x", ItemFilter(), None)):  # fmt: skip
        with pytest.raises(InvalidInput):
            start_bulk_act(campaign=campaign, kind=kind, chosen=chosen, value=value, by=ada)


def test_a_lead_does_it_on_the_page(project: Project, ada: User, ben: User) -> None:
    campaign, lead = make_campaign(project, photos=3), signed_in(ada)
    claimed(campaign, ben)
    list_url = f"/p/{project.slug}/campaigns/{campaign.pk}/items/"
    assert "bulk/?state=open" in lead.get(f"{list_url}?state=open").content.decode()
    preview = lead.get(f"{list_url}bulk/?state=open").content.decode()
    assert "3 items: state open" in preview and "2 open ones" in preview and "1 stays" in preview
    sent = lead.post(f"{list_url}bulk/?state=open", {"kind": "aside"})
    assert sent["Location"] == f"{list_url}?state=open"
    assert "Cancel" in lead.get(list_url).content.decode()
    work_off()
    page = lead.get(list_url).content.decode()
    assert "Set aside 2 items (state open)" in page and "Undo" in page
    act = BulkAct.objects.get()
    assert lead.post(f"{list_url}bulk/{act.pk}/undo/").status_code == 302
    assert lead.post(f"{list_url}bulk/?state=open", {"kind": "priority"}).status_code == 400


def test_the_api_does_and_undoes(project: Project, ada: User) -> None:
    campaign, lead = make_campaign(project, photos=2), signed_in(ada)
    url = f"/api/v1/projects/{project.slug}/campaigns/{campaign.pk}/bulk/"
    body = {"kind": "priority", "value": 3, "query": {"state": "open"}}
    made = lead.post(url, body, content_type=JSON)
    assert made.status_code == 202
    work_off()
    assert lead.get(f"{url}{made.json()['id']}/").json()["changed"] == 2
    assert lead.post(f"{url}{made.json()['id']}/undo/").json()["undoes"] == made.json()["id"]
    wrong = lead.post(url, {**body, "query": {"color": "red"}}, content_type=JSON)
    assert wrong.status_code == 400


def test_views_are_kept_shared_and_dropped(project: Project, ada: User, kim: User) -> None:
    campaign, lead = make_campaign(project), signed_in(ada)
    list_url = f"/p/{project.slug}/campaigns/{campaign.pk}/items/"
    sent = {"name": "Hot", "is_shared": "1"}
    kept = lead.post(f"{list_url}views/?state=flagged&order=priority", sent)
    assert kept["Location"] == f"{list_url}?state=flagged&order=priority"
    lead.post(f"{list_url}views/?state=open", {"name": "Mine"})
    others: Client = signed_in(kim)
    page = others.get(list_url).content.decode()
    assert "Hot" in page and "by Ada" in page and "Mine" not in page
    view = SavedView.objects.get(name="Hot")
    assert others.post(f"{list_url}views/{view.pk}/drop/").status_code == 404
    api = f"/api/v1/projects/{project.slug}/item-views/"
    assert [each["name"] for each in lead.get(api).json()] == ["Hot", "Mine"]
    assert lead.delete(f"{api}{view.pk}/").status_code == 204


@pytest.mark.parametrize(
    ("name", "query"), [("", {"state": "open"}), ("A", {}), ("A", {"state": "lost"})]
)
def test_a_view_needs_a_name_and_something_to_show(
    project: Project, ada: User, name: str, query: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        save_view(project=project, person=ada, name=name, query=query)
