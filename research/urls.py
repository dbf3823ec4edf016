from django.urls import include, path

urlpatterns = [
    path("", include("research.evaluations.urls")),
    path("", include("research.agenda.urls")),
    path("", include("research.coach2pev.urls")),
    path("", include("research.medexis.urls")),
    path("", include("research.observations.urls")),
    path("", include("research.search.urls")),
]
