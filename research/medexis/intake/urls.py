"""Files of stock reports and stock cards."""

from django.urls import path

from research.medexis.intake import views

urlpatterns = [
    path("stocks/fichiers/", views.stock_file_list, name="stock-file-list"),
    path("stocks/fichiers/verifier/", views.stock_file_check, name="stock-file-check"),
    path("stocks/fichiers/<int:pk>/", views.stock_file_detail, name="stock-file-detail"),
]
