from django.urls import path

from indicators.audit import views

urlpatterns = [
    path("journal/", views.journal, name="journal"),
    path("compte/journal/", views.own_journal, name="own-journal"),
]
