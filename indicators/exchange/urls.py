from django.urls import include, path

urlpatterns = [
    path("", include("indicators.exchange.screens.urls")),
    path("", include("indicators.exchange.dhis2.urls")),
]
