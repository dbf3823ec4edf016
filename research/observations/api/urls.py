from django.urls import path

from research.observations.api import views

urlpatterns = [
    path("observations", views.Observations.as_view(), name="api-observations"),
    path("observations/<uuid:client_uuid>", views.OneObservation.as_view(), name="api-observation"),
]
