"""Checklists as XLSForm workbooks, in and out."""

from django.urls import path

from research.coach2pev.xlsform import views

urlpatterns = [
    path("listes/importer/", views.checklist_import, name="checklist-import"),
    path("listes/<int:pk>/xlsform/", views.checklist_xlsform, name="checklist-xlsform"),
]
