from django.urls import include, path

urlpatterns = [
    path("", include("research.linkage.annotations.urls")),
    path("", include("research.linkage.display.urls")),
    path("", include("research.linkage.plans.urls")),
    path("", include("research.linkage.contribution.urls")),
    path("", include("research.linkage.screening.urls")),
]
