from django.urls import include, path

urlpatterns = [
    path("", include("research.coach2pev.planning.urls")),
    path("", include("research.coach2pev.submissions.urls")),
    path("", include("research.coach2pev.visits.urls")),
    path("", include("research.coach2pev.verification.urls")),
    path("", include("research.coach2pev.checklists.urls")),
    path("", include("research.coach2pev.xlsform.urls")),
    path("", include("research.coach2pev.improvement.urls")),
    path("", include("research.coach2pev.competency.urls")),
    path("", include("research.coach2pev.people.urls")),
    path("", include("research.coach2pev.scorecard.urls")),
]
