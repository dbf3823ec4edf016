"""What gunicorn serves: `gunicorn capev_site.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "capev_site.settings")

application = get_wsgi_application()
# Read before the server forks, so that its processes share the memory and no first visitor waits for it.
get_resolver().url_patterns  # noqa: B018
