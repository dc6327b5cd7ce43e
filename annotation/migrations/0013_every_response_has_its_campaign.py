import django.db.models.deletion
from django.db import migrations, models

# What was answered while the batches ran; then the checks that would keep the table from changing.
REST = """
UPDATE annotation_response response SET campaign_id = slot.campaign_id
FROM annotation_assignment slot
WHERE slot.id = response.assignment_id AND response.campaign_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0012_campaigns_of_responses")]

    operations = [
        migrations.RunSQL(REST, migrations.RunSQL.noop, elidable=True),
        migrations.AlterField(
            model_name="response",
            name="campaign",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotation.campaign",
            ),
        ),
        migrations.RemoveIndex(
            model_name="response",
            name="response_hours",
        ),
        migrations.RemoveIndex(
            model_name="response",
            name="response_hours_all",
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                fields=["person", "created_at"],
                include=("campaign", "active_ms", "idle_ms"),
                name="response_hours_of",
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                fields=["campaign", "created_at"],
                include=("person", "active_ms", "idle_ms"),
                name="response_hours_in",
            ),
        ),
    ]
