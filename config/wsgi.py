"""What gunicorn serves; it does not start under settings that would open a door."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from core.checks import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# What is loaded stays for good: no collection looks through it, now or later, or copies its memory.
gc.disable()
application = get_wsgi_application()
refuse_bad_settings()
import_module(settings.ROOT_URLCONF)  # before the processes part: nobody's first page waits for it
gc.freeze()
gc.enable()
