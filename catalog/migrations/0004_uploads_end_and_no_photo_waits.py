"""Uploads know when they were last added to; photos have no state in which nothing ever was."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_wider_places")]

    operations = [
        migrations.AddField(
            model_name="photoimport",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunSQL(
            "UPDATE catalog_photo SET state = 'broken' WHERE state = 'waiting'",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="photo",
            name="state",
            field=models.CharField(
                choices=[("ready", "ready"), ("broken", "cannot be read")],
                default="ready",
                max_length=8,
            ),
        ),
    ]
