from django.urls import include, path

urlpatterns = [
    path("", include("research.medexis.definitions.urls")),
    path("", include("research.medexis.reports.urls")),
    path("", include("research.medexis.cards.urls")),
    path("", include("research.medexis.intake.urls")),
    path("", include("research.medexis.stock_outs.urls")),
    path("", include("research.medexis.products.urls")),
    path("", include("research.medexis.orders.urls")),
    path("", include("research.medexis.signals.urls")),
    path("", include("research.medexis.sites.urls")),
]
