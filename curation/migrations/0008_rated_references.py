"""References may hold every rated crop of a photo with its score."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0007_protocol_report")]

    operations = [
        migrations.AddField(
            model_name="reference",
            name="rated",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
