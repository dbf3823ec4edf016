from django.urls import path

from research.welcome import views

urlpatterns = [
    path("premiers-pas/", views.first_steps, name="first-steps"),
    path("premiers-pas/affichage/", views.first_steps_shown, name="first-steps-shown"),
]
