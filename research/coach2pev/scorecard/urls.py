from django.urls import path

from research.coach2pev.scorecard import views

urlpatterns = [path("sites/<int:pk>/fiche/", views.site_scorecard, name="site-scorecard")]
