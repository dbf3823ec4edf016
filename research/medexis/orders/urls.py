from django.urls import path

from research.medexis.orders import views

urlpatterns = [
    path("commandes/", views.order_list, name="order-list"),
    path("commandes/saisie/", views.order_create, name="order-create"),
    path("commandes/delais/", views.order_sums, name="order-sums"),
    path("commandes/<int:pk>/", views.order_detail, name="order-detail"),
    path("commandes/<int:pk>/saisie/", views.order_edit, name="order-edit"),
]
