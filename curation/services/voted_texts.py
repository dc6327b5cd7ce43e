"""Samples from votes on texts: the guidance, or the rationale of one crop, that most people chose over
the other one. Of each person the newest vote on the two drafts counts, over all items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from accounts.models import Project
from annotation.contents import GuidanceContent, RationaleContent
from annotation.models import Draft, DraftKind, Flag, FlagState, TextVote
from curation.conversations import guidance_text
from curation.models import SampleKind
from curation.rules import Rules
from curation.services.candidates import Candidate, Lost, batches
from measures.statistics.known import Known
from measures.statistics.majority import Majority, NoMajority, majority
from measures.statistics.pairs import tier_of

PHOTOS_AT_ONCE = 200
OPEN_FLAG = "item of two texts has an open flag"
SAME_TEXT = "pair's texts are the same"
OVER_CAP = "pair is over the photo's limit"
Pair = tuple[int, int]
# What is voted on, by the kind of sample that it becomes.
VOTED = {
    SampleKind.DPO_TEXT: DraftKind.GUIDANCE,
    SampleKind.DPO_RATIONALE: DraftKind.RATIONALE,
}


@dataclass
class _Votes:
    """What people said of two drafts, the older one first."""

    by_person: dict[int, tuple[str, int]] = field(default_factory=dict)

    def count(self) -> Counter[str]:
        return Counter(outcome for outcome, _ in self.by_person.values())

    def paths(self) -> list[str]:
        chose = [pk for said, pk in self.by_person.values() if said in ("first", "second")]
        return [f"response/{pk}" for pk in sorted(chose)]


def has_text_votes(project: Project) -> bool:
    """Whether anybody compared guidance of the project."""
    return _votes_in(project, DraftKind.GUIDANCE).exists()


def voted_texts(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """DPO: of every two guidance texts that were compared, the one that most people chose."""
    return _voted(SampleKind.DPO_TEXT, project, rules, lost)


def voted_rationales(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """DPO: the same of two rationales of one crop."""
    return _voted(SampleKind.DPO_RATIONALE, project, rules, lost)


def _voted(kind: SampleKind, project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    flagged = set() if rules.include_flagged else _items_in_discussion(project)
    rows = _votes_in(project, VOTED[kind]).order_by(
        "first__photo__content_hash", "first__photo_id", "pk"
    )
    told = rows.values_list(
        "first__photo_id", "first_id", "second_id", "person_id", "outcome", "response_id",
        "response__item_id",
    )  # fmt: skip
    photos = groupby(told.iterator(chunk_size=2000), key=lambda row: row[0])
    gathered = ((photo, _gathered(kind, group, flagged, lost)) for photo, group in photos)
    for batch in batches(gathered, PHOTOS_AT_ONCE):
        ends = {pk for _, pairs in batch for pair in pairs for pk in pair}
        drafts = Draft.objects.in_bulk(ends)
        for photo_id, pairs in batch:
            found = _best(kind, pairs, drafts, rules, lost)
            yield from (_candidate(kind, photo_id, *each, drafts) for each in found)


def _votes_in(project: Project, kind: DraftKind) -> QuerySet[TextVote]:
    return TextVote.objects.filter(first__photo__project=project, first__kind=kind, is_current=True)


def _items_in_discussion(project: Project) -> set[int]:
    flags = Flag.objects.filter(campaign__project=project).exclude(state=FlagState.SETTLED)
    return set(flags.values_list("item_id", flat=True))


def _gathered(
    kind: SampleKind, rows: Iterator[Any], flagged: set[int], lost: Lost
) -> dict[Pair, _Votes]:
    """A photo's votes by pair; a person's later vote replaces the earlier one."""
    pairs: dict[Pair, _Votes] = {}
    discussed = set()
    for _, first, second, person, outcome, response, item in rows:
        if item in flagged:
            discussed.add(item)
            continue
        pairs.setdefault((first, second), _Votes()).by_person[person] = (outcome, response)
    lost.add(kind, OPEN_FLAG, len(discussed))
    return pairs


def _best(
    kind: SampleKind, pairs: dict[Pair, _Votes], drafts: dict[int, Draft], rules: Rules, lost: Lost
) -> list[tuple[Majority[int], _Votes]]:
    """The pairs of one photo, the surest first."""
    found = []
    for (first, second), votes in sorted(pairs.items()):
        said = votes.count()
        made = majority(first, second, said["first"], said["second"], rules.majority_rule())
        if isinstance(made, NoMajority):
            lost.add(kind, made.value)
        elif _words(drafts[first]) == _words(drafts[second]):
            lost.add(kind, SAME_TEXT)
        else:
            found.append((made, votes))
    found.sort(key=lambda each: -each[0].p)
    lost.add(kind, OVER_CAP, len(found[rules.pairs_per_photo :]))
    return found[: rules.pairs_per_photo]


def _candidate(
    kind: SampleKind, photo_id: int, made: Majority[int], votes: _Votes, drafts: dict[int, Draft]
) -> Candidate:
    winner, loser = drafts[made.winner], drafts[made.loser]
    p = round(made.p, 6)
    data: dict[str, Any] = {
        "chosen": _content(winner), "rejected": _content(loser),
        "marks": [], "gap": None, "p": p, "tier": tier_of(Known(p)).value,
        "votes": {"for": made.votes, "against": made.against, "ties": votes.count()["tie"]},
    }  # fmt: skip
    paths = [path for draft in (winner, loser) for path in (f"draft/{draft.pk}", *draft.made_from)]
    return Candidate(kind, photo_id, data, list(dict.fromkeys([*paths, *votes.paths()])))


def _content(draft: Draft) -> dict[str, Any]:
    """Guidance whole; a rationale with its crop, as one answers with both."""
    if draft.kind == DraftKind.GUIDANCE:
        return GuidanceContent(**draft.content).model_dump()
    told = RationaleContent(**draft.content)
    return {"box": list(told.box), "rationale": told.rationale.strip()}


def _words(draft: Draft) -> str:
    content = _content(draft)
    if draft.kind == DraftKind.RATIONALE:
        return str(content["rationale"])
    return guidance_text(GuidanceContent(**content))
