from django.urls import path

from research.medexis.signals import views

urlpatterns = [path("stocks/signaux/", views.stock_signals, name="stock-signals")]
