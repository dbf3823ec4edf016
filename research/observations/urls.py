from django.urls import path

from research.observations import views
from research.observations.attachments import views as attachments

urlpatterns = [
    path("observations/", views.observation_list, name="observation-list"),
    path("observations/nouvelle/", views.observation_create, name="observation-create"),
    path("observations/<int:pk>/", views.observation_detail, name="observation-detail"),
    path("observations/<int:pk>/modifier/", views.observation_edit, name="observation-edit"),
    path("observations/<int:pk>/fichiers/", attachments.attachment_create, name="attachment-create"),
    path("observations/fichiers/<int:pk>/", attachments.attachment_file, name="attachment-file"),
    path("observations/fichiers/<int:pk>/supprimer/", attachments.attachment_remove, name="attachment-remove"),
    path("observations/<int:pk>/etape/", views.observation_step, name="observation-step"),
    path("observations/<int:pk>/supprimer/", views.observation_discard, name="observation-discard"),
]
