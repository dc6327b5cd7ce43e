"""The trail of a photo: from its raw comment to the drafts of the model it trained, in few queries."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import Draft, DraftKind, DraftSource
from catalog.models import Photo, RawComment
from curation.models import Benchmark
from curation.models.benchmark import BenchmarkPhoto
from tests.annotation.build import GUIDANCE, make_campaign, make_draft
from tests.curation.build import exported, frozen, rate
from tests.make import make_crop, make_member, make_photo
from tests.people import signed_in
from tests.training.build import told_run
from tests.workers.drafts import drafted, stored_photos
from training.models import Model
from training.selectors.lineage import STAGES, Step, stages_of_photo, trail_of_photo

# The lanes of a draft batch are threads with connections of their own: they see committed rows.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_trainer_left"),
]
BOXES = [(0.0, 0.0, 0.6, 0.6), (0.2, 0.2, 0.9, 0.9)]


@pytest.fixture
def photos(
    project: Project, kim: User, ben: User, eve: User, rui: User, tmp_path: Path
) -> list[Photo]:
    """Four photos through the services: comments, drafts, ratings, a version, an export, a run, and
    a draft of the run's model on the last photo."""
    photos = stored_photos(project, kim, 4)
    RawComment.objects.create(photo=photos[0], text="Too dark.", text_hash="1", source="forum")
    drafted(photos[:1], kim, pipeline="guidance")
    for photo in photos[:3]:
        for box in BOXES:
            make_crop(photo, box)
    grades = {photo.pk: [5, 2] for photo in photos[:3]}
    rate(photos[:3], {ben: grades, eve: grades})
    export = exported(frozen(project, kim))
    assert export.state == "ready", export.error
    run = told_run(project, rui, export, photos[:1])
    next_draft(photos[3], Model.objects.get(checkpoint__run=run))
    return photos


def next_draft(photo: Photo, model: Model) -> Draft:
    source = DraftSource.objects.create(
        project=photo.project, name=model.name, backend="transformers",
        made_from=f"model/{model.pk}",
    )  # fmt: skip
    draft = make_draft(photo, DraftKind.CROPS, {"crops": []})
    Draft.objects.filter(pk=draft.pk).update(source=source, model=model.name)
    return draft


def by_stage(photo: Photo, reader: User | None = None) -> dict[str, list[Step]]:
    return dict(stages_of_photo(photo, reader))


def test_the_whole_way_of_a_photo(photos: list[Photo]) -> None:
    found = by_stage(photos[0])
    assert tuple(found) == STAGES
    missing = {kind for kind, steps in found.items() if not steps}
    assert missing == {"flag", "golden record", "benchmark", "evaluation"}
    assert found["raw comment"][0].title == "Too dark."
    assert found["response"][0].title.endswith(": 5, 2")
    assert found["score"][0].title.startswith("5.00")
    assert found["next draft"][0].detail.startswith(f"of {photos[3]}")


def test_every_step_says_what_it_rests_on(photos: list[Photo]) -> None:
    steps = {step.key: step for step in trail_of_photo(photos[0])}
    chain = next(step for step in steps.values() if step.kind == "next draft")
    kinds = []
    while chain.made_from:
        chain = steps[chain.made_from[-1]]
        kinds.append(chain.kind)
    assert kinds == ["checkpoint", "run", "export", "dataset version"]
    draft = next(step for step in steps.values() if step.kind == "draft")
    assert steps[draft.made_from[0]].kind == "raw comment"


def test_every_link_leads_to_a_page(photos: list[Photo], rui: User) -> None:
    client = signed_in(rui)
    steps = trail_of_photo(photos[0])
    linked = {step.url for step in steps if step.url}
    assert {step.kind for step in steps if not step.url} == {"raw comment"}
    assert {url: client.get(url).status_code for url in linked} == dict.fromkeys(linked, 200)


def test_the_model_of_a_draft_is_named_where_it_is_not_on_the_trail(photos: list[Photo]) -> None:
    draft = by_stage(photos[3])["draft"][0]
    model = Model.objects.exclude(checkpoint=None).get()
    assert draft.made_from == [f"model/{model.pk}"]


def test_the_number_of_queries_does_not_grow(photos: list[Photo], ben: User, eve: User) -> None:
    few = queries_of(photos[0])
    for box in [(0.1, 0.1, 0.5, 0.5), (0.0, 0.0, 0.9, 0.9), (0.1, 0.0, 0.9, 0.8)]:
        make_crop(photos[0], box)
    grades = {photos[0].pk: [5, 2, 3, 4, 1]}
    rate(photos[:1], {ben: grades, eve: grades})
    for _ in range(5):
        make_draft(photos[0], DraftKind.GUIDANCE, GUIDANCE)
    assert queries_of(photos[0]) == few <= 18


def queries_of(photo: Photo) -> int:
    photo = Photo.objects.select_related("project").get(pk=photo.pk)
    with CaptureQueriesContext(connection) as captured:
        trail_of_photo(photo)
    return len(captured)


def test_a_held_out_photo_says_so(project: Project) -> None:
    photo = make_photo(project)
    benchmark = Benchmark.objects.create(project=project, name="Hold-out", seed=0, share=0.1)
    BenchmarkPhoto.objects.create(
        benchmark=benchmark, photo=photo, content_hash=photo.content_hash, group_key="g"
    )
    assert "never reaches" in by_stage(photo)["benchmark"][0].detail


def test_blind_for_whoever_may_still_be_asked(project: Project, ada: User, ben: User) -> None:
    make_member(project, ada, "expert")
    campaign = make_campaign(project, overlap=2)
    photo = campaign.items.get().photo
    assert photo is not None
    for kind in ("draft", "verdict", "crop", "response", "score"):
        assert by_stage(photo, ada)[kind] == []
    page = signed_in(ada).get(reverse("training:lineage", args=[project.slug, photo.pk]))
    assert "Part of it is hidden" in page.content.decode()
    assert "secret-model-9" not in page.content.decode()
    assert by_stage(photo)["draft"], "for whoever is not asked it is all there"


def test_pages_of_the_trail(photos: list[Photo], project: Project, rui: User, cleo: User) -> None:
    url = reverse("training:lineage", args=[project.slug, photos[0].pk])
    words = signed_in(rui).get(url).content.decode()
    assert 'id="stage-next-draft"' in words and "Too dark." in words
    brief = signed_in(rui).get(reverse("training:trail", args=[project.slug, photos[0].pk]))
    assert url in brief.content.decode()
    assert signed_in(cleo).get(url).status_code == 404


def test_the_api_tells_the_same(photos: list[Photo], project: Project, rui: User) -> None:
    url = reverse("api:photo-lineage", args=[project.slug, photos[0].pk])
    told = signed_in(rui).get(url).json()
    assert [step["key"] for step in told] == [step.key for step in trail_of_photo(photos[0])]
