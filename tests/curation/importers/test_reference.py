"""The public files, imported by the product, give the reference figures to the last digit: from the
rows in the database, by the measures' own functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from accounts.models import Project, User
from curation.models import AnnotationImport, ImportedPair, SourceBox, SourcePhoto
from curation.selectors.annotation_imports import (
    boxes_past_edge_of,
    imported_ratings_of,
    source_boxes,
)
from measures.aggregate import Aggregate
from measures.baselines import centre
from measures.boxes.arrays import areas
from measures.boxes.conversions import to_pixels
from measures.metrics import (
    Placement,
    Ranking,
    Reference,
    evaluate,
    evaluate_placements,
    evaluate_rankings,
)
from measures.statistics import Known
from measures.statistics.mos import mos_table
from measures.statistics.pairs import Losers, PairRule, Scored, TopTie, pairs_of
from tests.curation.importers.build import imported, started, worked_off
from tests.measures.reference_data import FOLDER, needs_reference_data

pytestmark = [needs_reference_data, pytest.mark.django_db]
PAST_EDGE = [
    "1042532514",
    "1405753101",
    "1644908364",
    "322195407",
    "474242923",
    "49574481",
    "600728457",
    "6851859244",
    "6856011808",
    "6856012638",
    "6857138918",
    "780522886",
    "869858460",
]


def public(project: Project, by: User, name: str, *files: str, **options: str) -> AnnotationImport:
    """The public files of one set, through the product's own import."""
    folder = FOLDER / name
    chosen = {file: (folder / file).read_bytes() for file in files}
    return imported(project, by, name, chosen, **options)


def figure(total: Aggregate) -> float:
    assert isinstance(total.mean, Known)
    return round(total.mean.value, 6)


def box_figures(found: AnnotationImport, share: float, *names: str, part: str = "") -> list[float]:
    """Box metrics of a centred crop, or of the whole photo."""
    photos = [each for each in source_boxes(found, "best", part=part) if each.size]
    references = [Reference.of(each.corners.tolist(), each.size or (1, 1)) for each in photos]
    predictions = [to_pixels(centre(share), each.size or (1, 1)) for each in photos]
    measured = evaluate(predictions, references, names=names)
    return [figure(measured[name].total) for name in names]


def test_flms(project: Project, kim: User) -> None:
    files = "image_crop.json", "image_sizes.json"
    found = public(project, kim, "flms", *files, disorder="leave_out")
    assert found.counts["photos"] == 440
    assert (found.counts["boxes"], found.counts["left_out"]) == (4386, 2)
    names = "iou_max", "displacement", "recall_75"
    assert box_figures(found, 1.0, *names) == [0.824425, 0.045640, 0.768182]
    assert box_figures(found, 0.9, *names) == [0.814607, 0.046946, 0.820455]
    assert box_figures(found, 0.8, *names) == [0.784597, 0.051447, 0.747727]
    past = boxes_past_edge_of(found).values_list("source_photo__name", flat=True)
    assert sorted(past) == sorted(f"{name}_Large.jpg" for name in PAST_EDGE)


def test_the_two_broken_boxes_of_flms_are_named(project: Project, kim: User) -> None:
    content = {"image_crop.json": (FOLDER / "flms" / "image_crop.json").read_bytes()}
    found = worked_off(started(project, kim, "flms", content))
    assert (found.state, found.wrong) == ("refused", 2)
    about = set(found.faults.values_list("about", flat=True))
    assert about == {"465190454_Large.jpg", "693687448_Large.jpg"}


def test_fcdb(project: Project, kim: User) -> None:
    names = ["cropping_testing_set.json", "cropping_training_set.json", "ranking_annotation.json"]
    files = [*names, "sliding_window.json", "test_image_sizes_inferred.json"]
    found = public(project, kim, "fcdb", *files)
    measured = box_figures(found, 1.0, "iou_max", "displacement", part="test")
    assert measured == [0.640936, 0.099796]
    measured = box_figures(found, 0.9, "iou_max", "displacement", part="test")
    assert measured == [0.665241, 0.088557]
    parts = Counter(SourcePhoto.objects.filter(boxes__role="best").values_list("part", flat=True))
    assert parts == {"train": 1369, "test": 300}
    votes = ImportedPair.objects.values_list("for_first", "for_second")
    margins = Counter(abs(first - second) for first, second in votes)
    assert margins == {1: 14_504, 3: 12_103, 5: 5_513}


