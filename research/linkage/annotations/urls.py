from django.urls import path

from research.linkage.annotations import views

urlpatterns = [
    path("evenements/", views.annotation_list, name="annotation-list"),
    path("evenements/nouveau/", views.annotation_create, name="annotation-create"),
    path("evenements/<int:pk>/", views.annotation_detail, name="annotation-detail"),
    path("evenements/<int:pk>/modifier/", views.annotation_edit, name="annotation-edit"),
    path("evenements/<int:pk>/retirer/", views.annotation_withdraw, name="annotation-withdraw"),
]
