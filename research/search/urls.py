from django.urls import path

from research.search import views

urlpatterns = [
    path("recherche/", views.search, name="search"),
    path("vues/", views.saved_view_list, name="saved-view-list"),
    path("vues/nouvelle/", views.saved_view_create, name="saved-view-create"),
    path("vues/<int:pk>/supprimer/", views.saved_view_remove, name="saved-view-remove"),
]
