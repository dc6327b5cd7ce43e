"""References come from a cross-review, which like all else of a frozen version never changes."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
DROP TRIGGER benchmark_version_not_changed ON curation_benchmarkversion;
CREATE TRIGGER benchmark_version_not_changed BEFORE UPDATE ON curation_benchmarkversion
    FOR EACH ROW WHEN (
        ROW(OLD.benchmark_id, OLD.number, OLD.rule, OLD.digest, OLD.campaign_id)
        IS DISTINCT FROM
        ROW(NEW.benchmark_id, NEW.number, NEW.rule, NEW.digest, NEW.campaign_id)
    ) EXECUTE FUNCTION curation_refuse_change();
"""
GUARD_BEFORE = """
DROP TRIGGER benchmark_version_not_changed ON curation_benchmarkversion;
CREATE TRIGGER benchmark_version_not_changed BEFORE UPDATE ON curation_benchmarkversion
    FOR EACH ROW WHEN (
        ROW(OLD.benchmark_id, OLD.number, OLD.rule, OLD.digest)
        IS DISTINCT FROM ROW(NEW.benchmark_id, NEW.number, NEW.rule, NEW.digest)
    ) EXECUTE FUNCTION curation_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0017_marks_and_votes_of_texts"),
        ("curation", "0010_samples_of_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="benchmarkversion",
            name="campaign",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotation.campaign",
            ),
        ),
        migrations.RunSQL(GUARD, GUARD_BEFORE),
    ]
