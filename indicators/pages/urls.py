from django.urls import path

from indicators.pages import denominator_views, explorer_views, imported_views, rival_views, style_views, views

urlpatterns = [
    path("nombres/<slug:code>/<int:unit>/<str:period>/", views.number_detail, name="number-detail"),
    path("indicateurs/", explorer_views.indicator_list, name="indicator-list"),
    path("indicateurs/<slug:code>/", views.indicator_detail, name="indicator-detail"),
    path("indicateurs-rivaux/", rival_views.indicator_rivals, name="indicator-rivals"),
    path("indicateurs-importes/", imported_views.imported_indicators, name="imported-indicators"),
    path("explorer/", explorer_views.explore, name="explorer"),
    path("explorer/csv/", explorer_views.download, {"kind": "csv"}, name="explorer-csv"),
    path("explorer/xlsx/", explorer_views.download, {"kind": "xlsx"}, name="explorer-xlsx"),
    path("denominateurs/", denominator_views.denominators, name="denominators"),
    path("charte/", style_views.style_guide, name="style-guide"),
]
