"""Photos by parts of words. The index is built beside the work on a table however large."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

import catalog.models.trigrams

MAKE = """
CREATE OR REPLACE FUNCTION photo_trigrams(title text, author text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(word, at, 3)), '{}')
    FROM unnest(ARRAY[upper($1), upper($2)]) AS word, generate_series(1, length(word) - 2) AS at
$$
"""
# One that was not finished is left by whoever was ended while building it.
CLEAR = "DROP INDEX CONCURRENTLY IF EXISTS photo_words"
DROP = "DROP FUNCTION IF EXISTS photo_trigrams(text, text)"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0009_photos_by_licence")]

    operations = [
        migrations.RunSQL(MAKE, DROP),
        migrations.RunSQL(CLEAR, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="photo",
            index=django.contrib.postgres.indexes.GinIndex(
                catalog.models.trigrams.Trigrams("title", "author"),
                name="photo_words",
                fastupdate=False,
            ),
        ),
        # Only with figures of what is in the index does PostgreSQL know when it helps.
        migrations.RunSQL("ANALYZE catalog_photo", migrations.RunSQL.noop),
    ]
