from django.urls import path

from research.coach2pev.competency import scale_views, views

urlpatterns = [
    path("visites/<int:pk>/competences/", views.visit_ratings, name="visit-ratings"),
    path("competences/", views.competency_list, name="competency-list"),
    path("competences/<int:pk>/", views.competency_coachee, name="competency-coachee"),
    path("competences/binomes/", views.competency_pairs, name="competency-pairs"),
    path("competences/accord/", views.competency_agreement, name="competency-agreement"),
    path("competences/echelle/", scale_views.competency_scale, name="competency-scale"),
    path("competences/domaines/nouveau/", scale_views.domain_create, name="competency-domain-create"),
    path("competences/domaines/<int:pk>/modifier/", scale_views.domain_edit, name="competency-domain-edit"),
    path("competences/niveaux/nouveau/", scale_views.level_create, name="competency-level-create"),
    path("competences/niveaux/<int:pk>/modifier/", scale_views.level_edit, name="competency-level-edit"),
]
