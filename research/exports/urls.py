from django.urls import path

from research.exports import views

urlpatterns = [
    path("extractions/", views.export_list, name="export-list"),
    path("extractions/textes-codes/", views.coded_texts_export, name="coded-texts-export"),
]
