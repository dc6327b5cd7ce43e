"""Whether a source can do what a pipeline asks, said before anything is started."""

from __future__ import annotations

from annotation.models import DraftSource
from annotation.pipelines import Pipeline
from core.errors import InvalidInput
from inference.backends import registry


def check_drafter(asked: Pipeline, source: DraftSource) -> None:
    """`InvalidInput` where the source's backend cannot answer the pipeline's steps, or cannot say how
    likely an answer is where that is needed."""
    plugin = registry.get(source.backend)
    if asked.needs_likelihoods and not plugin.gives_likelihoods:
        able = ", ".join(each.title for each in registry if each.gives_likelihoods)
        raise InvalidInput(
            f"{asked.title} needs to know how likely an answer is, which {source.name!r} cannot say. "
            f"Choose a source of the kind {able}.",
            field="source",
        )
    if plugin.steps and not plugin.steps & set(asked.steps):
        raise InvalidInput(
            f"{source.name!r} cannot do this: rules measure photos, but answer no such question. "
            "Choose a source with a model."
            if plugin.is_rule_based
            else f"{source.name!r} cannot answer {', '.join(asked.steps)}. Choose another source.",
            field="source",
        )
