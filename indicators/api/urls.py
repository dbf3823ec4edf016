from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView

from indicators.api import (
    exported_readings,
    exported_values,
    places_views,
    readings_views,
    records_views,
    registry_views,
    values_views,
    views,
)
from indicators.api.errors import not_found

version_1 = [
    path("org-units", places_views.OrgUnits.as_view(), name="api-org-units"),
    path("org-units/<str:uid>", places_views.OneOrgUnit.as_view(), name="api-org-unit"),
    path("org-unit-groups", places_views.Groups.as_view(), name="api-groups"),
    path("data-elements", registry_views.Elements.as_view(), name="api-elements"),
    path("data-elements/<str:uid>", registry_views.OneElement.as_view(), name="api-element"),
    path("indicators", registry_views.Indicators.as_view(), name="api-indicators"),
    path("indicators/<slug:code>", registry_views.OneIndicator.as_view(), name="api-indicator"),
    path("values", values_views.Values.as_view(), name="api-values"),
    path("values.csv", exported_values.ValuesCsv.as_view(), name="api-values-csv"),
    path("values.xlsx", exported_values.ValuesXlsx.as_view(), name="api-values-xlsx"),
    path("values.parquet", exported_values.ValuesParquet.as_view(), name="api-values-parquet"),
    path("readings", readings_views.Readings.as_view(), name="api-readings"),
    path("readings.csv", exported_readings.ReadingsCsv.as_view(), name="api-readings-csv"),
    path("readings.xlsx", exported_readings.ReadingsXlsx.as_view(), name="api-readings-xlsx"),
    path("readings.parquet", exported_readings.ReadingsParquet.as_view(), name="api-readings-parquet"),
    path("denominators", records_views.Denominators.as_view(), name="api-denominators"),
    path("batches", records_views.Batches.as_view(), name="api-batches"),
    path("imports", records_views.Imports.as_view(), name="api-imports"),
    path("imports/<uuid:key>", records_views.OneImport.as_view(), name="api-import"),
    path("schema", extend_schema(exclude=True)(SpectacularJSONAPIView).as_view(), name="api-schema"),
    path("docs/", views.description, name="api-docs"),
    re_path(r"^(?P<rest>.*)$", not_found, name="api-nothing"),
]
urlpatterns = [
    path("api/v1/", include(version_1)),
    path("api/", include("indicators.api.dhis2.urls")),
    path("jetons/", views.tokens, name="token-list"),
    path("jetons/<int:pk>/revoquer/", views.token_revoke, name="token-revoke"),
]
