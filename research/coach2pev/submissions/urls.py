"""Visits filled by KoboToolbox and ODK submissions."""

from django.urls import path

from research.coach2pev.submissions import views

urlpatterns = [
    path("visites/soumissions/", views.submission_list, name="submission-list"),
    path("visites/soumissions/verifier/", views.submission_check, name="submission-check"),
]
