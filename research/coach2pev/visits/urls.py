from django.urls import path

from research.coach2pev.visits import filling_views, views

urlpatterns = [
    path("visites/", views.visit_list, name="visit-list"),
    path("visites/nouvelle/", views.visit_create, name="visit-create"),
    path("visites/<int:pk>/", views.visit_detail, name="visit-detail"),
    path("visites/<int:pk>/modifier/", views.visit_edit, name="visit-edit"),
    path("visites/<int:pk>/rapport/", views.visit_report, name="visit-report"),
    path("visites/<int:pk>/infos/", filling_views.visit_about, name="visit-about"),
    path("visites/<int:pk>/entretien/", filling_views.visit_talk, name="visit-talk"),
    path("visites/<int:pk>/remplir/", filling_views.visit_fill, name="visit-fill"),
    path("visites/<int:pk>/remplir/<str:section>/", filling_views.visit_section, name="visit-section"),
    path("visites/<int:pk>/terminer/", filling_views.visit_finish, name="visit-finish"),
]
