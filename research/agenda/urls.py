from django.urls import path

from research.agenda import views

urlpatterns = [
    path("questions/", views.question_list, name="question-list"),
    path("questions/<int:number>/", views.question_detail, name="question-detail"),
]
