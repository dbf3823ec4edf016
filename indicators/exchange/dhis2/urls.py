from django.urls import path

from indicators.exchange.dhis2 import views

urlpatterns = [
    path("imports/serveurs/", views.server_list, name="dhis2-server-list"),
    path("imports/serveurs/<int:pk>/tirer/", views.pull_now, name="dhis2-pull"),
]
