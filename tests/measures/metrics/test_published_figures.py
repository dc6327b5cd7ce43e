"""The metrics reproduce the reference figures of the public annotation files to the last digit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy import stats

from measures.aggregate import Aggregate
from measures.baselines import centre
from measures.boxes.arrays import areas, as_array
from measures.boxes.conversions import to_pixels
from measures.metrics import (
    Placement,
    Ranking,
    Reference,
    Votes,
    chosen_box,
    evaluate,
    evaluate_placements,
    evaluate_rankings,
    evaluate_votes,
)
from measures.statistics import Known
from tests.measures.reference_data import needs_reference_data, reference_json

pytestmark = needs_reference_data


def flms() -> Iterable[Reference]:
    """The experts' boxes of each FLMS photo, in pixels, some past the edge."""
    sizes = reference_json("flms/image_sizes.json")
    for name, boxes in reference_json("flms/image_crop.json").items():
        yield Reference.of(boxes, tuple(sizes[name]), drop_padding=True)


def fcdb() -> Iterable[Reference]:
    """The one best crop of each FCDB test photo, in pixels."""
    sizes = reference_json("fcdb/test_image_sizes_inferred.json")
    for row in reference_json("fcdb/cropping_testing_set.json"):
        yield Reference.of([corners(row["crop"])], tuple(sizes[file_of(row)]))


def gaicd() -> Iterator[tuple[Any, Any]]:
    """The boxes and opinion scores of each GAICD test photo, in the file's order."""
    photos = reference_json("gaicd/image_crop.json")
    for name in reference_json("gaicd/original_data_split.json")["test"]:
        yield as_array(photos[name]["bbox"]), np.array(photos[name]["score"])


def corners(box: list[float]) -> list[float]:
    """FCDB's x, y, width, height as corners."""
    x, y, width, height = box
    return [x, y, x + width, y + height]


def figure(total: Aggregate) -> float:
    """The mean as the reference table prints it."""
    assert isinstance(total.mean, Known)
    return round(total.mean.value, 6)


def file_of(row: dict[str, Any]) -> str:
    """The photo's file name, the last part of its address."""
    return str(row["url"].rsplit("/", 1)[-1])


@pytest.mark.parametrize(
    ("photos", "share", "expected"),
    [
        (flms, 1.0, {"iou_max": 0.824425, "displacement": 0.045640, "recall_75": 0.768182}),
        (flms, 0.9, {"iou_max": 0.814607, "displacement": 0.046946, "recall_75": 0.820455}),
        (flms, 0.8, {"iou_max": 0.784597, "displacement": 0.051447, "recall_75": 0.747727}),
        (fcdb, 1.0, {"iou_max": 0.640936, "displacement": 0.099796}),
        (fcdb, 0.9, {"iou_max": 0.665241, "displacement": 0.088557}),
    ],
)
def test_reference_figures(photos: Any, share: float, expected: dict[str, float]) -> None:
    references = list(photos())
    predictions = [to_pixels(centre(share), each.size) for each in references]
    for name, measured in evaluate(predictions, references, names=list(expected)).items():
        assert figure(measured.total) == expected[name]
    assert len(references) == (440 if photos is flms else 300)


def test_gaicd_figures_of_the_largest_crop() -> None:
    found = evaluate_rankings(Ranking.of(areas(boxes), mos) for boxes, mos in gaicd())
    parts = {
        title: part for name in ("acc_5", "acc_10") for title, part in found[name].parts.items()
    }
    assert {title: figure(part) for title, part in parts.items()} == {
        "1/5": 0.25625, "2/5": 0.28125, "3/5": 0.197917, "4/5": 0.234375,
        "1/10": 0.40625, "2/10": 0.484375, "3/10": 0.352083, "4/10": 0.40,
    }  # fmt: skip
    totals = {name: figure(found[name].total) for name in ("acc_5", "acc_10", "srcc", "pcc")}
    assert totals == {"acc_5": 0.242448, "acc_10": 0.410677, "srcc": 0.32199, "pcc": 0.32922}
    assert all(measured.total.n == 160 for measured in found.values())


