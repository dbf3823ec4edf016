from django.urls import path

from research.observations import views

urlpatterns = [
    path("observations/", views.observation_list, name="observation-list"),
    path("observations/nouvelle/", views.observation_create, name="observation-create"),
    path("observations/<int:pk>/", views.observation_detail, name="observation-detail"),
    path("observations/<int:pk>/modifier/", views.observation_edit, name="observation-edit"),
    path("observations/<int:pk>/etape/", views.observation_step, name="observation-step"),
]
