from django.urls import path

from research.offline import views

urlpatterns = [path("envois/", views.outbox, name="outbox")]
