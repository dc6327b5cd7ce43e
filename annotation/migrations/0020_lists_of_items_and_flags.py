"""What the lists of items and flags are narrowed by, on their own rows and in their indexes."""

import django.db.models.deletion
from django.db import migrations, models

CAMPAIGNS = """
UPDATE annotation_flag flag SET campaign_id = item.campaign_id
FROM annotation_item item WHERE item.id = flag.item_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""
ANSWERS = """
UPDATE annotation_item item SET answers = given.n
FROM (SELECT item_id, round, count(*) AS n FROM annotation_assignment
      WHERE state = 'submitted' GROUP BY item_id, round) AS given
WHERE given.item_id = item.id AND given.round = item.round;
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0019_edit_trails_and_comments")]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="campaign",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.campaign",
            ),
        ),
        migrations.RunSQL(CAMPAIGNS, migrations.RunSQL.noop, elidable=True),
        migrations.AlterField(
            model_name="flag",
            name="campaign",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.campaign",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="answers",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(ANSWERS, migrations.RunSQL.noop, elidable=True),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["campaign", "state", "-id"], name="flag_in_state"),
        ),
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["campaign", "rule", "-id"], name="flag_of_rule"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("purpose", "work")),
                fields=["campaign", "state"],
                name="item_progress",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("purpose", "work")),
                fields=["campaign", "answers", "-id"],
                name="item_by_answers",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state", "submitted")),
                fields=["campaign", "person", "-item"],
                name="assignment_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["kind", "-id"], name="draft_of_kind"),
        ),
    ]
