from django.urls import path

from research.medexis import stock_out_views, views

urlpatterns = [
    path("stocks/", views.stock_list, name="stock-list"),
    path("stocks/saisie/", views.stock_entry, name="stock-entry"),
    path("stocks/<int:pk>/", views.stock_detail, name="stock-detail"),
    path("ruptures/", stock_out_views.stock_out_list, name="stock-out-list"),
    path("ruptures/saisie/", stock_out_views.stock_out_create, name="stock-out-create"),
    path("ruptures/<int:pk>/", stock_out_views.stock_out_edit, name="stock-out-edit"),
]