def test_gaicd(project: Project, kim: User) -> None:
    """One import for all its figures: it is the largest."""
    found = public(project, kim, "gaicd", "image_crop.json", "original_data_split.json")
    assert found.counts["means"] == 103_443
    check_rankings(found)
    check_free_boxes(found)
    assert sum(best_against_lower(found)) == 101_463
    check_native_text(found, kim)


def check_rankings(gaicd: AnnotationImport) -> None:
    photos = list(source_boxes(gaicd, "candidate", part="test"))
    assert len(photos) == 160
    found = evaluate_rankings(Ranking.of(areas(each.corners), each.means) for each in photos)
    parts = {
        title: figure(part)
        for name in ("acc_5", "acc_10")
        for title, part in found[name].parts.items()
    }
    assert parts == {
        "1/5": 0.25625, "2/5": 0.28125, "3/5": 0.197917, "4/5": 0.234375,
        "1/10": 0.40625, "2/10": 0.484375, "3/10": 0.352083, "4/10": 0.40,
    }  # fmt: skip
    totals = {name: figure(found[name].total) for name in ("acc_5", "acc_10", "srcc", "pcc")}
    assert totals == {"acc_5": 0.242448, "acc_10": 0.410677, "srcc": 0.32199, "pcc": 0.32922}


def check_free_boxes(gaicd: AnnotationImport) -> None:
    photos = list(source_boxes(gaicd, "candidate", part="test"))
    cases = [
        Placement.of([each.corners[np.argmax(areas(each.corners))]], each.corners, each.means)
        for each in photos
    ]
    tolerant = evaluate_placements(cases)["tolerant_acc_90"]
    assert figure(tolerant.total) == 0.5125
    assert round(figure(tolerant.parts["1/5 with ties"]), 4) == 0.5563


def best_against_lower(found: AnnotationImport) -> Iterator[int]:
    rule = PairRule(losers=Losers.ALL, min_gap=0.0, max_iou=None, cap=None, top_tie=TopTie.FIRST)
    for each in source_boxes(found, "candidate"):
        yield len(pairs_of([Scored(at, mean) for at, mean in enumerate(each.means)], rule))


def check_native_text(gaicd: AnnotationImport, kim: User) -> None:
    """The native text of twelve photos says what the JSON says."""
    folder = FOLDER / "gaicd" / "annotations_txt_sample"
    texts = {path.name: path.read_bytes() for path in folder.glob("*.txt")}
    native = imported(gaicd.project, kim, "gaicd", texts)
    by_photo = {each.photo: each for each in source_boxes(gaicd, "candidate")}
    assert native.counts["photos"] == 12
    for each in source_boxes(native, "candidate"):
        rows = np.column_stack([each.corners, each.means])
        theirs = by_photo[each.photo]
        same = np.column_stack([theirs.corners, theirs.means])
        assert sorted(rows.tolist()) == sorted(same.tolist())


def test_cadb(project: Project, kim: User) -> None:
    names = "composition_scores.json", "composition_elements.json", "scene_categories.json"
    found = public(project, kim, "cadb", *names)
    assert (found.counts["photos"], found.counts["ratings"]) == (8_997, 44_985)
    ratings = imported_ratings_of(found).values_list("source_photo_id", "value")
    photos, values = zip(*ratings, strict=True)
    means = mos_table(photos, values).mean
    assert round(float(np.mean(means)), 6) == 2.701278


def test_cpc_and_labelme(project: Project, kim: User) -> None:
    name = "SYNTHETIC_format_example.jpg.txt"
    found = public(project, kim, "cpc", name, "human_bboxes.json")
    assert found.counts["photos"] == 1 + 1_154
    assert SourceBox.objects.filter(role="candidate").count() == 24
    assert found.counts["ratings"] % 24 == 0 and not SourceBox.objects.exclude(mean=None).exists()
    folder = FOLDER / "carousel_sample"
    ducks = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    assert imported(project, kim, "labelme", ducks).counts["boxes"] == 2
    assert Path(SourceBox.objects.last().source_photo.name).suffix == ".jpg"
