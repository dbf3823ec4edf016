"""The site: settings, routes, the Celery application and the one-command launcher."""

from capev_site.celery import app as celery_app

__all__ = ["celery_app"]
