from django.urls import path

from research.medexis.reports import views

urlpatterns = [
    path("stocks/", views.stock_list, name="stock-list"),
    path("stocks/saisie/", views.stock_entry, name="stock-entry"),
    path("stocks/<int:pk>/", views.stock_detail, name="stock-detail"),
]
