from django.urls import path

from research.coach2pev.planning import views

urlpatterns = [
    path("visites/calendrier/", views.calendar, name="visit-calendar"),
    path("visites/planifier/", views.planner, name="visit-planner"),
    path("visites/plans/<int:pk>/", views.plan, name="visit-plan"),
    path("visites/couverture/", views.site_coverage, name="visit-coverage"),
]
