from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_place")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["scope", "verb", "-id"], name="audit_verb"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["scope", "actor", "-id"], name="audit_actor"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["scope", "at"], name="audit_time"),
        ),
    ]
