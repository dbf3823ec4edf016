from django.urls import path

from research.medexis.products import views

urlpatterns = [
    path("produits/", views.product_list, name="product-list"),
    path("produits/<slug:key>/", views.product_detail, name="product-detail"),
    path("produits/<slug:key>/offre/", views.product_offers, name="product-offers"),
    path("produits/<slug:key>/norme/", views.product_norm, name="product-norm"),
    path("hypotheses/vaccins/", views.vaccine_assumptions, name="vaccine-assumptions"),
]
