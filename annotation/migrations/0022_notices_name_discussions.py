"""Notices to those who answered lead to discussions by their own numbers, not by the item's."""

from django.db import migrations

TALKS = r"""
UPDATE accounts_notice notice SET
    address = '/work/discussions/' || talk.id || '/',
    text = regexp_replace(
        regexp_replace(text, 'the discussion of item \d+ of', 'discussion ' || talk.id || ' of'),
        'about item \d+ of', 'in discussion ' || talk.id || ' of')
FROM annotation_discussion talk
WHERE notice.address = '/work/items/' || talk.item_id || '/';
UPDATE accounts_notice SET address = '/work/' WHERE address LIKE '/work/items/%';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_notices"),
        ("annotation", "0021_index_of_copies"),
    ]

    operations = [migrations.RunSQL(TALKS, migrations.RunSQL.noop, elidable=True)]
