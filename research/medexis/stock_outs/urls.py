from django.urls import path

from research.medexis.stock_outs import views

urlpatterns = [
    path("ruptures/", views.stock_out_list, name="stock-out-list"),
    path("ruptures/saisie/", views.stock_out_create, name="stock-out-create"),
    path("ruptures/<int:pk>/", views.stock_out_edit, name="stock-out-edit"),
]
