"""Photos may come from a folder of a bucket, too."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_uploads_end_and_no_photo_waits")]

    operations = [
        migrations.AlterField(
            model_name="photoimport",
            name="way",
            field=models.CharField(
                choices=[
                    ("upload", "upload"),
                    ("folder", "folder"),
                    ("archive", "archive"),
                    ("api", "API"),
                    ("bucket", "bucket"),
                ],
                max_length=8,
            ),
        ),
    ]
