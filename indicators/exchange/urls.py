from django.urls import path

from indicators.exchange import views

urlpatterns = [path("imports/", views.import_list, name="import-list")]
