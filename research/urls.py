from django.urls import include, path

urlpatterns = [
    path("", include("research.evaluations.urls")),
    path("", include("research.map.urls")),
    path("", include("research.agenda.urls")),
    path("", include("research.coach2pev.urls")),
    path("", include("research.medexis.urls")),
    path("", include("research.observations.urls")),
    path("", include("research.coding.urls")),
    path("api/v1/", include("research.observations.api.urls")),
    path("", include("research.evidence.urls")),
    path("", include("research.linkage.urls")),
    path("", include("research.search.urls")),
    path("", include("research.offline.urls")),
    path("", include("research.exports.urls")),
    path("", include("research.editions.urls")),
    path("", include("research.welcome.urls")),
]
