"""The demo's way through the whole loop, step by step, each by the services that people use.

Every step first looks whether it has been done, so that a broken-off load goes on where it was.
Steps that start jobs wait for the workers to do them.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import orjson
from django.db.models import Q

from accounts.models import Project
from annotation.models import (
    Campaign,
    Discussion,
    DraftBatch,
    DraftSource,
    Flag,
    FlagState,
    Response,
)
from annotation.services.adding import add_selection
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.claiming import claim_next
from annotation.services.discussing import add_message, open_second_round, settle_with_response
from annotation.services.drafting import start_batch
from annotation.services.sources import set_source
from annotation.services.submitting import submit
from annotation.subjects import Selection
from catalog.models import Photo
from catalog.services.comments import import_comments
from catalog.services.importing import import_archive
from core.errors import Unavailable
from core.models import Job
from curation.models import Benchmark, Dataset
from curation.services.benchmarks import draw_benchmark, freeze_references
from curation.services.exporting import export_version
from curation.services.freezing import create_dataset, freeze_version
from workers.demo import cast, panel

# These arrive only after the run, so that the trained model has something new to draft.
NEXT = ("airplane", "alps")
# What the invented experts have not answered yet: left for whoever tries the demo.
LEFT_OPEN = ("temple", "canyon", "boats")
UNREAD = "Without the comments"
GUIDELINES = (
    "Judge the photo as it is, not what it could be. Name what you see, then what to do about it. "
    "A crop must keep the subject whole. Take your time: nobody is ranked by speed."
)


@dataclass(frozen=True)
class Work:
    """One campaign of the demo."""

    name: str
    item_type: str
    overlap: int
    photos: Callable[[Project], Iterable[Photo]]
    settings: dict[str, object]


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = 300) -> None:
    """Poll until the workers have done it; `Unavailable` when they have not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Unavailable(f"{what} took longer than {seconds:.0f} s. Are the workers running?")
        time.sleep(0.3)


def jobs_are_done(project: Project) -> bool:
    """Whether nothing waits or runs in the project but the look after runs."""
    busy = Job.objects.filter(scope=project.scope, state__in=["queued", "running"])
    return not busy.exclude(kind="training.supervise").exists()


def import_photos(project: Project, *, names: set[str]) -> None:
    """The photos by archive, with their credits, as a curator would."""
    wanted = {title for title, name in panel.names_by_title().items() if name in names}
    if project.photos.filter(title__in=wanted).count() < len(wanted):
        stream = _archive(names)
        by = cast.person(cast.EVERYTHING)
        import_archive(project=project, stream=stream, name="first-light.zip", by=by)
    wait_for(
        lambda: project.photos.filter(title__in=wanted, state="ready").count() == len(wanted),
        "Importing the photos",
    )
    wait_for(lambda: jobs_are_done(project), "Grouping the photos")


def _archive(names: set[str]) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.write(panel.PHOTOS / "manifest.csv", "manifest.csv")
        for name in sorted(names):
            archive.write(panel.PHOTOS / f"{name}.jpg", f"{name}.jpg")
    stream.seek(0)
    return stream


