from django.urls import path

from indicators.quality import views

urlpatterns = [
    path("qualite/", views.quality_board, name="quality-board"),
    path("qualite/<slug:rule>/", views.quality_flags, name="quality-flags"),
]
