"""Making and steering campaigns."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Membership, Project, User
from accounts.roles import HOLDERS, Right
from annotation.conduct import parse_conduct
from annotation.flag_rules import flag_rules
from annotation.item_types import ItemType, registry
from annotation.models import Campaign, CampaignState, Distribution
from annotation.selectors.filling import is_being_filled
from annotation.selectors.progress import experts_of
from annotation.services.adding import add_items, add_selection
from annotation.services.copying import MOST_SHARE
from annotation.services.guidelines import begin_guidelines, write_guidelines
from annotation.services.planning import add_sessions
from annotation.services.telling import tell_of_work
from annotation.services.training import check_training
from catalog.models import SavedSelection
from core import audit
from core.errors import Conflict, InvalidInput
from measures.statistics.session_design import MOST_BLOCKS

__all__ = [
    "add_items",
    "add_selection",
    "close_campaign",
    "create_campaign",
    "open_campaign",
    "pause_campaign",
    "set_flag_rules",
    "write_guidelines",
]

LONGEST_LEASE_S = 24 * 3600
SHORTEST_LEASE_S = 30
MOST_SESSIONS = 200


@transaction.atomic
def create_campaign(  # noqa: PLR0913 - each setting by its name
    *,
    project: Project,
    name: str,
    item_type: str,
    overlap: int,
    settings: Mapping[str, Any] | None = None,
    guidelines: str = "",
    pool: Iterable[User] = (),
    lease_s: int = 900,
    order_seed: int | None = None,
    gold_share: float = 0.0,
    repeat_share: float = 0.0,
    session_count: int = 0,
    block_count: int = 0,
    selection: SavedSelection | None = None,
    conduct: Mapping[str, Any] | None = None,
    by: User | None,
) -> Campaign:
    """A campaign that is being prepared. An empty pool means every expert of the project; the shares
    are those of `annotation.services.copying`.

    With ``session_count`` its items come in so many sessions of one person each, dealt to the pool or the
    project's experts as far as they go, each gone through in ``block_count`` blocks; without, in one
    shared queue. ``selection`` says where its photos will come from.
    """
    people = list(pool)
    kind = registry.get(item_type)(settings)
    _check_numbers(overlap, lease_s)
    _check_shares(gold_share=gold_share, repeat_share=repeat_share)
    _check_pool(project, people, kind.most_answers(overlap))
    _check_sessions(kind, overlap, session_count, block_count)
    row = Campaign(
        project=project, name=_checked_name(name), item_type=item_type, overlap=overlap,
        settings=kind.settings.model_dump(mode="json"),
        lease_s=lease_s, by=by, conduct=_checked_conduct(conduct, kind),
        order_seed=secrets.randbits(32) if order_seed is None else order_seed,
        gold_share=gold_share, repeat_share=repeat_share,
        distribution=Distribution.SESSIONS if session_count else Distribution.SHARED,
        session_count=session_count, block_count=block_count, selection=selection,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"There is a campaign called {row.name!r} already.", field="name") from None
    row.pool.set(people)
    begin_guidelines(campaign=row, text=guidelines, by=by)
    if session_count:
        add_sessions(row, experts_of(row))
    audit.record(
        actor=by, verb="campaign.create", scope=project.scope, target=f"campaign/{row.pk}",
        name=row.name, item_type=item_type, overlap=overlap, sessions=session_count,
    )  # fmt: skip
    return row


def open_campaign(*, campaign: Campaign, by: User | None) -> Campaign:
    """Hand out its items. A campaign without any cannot be opened."""
    if not campaign.items.exists():
        raise Conflict(f"{campaign.name} has no items yet. Add subjects, then open it.")
    if is_being_filled(campaign):
        raise Conflict(
            f"Items are still being added to {campaign.name}. Open it when they are there."
        )
    check_training(campaign)
    return _move(campaign, CampaignState.OPEN, {CampaignState.PREPARING, CampaignState.PAUSED}, by)


def pause_campaign(*, campaign: Campaign, by: User | None) -> Campaign:
    """Hand out nothing more for now; what people hold they may still send."""
    return _move(campaign, CampaignState.PAUSED, {CampaignState.OPEN}, by)


def close_campaign(*, campaign: Campaign, by: User | None) -> Campaign:
    """Hand out nothing more, ever; what people hold they may still send."""
    running = {CampaignState.PREPARING, CampaignState.OPEN, CampaignState.PAUSED}
    return _move(campaign, CampaignState.CLOSED, running, by)


@transaction.atomic
def set_flag_rules(*, campaign: Campaign, rules: Mapping[str, Any], by: User | None) -> Campaign:
    """When answers differ too much, from the next complete round on; what is left out has its
    default, see `annotation.flag_rules`."""
    kept = flag_rules(rules).model_dump(exclude_defaults=True)
    campaign.flag_rules = kept
    campaign.save(update_fields=["flag_rules"])
    audit.record(
        actor=by, verb="campaign.flag_rules", scope=campaign.project.scope,
        target=f"campaign/{campaign.pk}", rules=kept,
    )  # fmt: skip
    return campaign


@transaction.atomic
def _move(
    campaign: Campaign, to: CampaignState, allowed: set[CampaignState], by: User | None
) -> Campaign:
    moved = Campaign.objects.filter(pk=campaign.pk, state__in=allowed).update(state=to)
    campaign.refresh_from_db()
    if not moved:
        raise Conflict(
            f"{campaign.name} is {campaign.get_state_display()}; this cannot be done now."
        )
    audit.record(
        actor=by, verb=f"campaign.{to.value}", scope=campaign.project.scope,
        target=f"campaign/{campaign.pk}",
    )  # fmt: skip
    tell_of_work(campaign, by)
    return campaign


def _checked_name(name: str) -> str:
    text = name.strip()
    if not text or len(text) > 120:
        raise InvalidInput("Give the campaign a name of 1 to 120 characters.", field="name")
    return text


def _checked_conduct(raw: Mapping[str, Any] | None, kind: ItemType) -> dict[str, Any]:
    """As it is stored; an empty one asks for nothing."""
    found = parse_conduct(dict(raw or {}))
    if found.dummy_answers and kind.scale is None:
        raise InvalidInput(
            "First answers that are not counted are for scores only.", field="dummy_answers"
        )
    return found.model_dump(mode="json", exclude_defaults=True)


def _check_numbers(overlap: int, lease_s: int) -> None:
    if not 1 <= overlap <= 50:
        raise InvalidInput("The overlap is a number of people from 1 to 50.", field="overlap")
    if not SHORTEST_LEASE_S <= lease_s <= LONGEST_LEASE_S:
        raise InvalidInput(
            f"A lease lasts from {SHORTEST_LEASE_S} seconds to 24 hours.", field="lease_s"
        )


def _check_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 <= share <= MOST_SHARE:
            raise InvalidInput(f"A share lies from 0 to {MOST_SHARE}.", field=name)


def _check_sessions(kind: ItemType, overlap: int, sessions: int, blocks: int) -> None:
    """Sessions hold a plan that is made before the work; what decides as it goes needs the queue."""
    if not sessions:
        if blocks:
            raise InvalidInput("Blocks are for sessions of one person each.", field="block_count")
        return
    if not overlap <= sessions <= MOST_SESSIONS:
        raise InvalidInput(
            f"Each item lies in {overlap} sessions of different people, so there are {overlap} to "
            f"{MOST_SESSIONS} sessions.", field="session_count",
        )  # fmt: skip
    if not 0 <= blocks <= MOST_BLOCKS:
        raise InvalidInput(f"There are at most {MOST_BLOCKS} blocks.", field="block_count")
    if kind.most_answers(overlap) != overlap or kind.most_pairs():
        raise InvalidInput(
            "A campaign that decides by the answers what to ask next needs one shared queue. Choose "
            "that, or leave the precision and the useful pairs out.", field="session_count",
        )  # fmt: skip


def _check_pool(project: Project, people: list[User], answers: int) -> None:
    """Everybody in the pool must be able to answer, and the pool must be large enough."""
    if not people:
        return
    able = set(
        Membership.objects.filter(
            project=project, role__in=HOLDERS[Right.ANNOTATE], user__in=people
        ).values_list("user_id", flat=True)
    )
    strangers = [str(person) for person in people if person.pk not in able]
    if strangers:
        raise InvalidInput(
            f"{', '.join(strangers)} cannot answer items in {project.name}.", field="pool"
        )
    if len(able) < answers:
        raise InvalidInput(
            f"The pool has {len(able)} people, but each item asks for {answers}.", field="pool"
        )
