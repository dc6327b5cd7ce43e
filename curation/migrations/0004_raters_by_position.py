from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0003_imported_annotations")]

    operations = [
        migrations.AddField(
            model_name="importedrater",
            name="is_person",
            field=models.BooleanField(default=True),
        ),
    ]
