"""Which function does the work of which kind of job. A test proves that every kind has one."""

from __future__ import annotations

from accounts import kinds as accounts_kinds
from accounts.services.notice_mailing import mail_due_notices
from accounts.services.resetting import mail_reset
from annotation import kinds as annotation_kinds
from annotation.services.bulk import do_bulk_act
from annotation.services.counting_quality import count_quality
from annotation.services.filling import fill_in_background
from catalog import kinds as catalog_kinds
from catalog.services.checking import check_files
from catalog.services.grouping import regroup
from core.jobs.running import Handler
from curation import kinds as curation_kinds
from curation.services.agreeing import measure_agreement
from curation.services.annotation_importing import import_annotations
from curation.services.attaching import attach_waiting
from curation.services.exporting import write_export
from curation.services.freezing import build_version
from curation.services.scoring import compute_all, update_scores
from training import kinds as training_kinds
from training.services.evaluating import evaluate
from training.services.supervising import supervise
from workers.intake import take_files_and_attach
from workers.pipelines.batch import run_batch
from workers.pipelines.previewing import preview_prompt
from workers.pipelines.refining import refine_crop
from workers.pipelines.trying import try_source

HANDLERS: dict[str, Handler] = {
    accounts_kinds.MAIL_RESET.name: mail_reset,
    accounts_kinds.MAIL_NOTICES.name: mail_due_notices,
    catalog_kinds.TAKE_FILES.name: take_files_and_attach,
    catalog_kinds.REGROUP.name: regroup,
    catalog_kinds.CHECK_FILES.name: check_files,
    annotation_kinds.DRAFT_BATCH.name: run_batch,
    annotation_kinds.DRAFT_BATCH_GPU.name: run_batch,
    annotation_kinds.TRY_SOURCE.name: try_source,
    annotation_kinds.TRY_SOURCE_GPU.name: try_source,
    annotation_kinds.PREVIEW_PROMPT.name: preview_prompt,
    annotation_kinds.REFINE_CROP.name: refine_crop,
    annotation_kinds.REFINE_CROP_GPU.name: refine_crop,
    annotation_kinds.DRAFT_QUALITY.name: count_quality,
    annotation_kinds.ADD_ITEMS.name: fill_in_background,
    annotation_kinds.BULK_ACT.name: do_bulk_act,
    annotation_kinds.RESPONSES_ARRIVED.name: update_scores,
    curation_kinds.FULL_SCORES.name: compute_all,
    curation_kinds.AGREEMENT.name: measure_agreement,
    curation_kinds.FREEZE.name: build_version,
    curation_kinds.EXPORT.name: write_export,
    curation_kinds.IMPORT_ANNOTATIONS.name: import_annotations,
    curation_kinds.ATTACH.name: attach_waiting,
    training_kinds.SUPERVISE.name: supervise,
    training_kinds.EVALUATE.name: evaluate,
}


def handler_of(kind: str) -> Handler:
    """The handler of a kind; every declared kind has one."""
    return HANDLERS[kind]
