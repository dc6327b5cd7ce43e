"""Job kinds of curation."""

from __future__ import annotations

from core.jobs import kind

FREEZE = kind("curation.freeze", "Freeze a dataset version", is_told=True)
EXPORT = kind("curation.export", "Write an export", is_told=True)
FULL_SCORES = kind("curation.full_scores", "Compute all scores")
AGREEMENT = kind("curation.agreement", "Compute agreement and primary scores")
IMPORT_ANNOTATIONS = kind("curation.import_annotations", "Import annotations", is_told=True)
ATTACH = kind("curation.attach_annotations", "Attach imported annotations to photos")
