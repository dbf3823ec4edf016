from django.urls import path

from research.medexis.definitions import views

urlpatterns = [path("stocks/definitions/", views.stock_definitions, name="stock-definitions")]
