"""What people can choose is what the workers can do, and each step that is named has a prompt."""

from __future__ import annotations

from annotation.contents import CONTENTS
from annotation.models import DraftKind
from annotation.pipelines import PIPELINES
from inference import prompts
from workers.pipelines.listing import RUN


def test_every_pipeline_on_offer_has_its_work() -> None:
    assert set(RUN) == set(PIPELINES)


def test_every_step_has_a_prompt() -> None:
    steps = {step for pipeline in PIPELINES.values() for step in pipeline.steps}
    assert steps <= set(prompts.names())


def test_every_kind_of_draft_has_a_shape() -> None:
    assert set(CONTENTS) == set(DraftKind)
