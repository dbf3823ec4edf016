from django.urls import path

from indicators.pages import (
    denominator_views,
    explorer_views,
    imported_views,
    jobs_views,
    quality_files,
    rival_views,
    style_views,
    views,
)

urlpatterns = [
    path("nombres/<slug:code>/<int:unit>/<str:period>/", views.number_detail, name="number-detail"),
    path("indicateurs/", explorer_views.indicator_list, name="indicator-list"),
    path("indicateurs/<slug:code>/", views.indicator_detail, name="indicator-detail"),
    path("indicateurs-rivaux/", rival_views.indicator_rivals, name="indicator-rivals"),
    path("indicateurs-rivaux/csv/", rival_views.download, {"kind": "csv"}, name="indicator-rivals-csv"),
    path("indicateurs-rivaux/xlsx/", rival_views.download, {"kind": "xlsx"}, name="indicator-rivals-xlsx"),
    path("indicateurs-importes/", imported_views.imported_indicators, name="imported-indicators"),
    path("explorer/", explorer_views.explore, name="explorer"),
    path("explorer/csv/", explorer_views.download, {"kind": "csv"}, name="explorer-csv"),
    path("explorer/xlsx/", explorer_views.download, {"kind": "xlsx"}, name="explorer-xlsx"),
    path("denominateurs/", denominator_views.denominators, name="denominators"),
    path("denominateurs/csv/", denominator_views.download, {"kind": "csv"}, name="denominators-csv"),
    path("denominateurs/xlsx/", denominator_views.download, {"kind": "xlsx"}, name="denominators-xlsx"),
    path("qualite-fichier/csv/", quality_files.download, {"kind": "csv"}, name="quality-csv"),
    path("qualite-fichier/xlsx/", quality_files.download, {"kind": "xlsx"}, name="quality-xlsx"),
    path("travaux/", jobs_views.job_list, name="job-list"),
    path("travaux/demander/", jobs_views.job_ask, name="job-ask"),
    path("charte/", style_views.style_guide, name="style-guide"),
]