def comment(project: Project) -> None:
    """Raw comments, as JSON lines; the same file again adds nothing."""
    titles = {name: title for title, name in panel.names_by_title().items()}
    present = set(project.photos.values_list("title", flat=True))
    rows = [
        {"photo": titles[name], "text": text, "language": language, "source": "demo"}
        for name, view in panel.views().items()
        for text, language in view["comments"]
        if titles[name] in present
    ]
    stream = io.BytesIO(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    import_comments(
        project=project, stream=stream, filename="comments.jsonl", by=cast.person(cast.EVERYTHING)
    )


def hold_out(project: Project) -> None:
    """A benchmark of some photos, drawn at random."""
    if not Benchmark.objects.filter(project=project).exists():
        draw_benchmark(
            project=project, name="Hold-out", share=0.2, seed=11, by=cast.person(cast.EVERYTHING)
        )


def draft(project: Project) -> None:
    """Guidance and crop proposals by the rules, verified by the rules."""
    for pipeline in ("guidance", "crops"):
        source = rules_source(project)
        batches = DraftBatch.objects.filter(project=project, source=source, pipeline=pipeline)
        if not batches.exists():
            start_batch(
                project=project, pipeline=pipeline, source=source, verifier=source,
                photos=project.photos.order_by("pk"), by=cast.person(cast.EVERYTHING),
            )  # fmt: skip
    wait_for(lambda: jobs_are_done(project), "Drafting")


def draft_unread(project: Project) -> None:
    """Guidance by a maker that has read no comments, for comparison: before these are there."""
    if DraftBatch.objects.filter(project=project, pipeline="guidance").exists():
        return
    by = cast.person(cast.EVERYTHING)
    source = set_source(project=project, name=UNREAD, backend="rules", by=by)
    start_batch(
        project=project, pipeline="guidance", source=source, verifier=rules_source(project),
        photos=project.photos.order_by("pk"), by=by,
    )  # fmt: skip
    wait_for(lambda: jobs_are_done(project), "Drafting without the comments")


def rules_source(project: Project) -> DraftSource:
    """The built-in source of drafts."""
    return set_source(
        project=project, name="Rules", backend="rules", by=cast.person(cast.EVERYTHING)
    )


def _all(project: Project) -> Iterable[Photo]:
    return project.photos.order_by("pk")


def held_out(project: Project) -> Iterable[Photo]:
    """The photos of the benchmark."""
    return project.photos.filter(benchmark_places__benchmark__project=project).order_by("pk")


CAMPAIGNS = (
    Work("Draw the best crop", "crop_draw", 2, held_out, {}),
    Work("Score the photos", "photo_score", 3, _all, {}),
    Work("Score the crops", "crop_mos", 3, _all, {}),
    Work("Review the guidance", "guidance_review", 1, _all, {}),
    Work("Which frame is better", "preference_pair", 2, _all, {"pairs_per_photo": 7}),
    Work("Score one crop at a time", "crop_mos", 1, held_out, {"mode": "single", "max_crops": 4}),
    Work("Agree on the hold-out's crops", "cross_review", 2, held_out, {}),
    Work("Judge the drafted guidance", "answer_judging", 1, held_out,
         {"answers": False, "guidance": True}),
    Work("Which guidance helps more", "text_pair", 2, _all, {"ask_reasons": True}),
)  # fmt: skip
# Held-out photos are answered in full here, for their references.
FOR_REFERENCES = ("crop_draw", "cross_review")


def hand_out(project: Project) -> None:
    """The campaigns, with what the invented experts answer."""
    by = cast.person(cast.EVERYTHING)
    for work in CAMPAIGNS:
        campaign = _campaign(project, work)
        if _holds_the_rest(campaign):
            continue
        kept = tuple(photo.pk for photo in work.photos(project) if _is_for_panel(work, photo))
        add_selection(campaign=campaign, selection=Selection(photo_ids=kept), by=by)
        if campaign.state == "preparing":
            open_campaign(campaign=campaign, by=by)
        answer_all(campaign)
    wait_for(lambda: jobs_are_done(project), "Computing scores")


def leave_open(project: Project) -> None:
    """The rest of the items, for whoever tries the demo."""
    by = cast.person(cast.EVERYTHING)
    for work in CAMPAIGNS:
        everything = tuple(photo.pk for photo in [*work.photos(project), *_left_open(project)])
        campaign = _campaign(project, work)
        add_selection(campaign=campaign, selection=Selection(photo_ids=everything), by=by)


def open_to_all(project: Project, work: Work) -> None:
    """A campaign that nobody has answered in."""
    campaign, by = _campaign(project, work), cast.person(cast.EVERYTHING)
    chosen = Selection(photo_ids=tuple(photo.pk for photo in work.photos(project)))
    if add_selection(campaign=campaign, selection=chosen, by=by) and campaign.state == "preparing":
        open_campaign(campaign=campaign, by=by)


def _left_open(project: Project) -> Iterable[Photo]:
    titles = [title for title, name in panel.names_by_title().items() if name in LEFT_OPEN]
    return project.photos.filter(title__in=titles).order_by("pk")


def _holds_the_rest(campaign: Campaign) -> bool:
    """Nothing more is invented once the rest was handed out."""
    shown = set(campaign.items.values_list("photo_id", flat=True))
    return {photo.pk for photo in _left_open(campaign.project)} <= shown


def _is_for_panel(work: Work, photo: Photo) -> bool:
    """Held-out photos are drawn on in full, for their references; some others are left open."""
    name = panel.names_by_title()[photo.title]
    return work.item_type in FOR_REFERENCES or name not in LEFT_OPEN


def _campaign(project: Project, work: Work) -> Campaign:
    found = Campaign.objects.filter(project=project, name=work.name).first()
    return found or create_campaign(
        project=project, name=work.name, item_type=work.item_type, overlap=work.overlap,
        settings=work.settings, guidelines=GUIDELINES, order_seed=7,
        by=cast.person(cast.EVERYTHING),
    )  # fmt: skip


def answer_all(campaign: Campaign) -> None:
    """Each invented expert takes what is free until there is nothing left for them."""
    for part in cast.EXPERTS:
        person = cast.person(part)
        while (assignment := claim_next(campaign=campaign, person=person)) is not None:
            answer = panel.answer_of(assignment, part.name)
            name = f"reframe-demo/{campaign.project_id}/{assignment.pk}/{part.name}"
            submit(
                assignment=assignment, person=person, answer=answer,
                submission_id=uuid5(NAMESPACE_URL, name), active_ms=4000 + assignment.pk % 9 * 900,
                context={"demo": True},
            )  # fmt: skip


def disagree(project: Project) -> None:
    """Two photos are contested: one is settled in a second round, one is left in discussion."""
    nora = cast.person(cast.PARTS[4])
    for flag in _flags(project, panel.CONTESTED):
        if not Discussion.objects.filter(item=flag.item, messages__isnull=False).exists():
            sofia, ines = (cast.person(cast.EXPERTS[at]) for at in (2, 0))
            add_message(item=flag.item, author=sofia, text="The sun is burnt out; for me it fails.")
            add_message(
                item=flag.item, author=ines, text="It does, but the mood carries the photo."
            )
    for flag in _flags(project, panel.SETTLED):
        item = flag.item
        if item.round == 1:
            add_message(item=item, author=nora, text="Please look again, each on your own.")
            open_second_round(item=item, by=nora)
            answer_all(item.campaign)
        again = Response.objects.filter(item=item, round=2).order_by("pk").first()
        if again is not None and not item.adjudications.exists():
            settle_with_response(
                item=item, response_id=again.pk, reason="Agreed in the second round.", by=nora
            )


def _flags(project: Project, name: str) -> list[Flag]:
    title = next(title for title, found in panel.names_by_title().items() if found == name)
    flags = Flag.objects.filter(
        Q(item__campaign__item_type="photo_score"), item__campaign__project=project,
        item__photo__title=title,
    ).exclude(state=FlagState.SETTLED)  # fmt: skip
    return list(flags.select_related("item__campaign"))


def freeze(project: Project) -> None:
    """References of the benchmark, a frozen version, its export."""
    by = cast.person(cast.EVERYTHING)
    benchmark = Benchmark.objects.get(project=project)
    if not benchmark.versions.exists():
        freeze_references(benchmark=benchmark, rule="drawn", by=by)
        agreed = Campaign.objects.get(project=project, item_type="cross_review")
        freeze_references(benchmark=benchmark, rule="agreed", campaign=agreed, by=by)
    dataset = Dataset.objects.filter(project=project).first() or create_dataset(
        project=project, name="First Light", description="Crops and guidance of the demo.", by=by
    )
    version = dataset.versions.exclude(state="failed").first() or freeze_version(
        dataset=dataset, rules={"min_votes": 2, "min_gap": 0.5, "validation": 0.15}, by=by
    )
    wait_for(lambda: jobs_are_done(project), "Freezing the dataset")
    version.refresh_from_db()
    if not version.exports.exclude(state="failed").exists():
        export_version(version=version, exporter="trl_jsonl", options=None, by=by)
    wait_for(lambda: jobs_are_done(project), "Writing the export")
