"""An item that a campaign stopped asking about keeps why."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotation", "0006_outcomes_of_answers_given")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="stopped",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
