from django.urls import path

from research.linkage.display import views

urlpatterns = [
    path("ensemble/", views.joint_display, name="joint-display"),
    path("ensemble/csv/", views.joint_display_csv, name="joint-display-csv"),
]