def test_gaicd_figures_of_the_largest_crop_as_a_free_box() -> None:
    cases = [Placement.of([boxes[np.argmax(areas(boxes))]], boxes, mos) for boxes, mos in gaicd()]
    found = evaluate_placements(cases)
    tolerant = found["tolerant_acc_90"]
    assert figure(tolerant.total) == 0.5125
    assert round(figure(tolerant.parts["1/5 with ties"]), 4) == 0.5563
    # The free box is one of the rated crops here, so reading it as the nearest is exact.
    assert figure(found["nearest_acc"].total) == 0.25625


def test_correlations_of_real_ratings_agree_with_scipy() -> None:
    cases = [Ranking.of(areas(boxes), mos) for boxes, mos in gaicd()]
    found = evaluate_rankings(cases, names=["srcc", "pcc"])
    for name, function in (("srcc", stats.spearmanr), ("pcc", stats.pearsonr)):
        expected = [function(case.scores, case.mos)[0] for case in cases]
        assert found[name].values == pytest.approx(expected, abs=1e-12)


def fcdb_votes() -> Iterator[tuple[Any, Any]]:
    """Corners of the two crops of each pair and the votes for either, photo by photo."""
    for row in reference_json("fcdb/ranking_annotation.json"):
        pairs = row["crops"]
        crops = [[corners(pair["crop_0"]), corners(pair["crop_1"])] for pair in pairs]
        yield np.array(crops), np.array([[p["vote_for_0"], p["vote_for_1"]] for p in pairs])


def test_fcdb_margins_and_the_error_of_knowing_and_of_guessing() -> None:
    counts = [votes for _, votes in fcdb_votes()]
    margins = np.abs(np.concatenate(counts) @ [1, -1])
    assert [int((margins == votes).sum()) for votes in (1, 3, 5)] == [14504, 12103, 5513]
    for scores, error in ((lambda votes: votes, 0.0), (np.zeros_like, 0.5)):
        found = evaluate_votes([Votes.of(scores(votes), votes) for votes in counts])
        assert figure(found["swap_error"].total) == error
        assert found["swap_error"].total.n == 3212


def test_fcdb_pairs_ranked_by_area_agree_with_a_plain_count() -> None:
    errors, agreeing = [], []
    for crops, votes in fcdb_votes():
        size = [[(c[2] - c[0]) * (c[3] - c[1]) for c in pair] for pair in crops.tolist()]
        swaps = [(a - b) * (v - w) for (a, b), (v, w) in zip(size, votes.tolist(), strict=True)]
        errors.append(sum(1 if swap < 0 else 0.5 if swap == 0 else 0 for swap in swaps) / 10)
        votes_won = [v if a > b else w if b > a else 2.5 for (a, b), (v, w) in zip(size, votes)]  # noqa: B905
        agreeing.append(sum(votes_won) / 50)
    cases = [Votes.of(np.prod(c[:, :, 2:] - c[:, :, :2], axis=2), v) for c, v in fcdb_votes()]
    found = evaluate_votes(cases)
    assert found["swap_error"].values == pytest.approx(errors)
    assert found["vote_agreement"].values == pytest.approx(agreeing)


def test_fcdb_sliding_windows_answer_with_one_box() -> None:
    sizes = reference_json("fcdb/test_image_sizes_inferred.json")
    rows = [r for r in reference_json("fcdb/sliding_window.json") if r["filename"] in sizes]
    windows = [as_array([corners(crop) for crop in row["crops"]]) for row in rows]
    references = [Reference.of(each[:1]) for each in windows]
    knowing = [chosen_box(-np.arange(len(each)), each) for each in windows]
    assert figure(evaluate(knowing, references)["iou_max"].total) == 1
    swaps = evaluate_votes(Votes.for_best(-np.arange(len(each))) for each in windows)
    assert figure(swaps["swap_error"].total) == 0
    assert len(rows) > 0
