from django.urls import path

from research.map import views

urlpatterns = [path("carte/", views.site_map, name="site-map")]
