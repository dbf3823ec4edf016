from django.urls import path

from research.medexis.cards import entry_views, lot_views, views

urlpatterns = [
    path("fiches-de-stock/", views.card_list, name="card-list"),
    path("fiches-de-stock/saisie/", entry_views.card_line_create, name="card-line-create"),
    path("fiches-de-stock/<int:pk>/", views.card_detail, name="card-detail"),
    path("fiches-de-stock/lignes/<int:pk>/", entry_views.card_line_edit, name="card-line-edit"),
    path("fiches-de-stock/lignes/<int:pk>/annulation/", entry_views.card_line_cancel, name="card-line-cancel"),
    path("fiches-de-stock/lots/<int:pk>/", lot_views.lot_edit, name="lot-edit"),
]
