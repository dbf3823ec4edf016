"""Three addresses that are the same for everybody and hold nothing of the study."""

import hashlib
import json
from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

SHELL = [
    *(f"css/{name}.css" for name in ("capev", "entry", "coach2pev", "medexis", "evidence")),
    *(f"js/{name}.js" for name in (
        "forms", "charts", "picture", "conditions", "visit", "stock", "draft", "quotes", "autosave",
        "offline-store", "offline-send", "offline", "offline-queue",
    )),
    "img/mark.svg",
    "img/motif.svg",
]  # fmt: skip
"""The files that the entry forms and the page of what waits are made of: fetched when the worker is installed."""


def asked_language(request: HttpRequest) -> str:
    """`?langue=` where it is one of ours, else that of the request: a worker fetches pages without cookies."""
    asked = request.GET.get("langue", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


@login_not_required
@require_GET
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker with the addresses of this release; other files, another worker, and the old one's files are left."""
    files = [static(name) for name in SHELL]
    named = static("css/capev.css") != f"{settings.STATIC_URL}css/capev.css"
    digest = hashlib.sha256(json.dumps(files).encode())
    if not named:  # else the names tell the contents
        for name in SHELL:
            digest.update(Path(cast(str, finders.find(name))).read_bytes())
    told = {
        "version": digest.hexdigest()[:16],
        "files": files,
        "store": static("js/offline-store.js"),
        "static": settings.STATIC_URL,
        "named": named,
        "offline": reverse("offline"),
        "languages": [code for code, _name in settings.LANGUAGES],
        "logout": reverse("logout"),
    }
    script = render_to_string("offline/service-worker.js", {"told": json.dumps(told)})
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site among its programs."""
    with translation.override(language := asked_language(request)):
        told = {
            "id": "/",
            "name": _("CAPEV – evaluations of Coach2PEV and Medexis"),
            "short_name": "CAPEV",
            "description": _("Visits, months of stock and observations, written with and without a network."),
            "lang": language,
            "dir": "ltr",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbf7ef",
            "theme_color": "#2b2019",
            "icons": [
                {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("img/mark-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
                {"src": static("img/mark-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            ],
            "shortcuts": [
                {"name": _("What waits on this device"), "url": reverse("offline")},
            ],
        }
    return JsonResponse(told, content_type="application/manifest+json")


@login_not_required
@require_GET
@never_cache
def offline(request: HttpRequest) -> HttpResponse:
    """What waits on this device, and which pages open without a network. A script fills it in; the page is the same for
    everybody, so that it may be kept."""
    with translation.override(language := asked_language(request)):
        request.LANGUAGE_CODE = language
        return render(request, "offline/offline.html")
