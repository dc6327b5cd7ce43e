"""Who is told of what in a campaign, and that nobody learns by it what they must not know yet."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, Project, User
from annotation.models import Campaign, Item
from annotation.selectors.answers import letters_of
from annotation.services.adding import add_selection
from annotation.services.campaigns import open_campaign, pause_campaign
from annotation.services.discussing import (
    add_message,
    flag_item,
    open_second_round,
    settle_with_response,
)
from annotation.subjects import Selection
from core.errors import Conflict
from tests.annotation.build import answered, claimed, make_campaign, make_subject, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def flagged(project: Project, ada: User, ben: User, eve: User) -> Item:
    """Ben gave 2, Eve 9: in discussion. The notices of the new work are gone."""
    make_campaign(project, overlap=2, name="Coast")
    item = Item.objects.get()
    scored(item, ben, 2)
    scored(item, eve, 9)
    item.refresh_from_db()
    Notice.objects.filter(kind="new_work").delete()
    return item


def told(kind: str) -> set[str]:
    """Names of those who have an unread notice of the kind."""
    return set(
        Notice.objects.filter(kind=kind, read_at=None).values_list("person__name", flat=True)
    )


def test_leads_hear_of_flags_once_a_campaign(flagged: Item, project: Project) -> None:
    assert told("flag_raised") == {"Ada"}
    notice = Notice.objects.get()
    assert notice.text == "An item of Coast is flagged"
    assert notice.address == f"/p/lighthouse/campaigns/{flagged.campaign_id}/flags/"


def test_a_lead_who_owes_an_answer_is_not_told(project: Project, ada: User, ben: User) -> None:
    held = claimed(make_campaign(project, overlap=2), ada)
    answer = claimed(held.campaign, ben)
    answered(answer)
    flag_item(item=held.item, by=ben, reason="Blurred")
    assert told("flag_raised") == set()


def test_words_reach_the_others_and_leads(flagged: Item, ben: User, eve: User) -> None:
    add_message(item=flagged, author=ben, text="The horizon tilts.")
    add_message(item=flagged, author=ben, text="And more.")
    assert told("message") == {"Ada", "Eve"}
    notices = {each.person.name: each for each in Notice.objects.filter(kind="message")}
    assert notices["Eve"].count == 2 and "horizon" not in notices["Eve"].text
    assert notices["Eve"].address == f"/work/discussions/{flagged.discussion.pk}/"
    assert notices["Ada"].address == f"/p/lighthouse/items/{flagged.pk}/"
    letter = letters_of(flagged)[eve.pk]
    add_message(item=flagged, author=ben, text=f"What do you think, @{letter}? And @lead?")
    assert told("mention") == {"Ada", "Eve"}
    assert "Ben" not in "".join(Notice.objects.values_list("text", flat=True))


def test_a_second_round_says_only_that_there_is_an_item(
    flagged: Item, ada: User, ben: User, eve: User
) -> None:
    open_second_round(item=flagged, by=ada)
    assert told("second_round") == {"Ben", "Eve"}
    answered(claimed(flagged.campaign, ben), {"score": 5})
    with pytest.raises(Conflict):
        add_message(item=flagged, author=eve, text="Not before I answered.")
    add_message(item=flagged, author=ada, text="What a photo.")
    assert told("message") == {"Ben"}, "Eve owes her answer"


def test_those_who_answered_hear_of_the_record(flagged: Item, ada: User, ben: User) -> None:
    mine = flagged.responses.get(person=ben)
    settle_with_response(item=flagged, response_id=mine.pk, reason="Clear.", by=ada)
    assert told("item_settled") == {"Ben", "Eve"}


def test_new_work_is_told_to_who_may_do_it(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, pool=[ben])
    make_campaign(project)
    assert Notice.objects.filter(kind="new_work", person=ben).count() == 2
    assert Notice.objects.filter(kind="new_work", person=eve).count() == 1
    pause_campaign(campaign=campaign, by=ada)
    reopened = open_campaign(campaign=campaign, by=ada)
    assert _count(reopened, ben) == 1, "nothing is new"
    chosen = Selection(photo_ids=(make_subject(project).pk,))
    add_selection(campaign=reopened, selection=chosen, by=ada)
    assert _count(reopened, ben) == 2


def _count(campaign: Campaign, person: User) -> int:
    return Notice.objects.get(key=f"work/campaign/{campaign.pk}", person=person).count


def test_an_answer_without_a_flag_asks_nothing_of_notices(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    with CaptureQueriesContext(connection) as asked:
        answered(held)
    assert not [each for each in asked if "notice" in each["sql"]]
