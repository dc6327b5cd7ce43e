"""What gunicorn serves; it does not start under settings that would open a door."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from core.checks import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
refuse_bad_settings()
# Loaded before the processes part, so that nobody's first page waits for it; what is loaded stays
# for good, so that no collection looks through it again or copies its memory.
import_module(settings.ROOT_URLCONF)
gc.freeze()
