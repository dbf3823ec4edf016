from django.urls import include, path

urlpatterns = [
    path("", include("indicators.pages.urls")),
    path("", include("indicators.approvals.urls")),
    path("", include("indicators.audit.urls")),
    path("", include("indicators.exchange.urls")),
    path("", include("indicators.quality.urls")),
    path("", include("indicators.api.urls")),
]
