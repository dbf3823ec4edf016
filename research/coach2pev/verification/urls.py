from django.urls import path

from research.coach2pev.verification import views

urlpatterns = [
    path("visites/verification/", views.factors, name="verification-factors"),
    path("visites/<int:pk>/registre/", views.register, name="register-check"),
]
