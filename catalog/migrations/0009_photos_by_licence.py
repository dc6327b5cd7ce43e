from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_saved_selections")]

    operations = [
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(fields=["project", "licence", "-id"], name="photo_by_licence"),
        ),
    ]
