"""A wording as a model would get it about a real photo: nothing is asked, nothing is paid for."""

from __future__ import annotations

import io
from typing import Any

from django.core.cache import cache
from PIL import Image

from annotation.models import Prompt
from annotation.selectors.prompts import name_of
from annotation.services.prompts import note_preview
from catalog.models import Crop, Photo
from catalog.models import Question as PhotoQuestion
from core.jobs import JobRun
from inference.prompts import render_template
from inference.tokens import image_tokens, text_tokens
from workers.pipelines.examples import About, example_of

MOST_SHOWN = 40_000
# The pictures wait in the cache for whoever asked, with the job's id; they can be made again.
KEPT_S = 3600


def preview_prompt(run: JobRun) -> dict[str, Any]:
    """Handler of the kind: the two texts, the pictures' sizes, about how many tokens."""
    row = Prompt.objects.get(pk=run.params["prompt"])
    question = example_of(row.step, about_of(run.params, row.project_id))
    rendered = render_template(name_of(row), row.text, dict(question.values))
    sizes = [_keep(image, f"preview/{run.job.pk}/{at}") for at, image in enumerate(question.images)]
    note_preview(prompt=row)
    return {
        "system": rendered.system[:MOST_SHOWN],
        "text": rendered.text[:MOST_SHOWN],
        "photo": run.params["photo"],
        "sizes": sizes,
        "tokens": text_tokens(rendered.system + rendered.text),
        "image_tokens": sum(image_tokens(*size) for size in sizes),
    }


def about_of(params: dict[str, Any], project_id: int) -> About:
    """What the job is about, read anew: it may be gone by now."""
    photo = Photo.objects.get(pk=params["photo"], project=project_id)
    crop, question = params.get("crop"), params.get("question")
    return About(
        photo,
        None if crop is None else Crop.objects.get(pk=crop, photo=photo),
        None if question is None else PhotoQuestion.objects.get(pk=question, photo=photo),
    )


def _keep(image: bytes, key: str) -> tuple[int, int]:
    cache.set(key, image, KEPT_S)
    with Image.open(io.BytesIO(image)) as picture:
        return picture.size
