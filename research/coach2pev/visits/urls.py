from django.urls import path

from research.coach2pev.visits import views

urlpatterns = [
    path("visites/", views.visit_list, name="visit-list"),
    path("visites/nouvelle/", views.visit_create, name="visit-create"),
    path("visites/<int:pk>/", views.visit_detail, name="visit-detail"),
    path("visites/<int:pk>/modifier/", views.visit_edit, name="visit-edit"),
]
