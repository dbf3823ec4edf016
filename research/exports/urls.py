from django.urls import path

from research.exports import views

urlpatterns = [path("extractions/", views.export_list, name="export-list")]
