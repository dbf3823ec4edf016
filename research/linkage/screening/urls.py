from django.urls import path

from research.linkage.screening import views

urlpatterns = [
    path("depistage/", views.screening_list, name="screening-list"),
    path("depistage/<int:pk>/", views.screening_detail, name="screening-detail"),
]
