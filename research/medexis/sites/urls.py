from django.urls import path

from research.medexis.sites import views

urlpatterns = [path("sites/<int:pk>/stock/", views.site_stock, name="site-stock")]
