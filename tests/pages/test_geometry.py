"""The pure geometry of the pages: boxes, ratios, areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.pages.desk import run_js

pytestmark = pytest.mark.browser


@pytest.fixture
def geometry(shelf: Page) -> Callable[[str], Any]:
    return lambda code: run_js(shelf, "geometry.js", code)


def test_boxes_stay_inside_at_their_ratio_and_size(geometry: Callable[[str], Any]) -> None:
    wrong = geometry("""
      let seed = 7; const rnd = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
      const bad = [];
      for (let i = 0; i < 4000; i += 1) {
        const aspect = 0.5 + 2 * rnd(), ratio = rnd() < 0.6 ? 0.4 + 2.2 * rnd() : null;
        const options = { aspect, ratio, min: [0.05, 0.05], centre: rnd() < 0.3 };
        let { box } = m.drawBox([rnd(), rnd()], [rnd() * 1.4 - 0.2, rnd() * 1.4 - 0.2], options);
        for (let j = 0; j < 3; j += 1) {
          const handle = m.HANDLES[Math.floor(rnd() * 8)];
          if (rnd() < 0.5) box = m.resizeBox(box, handle, rnd() - 0.5, rnd() - 0.5, options).box;
          else box = m.moveBox(box, rnd() - 0.5, rnd() - 0.5).box;
        }
        const inside = box.every((v) => v >= -1e-9 && v <= 1 + 1e-9) && box[0] < box[2] && box[1] < box[3];
        const kept = !ratio || Math.abs(m.ratioOf(box, aspect) / ratio - 1) < 1e-6;
        if (!inside || !kept) bad.push([box, options]);
      }
      return bad.slice(0, 3);
    """)
    assert wrong == []


def test_iou_and_moving(geometry: Callable[[str], Any]) -> None:
    assert geometry("return m.iou([0, 0, 1, 1], [0, 0, 0.5, 1])") == 0.5
    assert geometry("return m.iou([0, 0, 0.4, 1], [0.5, 0, 1, 1])") == 0
    assert geometry("return m.moveBox([0.5, 0.5, 0.75, 1], 0.5, 0.1)") == {
        "box": [0.75, 0.5, 1, 1],
        "stopped": True,
    }


def test_a_handle_leaves_the_other_side_alone(geometry: Callable[[str], Any]) -> None:
    east = geometry("return m.resizeBox([0.2, 0.2, 0.6, 0.6], 'e', 0.1, 0.3, {}).box")
    assert east == pytest.approx([0.2, 0.2, 0.7, 0.6])
    both = geometry("return m.resizeBox([0.2, 0.2, 0.6, 0.6], 'e', 0.1, 0, {centre: true}).box")
    assert both == pytest.approx([0.1, 0.2, 0.7, 0.6])


def test_too_small_is_said(geometry: Callable[[str], Any]) -> None:
    found = geometry("return m.drawBox([0.5, 0.5], [0.501, 0.501], {min: [0.05, 0.05]})")
    assert found["small"]
    assert found["box"] == pytest.approx([0.5, 0.5, 0.55, 0.55])


def test_crops_are_shown_at_one_area(geometry: Callable[[str], Any]) -> None:
    plan = geometry("return m.equalAreaGrid([1.5, 0.6, 1, 2, 1.3], 1200, 600, 20, 50)")
    areas = [w * h for w, h in plan["sizes"]]
    assert max(areas) == pytest.approx(min(areas))


def test_ratio_names(geometry: Callable[[str], Any]) -> None:
    assert geometry("return [1.5, 2 / 3, 1.7778, 1.37].map((r) => m.ratioName(r, 1.7778))") == [
        "3:2", "2:3", "original", "1.37:1",
    ]  # fmt: skip
