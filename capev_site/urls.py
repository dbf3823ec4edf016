"""Every address of the site. The rooms of the two floors bring their own; here is what belongs to none of them."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from capev_site.health import alive, health
from capev_site.metrics import metrics_page

urlpatterns = [
    path("langue/", login_not_required(set_language), name="set_language"),
    path("", include("indicators.accounts.urls")),
    path("vivant", alive, name="alive"),
    path("sante", health, name="health"),
    path("metriques", metrics_page, name="metrics"),
    path("", include("capev_site.offline.urls")),
    # One way in, with its limits and its second factor: the admin's own page for it is not met.
    path(
        "admin/login/",
        login_not_required(RedirectView.as_view(pattern_name="login", query_string=True)),
        name="admin-sign-in",
    ),
    path("admin/", admin.site.urls),
    path("", include("research.urls")),
    path("", include("indicators.urls")),  # last: below its /api/ nothing else is looked for
]

handler500 = "capev_site.trouble.server_error"
