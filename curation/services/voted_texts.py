"""Samples from votes on texts: the guidance that most people chose over the other one.

Of each person the newest vote on the two drafts counts, over all items. Rationales are voted on too,
but make no sample of this kind: their question is another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from accounts.models import Project
from annotation.contents import GuidanceContent
from annotation.models import Draft, DraftKind, Flag, FlagState, TextVote
from curation.conversations import guidance_text
from curation.models import SampleKind
from curation.rules import Rules
from curation.services.candidates import Candidate, Lost, batches
from measures.statistics.known import Known
from measures.statistics.majority import Majority, NoMajority, majority
from measures.statistics.pairs import tier_of

PHOTOS_AT_ONCE = 200
KIND = SampleKind.DPO_TEXT
OPEN_FLAG = "item of two texts has an open flag"
SAME_TEXT = "pair's texts are the same"
OVER_CAP = "pair is over the photo's limit"
Pair = tuple[int, int]


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
    """Whether anybody compared texts of the project."""
    return _votes_in(project).exists()


def voted_texts(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """DPO: of every two guidance texts that were compared, the one that most people chose."""
    flagged = set() if rules.include_flagged else _items_in_discussion(project)
    rows = _votes_in(project).order_by("first__photo__content_hash", "first__photo_id", "pk")
    told = rows.values_list(
        "first__photo_id", "first_id", "second_id", "person_id", "outcome", "response_id",
        "response__item_id",
    )  # fmt: skip
    photos = groupby(told.iterator(chunk_size=2000), key=lambda row: row[0])
    gathered = ((photo, _gathered(group, flagged, lost)) for photo, group in photos)
    for batch in batches(gathered, PHOTOS_AT_ONCE):
        ends = {pk for _, pairs in batch for pair in pairs for pk in pair}
        drafts = Draft.objects.in_bulk(ends)
        for photo_id, pairs in batch:
            yield from _of_photo(photo_id, pairs, drafts, rules, lost)


def _votes_in(project: Project) -> QuerySet[TextVote]:
    return TextVote.objects.filter(
        first__photo__project=project, first__kind=DraftKind.GUIDANCE, is_current=True
    )


def _items_in_discussion(project: Project) -> set[int]:
    flags = Flag.objects.filter(item__campaign__project=project).exclude(state=FlagState.SETTLED)
    return set(flags.values_list("item_id", flat=True))


def _gathered(rows: Iterator[Any], flagged: set[int], lost: Lost) -> dict[Pair, _Votes]:
    """A photo's votes by pair; a person's later vote replaces the earlier one."""
    pairs: dict[Pair, _Votes] = {}
    discussed = set()
    for _, first, second, person, outcome, response, item in rows:
        if item in flagged:
            discussed.add(item)
            continue
        pairs.setdefault((first, second), _Votes()).by_person[person] = (outcome, response)
    lost.add(KIND, OPEN_FLAG, len(discussed))
    return pairs


def _of_photo(
    photo_id: int, pairs: dict[Pair, _Votes], drafts: dict[int, Draft], rules: Rules, lost: Lost
) -> list[Candidate]:
    """The pairs of one photo, the surest first."""
    found = []
    for (first, second), votes in sorted(pairs.items()):
        said = votes.count()
        made = majority(first, second, said["first"], said["second"], rules.majority_rule())
        if isinstance(made, NoMajority):
            lost.add(KIND, made.value)
        elif _words(drafts[first]) == _words(drafts[second]):
            lost.add(KIND, SAME_TEXT)
        else:
            found.append((made, votes))
    found.sort(key=lambda each: -each[0].p)
    lost.add(KIND, OVER_CAP, len(found[rules.pairs_per_photo :]))
    return [
        _candidate(photo_id, made, votes, drafts)
        for made, votes in found[: rules.pairs_per_photo]
    ]  # fmt: skip


def _candidate(
    photo_id: int, made: Majority[int], votes: _Votes, drafts: dict[int, Draft]
) -> Candidate:
    winner, loser = drafts[made.winner], drafts[made.loser]
    p = round(made.p, 6)
    data: dict[str, Any] = {
        "chosen": _content(winner).model_dump(), "rejected": _content(loser).model_dump(),
        "marks": [], "gap": None, "p": p, "tier": tier_of(Known(p)).value,
        "votes": {"for": made.votes, "against": made.against, "ties": votes.count()["tie"]},
    }  # fmt: skip
    paths = [path for draft in (winner, loser) for path in (f"draft/{draft.pk}", *draft.made_from)]
    return Candidate(KIND, photo_id, data, list(dict.fromkeys([*paths, *votes.paths()])))


def _content(draft: Draft) -> GuidanceContent:
    return GuidanceContent(**draft.content)


def _words(draft: Draft) -> str:
    return guidance_text(_content(draft))
