"""A model may score the rated crops of a benchmark, besides drawing its own box."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0002_watched_answers")]

    operations = [
        migrations.AddField(
            model_name="prediction", name="scores", field=models.JSONField(null=True)
        ),
    ]
