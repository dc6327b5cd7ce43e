"""What gunicorn serves; it does not start under settings that would open a door."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from core.checks import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
refuse_bad_settings()
