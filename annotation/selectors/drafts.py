"""Drafts of a project: lists by filters, one with all that is known of it, and what waits."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import django_filters
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Project
from annotation.models import (
    BatchState,
    Draft,
    DraftKind,
    DraftRequest,
    Item,
    RequestState,
    Verdict,
)
from annotation.selectors.prompts import text_behind
from catalog.models import Photo, PhotoState, RawComment
from catalog.selectors.photos import KEPT_S, is_large
from core.errors import NotFound

VERDICTS = [("passed", "passed"), ("rejected", "rejected"), ("unchecked", "not checked")]
MOST_CHILDREN = 50
ANCESTORS = """
WITH RECURSIVE chain AS (
    SELECT id, parent_id, 1 AS depth FROM annotation_draft WHERE id = %(parent)s
    UNION ALL
    SELECT draft.id, draft.parent_id, depth + 1
      FROM annotation_draft draft JOIN chain ON draft.id = chain.parent_id
     WHERE depth < %(most)s)
SELECT id FROM chain ORDER BY depth DESC
"""


def has_verdict(*, passed: bool | None = None) -> Exists:
    """For drafts: whether a check is there (that passed, or that did not)."""
    rows = Verdict.objects.filter(draft=OuterRef("pk"))
    return Exists(rows if passed is None else rows.filter(passed=passed))


class DraftFilter(django_filters.FilterSet):
    """The only ways in which drafts may be asked for; pages and the API share them."""

    kind = django_filters.ChoiceFilter(choices=DraftKind.choices)
    source = django_filters.NumberFilter(field_name="source_id", help_text="Id of a draft source.")
    verdict = django_filters.ChoiceFilter(choices=VERDICTS, method="by_verdict")
    batch = django_filters.NumberFilter(
        field_name="request__batch_id", help_text="Drafts that this batch made."
    )
    photo = django_filters.NumberFilter(field_name="photo_id")

    def by_verdict(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """By how the checks ended."""
        if value == "unchecked":
            return rows.filter(~has_verdict())
        return rows.filter(has_verdict(passed=value == "passed"))


def drafts_in(project: Project) -> QuerySet[Draft]:
    """The project's drafts with photo, source and verdicts, newest first."""
    rows = Draft.objects.filter(photo__project=project).select_related("photo", "source")
    return rows.prefetch_related("verdicts").order_by("-pk")


def draft_in(project: Project, draft_id: int) -> Draft:
    """One draft; one of another project is `NotFound`."""
    rows = drafts_in(project).select_related("request__batch", "parent")
    found = rows.prefetch_related("verdicts__source").filter(pk=draft_id).first()
    if found is None:
        raise NotFound("There is no such draft in this project.")
    return found


def ancestors_of(draft: Draft) -> list[Draft]:
    """The drafts this one was made from, oldest first."""
    if draft.parent_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS, {"parent": draft.parent_id, "most": MOST_CHILDREN})
        ids = [row[0] for row in cursor.fetchall()]
    found = Draft.objects.prefetch_related("verdicts").in_bulk(ids)
    return [found[pk] for pk in ids]


def children_of(draft: Draft) -> QuerySet[Draft]:
    """What was drafted again after this one."""
    return draft.children.prefetch_related("verdicts").order_by("pk")[:MOST_CHILDREN]


def comments_of(draft: Draft) -> list[RawComment]:
    """The raw comments a draft was made from, as far as they are still there."""
    ids = [
        int(number)
        for kind, _, number in (str(each).partition("/") for each in draft.made_from)
        if kind == "rawcomment" and number.isdigit()
    ]
    if not ids:
        return []
    return list(RawComment.objects.filter(pk__in=ids, photo=draft.photo_id).order_by("pk"))


def items_from(draft: Draft) -> QuerySet[Item]:
    """The items in which experts got the draft, with ``given``: how many responses came."""
    rows = Item.objects.filter(draft=draft).select_related("campaign")
    return rows.annotate(given=Count("responses", distinct=True)).order_by("pk")[:MOST_CHILDREN]


@dataclass(frozen=True)
class Wording:
    """The prompt a machine output was made with; ``text`` is None when it is no longer here."""

    name: str
    hash: str
    text: str | None


def wording_of(row: Draft | Verdict) -> Wording | None:
    """The template behind an output, ours or the project's own; None where no prompt was used."""
    if not row.prompt_hash:
        return None
    return Wording(row.prompt_name, row.prompt_hash, _text_behind(row))


def _text_behind(row: Draft | Verdict) -> str | None:
    draft = row if isinstance(row, Draft) else row.draft
    return text_behind(row.prompt_name, row.prompt_hash, draft.photo.project_id)


@dataclass(frozen=True)
class Waiting:
    """What waits for machines, and for experts; ``is_about``: as of some minutes ago."""

    without_guidance: int
    without_crops: int
    in_work: int
    in_trouble: int
    unseen: int
    is_about: bool = False


def waiting_known(project: Project) -> Waiting | None:
    """The same as `what_waits`; None for a large project where nobody has asked for a while."""
    if not is_large(project):
        return what_waits(project)
    kept = cache.get(f"waiting/{project.pk}")
    return None if kept is None else Waiting(**kept)


def waiting_about(project: Project) -> Waiting:
    """Count what waits, and keep it for pages of a large project."""
    found = what_waits(project)
    if is_large(project):
        found = replace(found, is_about=True)
        cache.set(f"waiting/{project.pk}", asdict(found), KEPT_S)
    return found


def what_waits(project: Project) -> Waiting:
    """Ready photos without a passed draft by kind; open and troubled requests; unseen drafts."""
    without = partial(_count_without, project)
    requests = DraftRequest.objects.filter(batch__project=project)
    trouble = Q(state__in=[RequestState.REJECTED, RequestState.FAILED])
    passed = Draft.objects.filter(has_verdict(passed=True), photo__project=project)
    return Waiting(
        without_guidance=without(DraftKind.GUIDANCE),
        without_crops=without(DraftKind.CROPS),
        in_work=requests.filter(
            batch__state__in=[BatchState.OPEN, BatchState.PAUSED],
            state__in=[RequestState.WAITING, RequestState.RUNNING],
        ).count(),
        in_trouble=requests.filter(trouble).exclude(batch__state=BatchState.CANCELLED).count(),
        unseen=passed.filter(~Exists(Item.objects.filter(draft=OuterRef("pk")))).count(),
    )


def _count_without(project: Project, kind: DraftKind) -> int:
    ready = Photo.objects.filter(project=project, state=PhotoState.READY)
    return ready.filter(lacks_draft(kind)).count()


def lacks_draft(kind: DraftKind) -> Any:
    """For photos: no draft of the kind has passed."""
    passed = Draft.objects.filter(has_verdict(passed=True), photo=OuterRef("pk"), kind=kind)
    return ~Exists(passed)
