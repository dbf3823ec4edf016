from django.urls import path

from capev_site.offline import views

urlpatterns = [
    # At the root: a service worker answers for what lies below its own address.
    path("service-worker.js", views.service_worker, name="service-worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("hors-ligne/", views.offline, name="offline"),
]
