"""Curated projects for tests: real campaigns, real answers, jobs done in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from accounts.models import Project, User
from annotation.models import Assignment, Campaign, DraftKind, ItemCrop, Response
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.services.claiming import claim_next
from annotation.services.rescoring import wake_due_scores
from annotation.services.submitting import submit
from annotation.subjects import Selection
from catalog.models import Crop, Photo
from core.models import Job, JobState
from curation.models import Dataset, DatasetVersion, Export, Score
from curation.services.exporting import export_version
from curation.services.freezing import create_dataset, freeze_version
from tests.annotation.build import BOXES, GUIDANCE, make_draft
from tests.jobs import run
from tests.make import make_crop, make_photo

Grades = Mapping[int, Sequence[int | None]]  # by photo: one per crop, in the order of the crops


def work_off() -> list[Job]:
    """Do every waiting job, and what it starts, at once; first what the sweep would find due."""
    wake_due_scores()
    done = []
    while job := Job.objects.filter(state=JobState.QUEUED).order_by("created_at").first():
        Job.objects.filter(pk=job.pk).update(not_before=None)
        done.append(run(job))
    return done


def photo_with_crops(project: Project, count: int = 4, **fields: Any) -> Photo:
    """A photo with the first ``count`` boxes of `BOXES` as crops."""
    photo = make_photo(project, **fields)
    for box in BOXES[:count]:
        make_crop(photo, box, made_from="draft/9", rationale=f"Keeps {box}.")
    return photo


def campaign_over(
    photos: Sequence[Photo], item_type: str = "crop_mos", *, overlap: int = 2, **settings: Any
) -> Campaign:
    """An open campaign over these photos."""
    project = photos[0].project
    campaign = create_campaign(
        project=project, name=f"{item_type} {uuid4().hex[:6]}", item_type=item_type,
        overlap=overlap, settings=settings, by=None,
    )  # fmt: skip
    chosen = Selection(photo_ids=tuple(photo.pk for photo in photos))
    add_selection(campaign=campaign, selection=chosen, by=None)
    return open_campaign(campaign=campaign, by=None)


def page_answer(assignment: Assignment, grades: Sequence[int | None]) -> dict[str, Any]:
    """What the person's page would send for these grades, given in the order of the crops."""
    order = assignment.presentation["order"]
    return {"scores": [{"place": i, "score": grades[at]} for i, at in enumerate(order)]}


def answer_all(campaign: Campaign, person: User, answers: Mapping[int, Any]) -> list[Response]:
    """The person's answers by photo: grades of its crops, or the page's answer itself."""
    given = []
    while assignment := claim_next(campaign=campaign, person=person):
        answer = answers[assignment.item.photo_id]
        if campaign.item_type == "crop_mos":
            answer = page_answer(assignment, answer)
        given.append(
            submit(assignment=assignment, person=person, answer=answer, submission_id=uuid4())
        )
    return given


def rate(photos: Sequence[Photo], people: Mapping[User, Grades]) -> Campaign:
    """A finished crop campaign with its scores."""
    campaign = campaign_over(photos, overlap=len(people))
    for person, grades in people.items():
        answer_all(campaign, person, grades)
    work_off()
    return campaign


def older_is_better(first: Crop, second: Crop) -> str:
    """The older crop wins."""
    return "first" if first.pk < second.pk else "second"


def compared(
    photos: Sequence[Photo],
    people: Sequence[User],
    choose: Callable[[Crop, Crop], str] | str = older_is_better,
    *,
    overlap: int = 0,
) -> Campaign:
    """A campaign of all pairs, answered; ``choose`` says the outcome of first and second, or names
    the side of the screen that is always taken."""
    campaign = campaign_over(
        photos, "preference_pair", overlap=overlap or len(people), pairs_per_photo=66
    )
    for person in people:
        while assignment := claim_next(campaign=campaign, person=person):
            shown = (
                ItemCrop.objects.filter(item=assignment.item)
                .select_related("crop")
                .order_by("place")
            )
            first, second = (each.crop for each in shown)
            told = choose if isinstance(choose, str) else choose(first, second)
            answer = {"choice": _on_screen(told, assignment), "strength": 1}
            submit(assignment=assignment, person=person, answer=answer, submission_id=uuid4())
    work_off()
    return campaign


def _on_screen(outcome: str, assignment: Assignment) -> str:
    if outcome not in ("first", "second"):
        return outcome
    return "left" if (outcome == "first") == assignment.presentation["first_on_left"] else "right"


def scored_photos(project: Project, people: Sequence[User], count: int) -> list[Photo]:
    """Photos with four crops each; everybody gives the crops 5, 4, 2, 1, the second person 4 first."""
    photos = [photo_with_crops(project) for _ in range(count)]
    grades = [[5, 4, 2, 1], [4, 4, 2, 1]]
    rate(
        photos,
        {
            person: {photo.pk: grades[min(at, 1)] for photo in photos}
            for at, person in enumerate(people)
        },
    )
    return photos


def reviewed(photo: Photo, person: User, **changes: Any) -> Response:
    """The person's accepted review of a new guidance draft of the photo, with these changes."""
    make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    campaign = campaign_over([photo], "guidance_review", overlap=1)
    answer = {"verdict": "accept", **GUIDANCE, "marks": [], **changes}
    return answer_all(campaign, person, {photo.pk: answer})[0]


def score_of(photo: Photo, place: int, method: str = "mos") -> Score:
    """The score of a photo's crop, by the crop's place in age."""
    return Score.objects.get(crop=photo.crops.order_by("pk")[place], method=method)


def dataset_of(project: Project, by: User, name: str = "First Light") -> Dataset:
    """The project's dataset of this name, made if it is not there."""
    found = Dataset.objects.filter(project=project, name=name).first()
    return found or create_dataset(project=project, name=name, by=by)


def frozen(project: Project, by: User, name: str = "First Light", **rules: Any) -> DatasetVersion:
    """A new version, built; it may have failed."""
    version = freeze_version(dataset=dataset_of(project, by, name), rules=rules, by=by)
    work_off()
    version.refresh_from_db()
    return version


def exported(version: DatasetVersion, exporter: str = "trl_jsonl", **options: Any) -> Export:
    """A new export, written; it may have failed."""
    export = export_version(version=version, exporter=exporter, options=options, by=None)
    work_off()
    export.refresh_from_db()
    return export
