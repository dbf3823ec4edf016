"""Addresses as DHIS2 has them, below `api/`, with or without an API version (`api/40/…`) and the suffix `.json`."""

from django.urls import URLPattern, re_path

from indicators.api.dhis2 import (
    analytics_views,
    geojson_views,
    metadata_views,
    single_value_views,
    system_views,
    value_views,
)
from indicators.api.dhis2.answers import Nothing
from indicators.api.dhis2.catalogue import LISTED

_VERSION = r"^(?:[2-4][0-9]/)?"
_UID = r"(?P<uid>[A-Za-z0-9_.-]{1,80}?)"
_JSON = r"(?:\.json)?/?$"


def _of(name: str) -> list[URLPattern]:
    resource = next(one for one in LISTED if one.name == name)
    listing = metadata_views.Listing.as_view(resource=resource)
    single = metadata_views.Single.as_view(resource=resource)
    return [
        re_path(f"{_VERSION}{name}{_JSON}", listing, name=f"dhis2-{name}"),
        re_path(f"{_VERSION}{name}/{_UID}{_JSON}", single, name=f"dhis2-{name}-single"),
    ]


urlpatterns = [
    re_path(rf"{_VERSION}me{_JSON}", system_views.Me.as_view(), name="dhis2-me"),
    re_path(rf"{_VERSION}system/info{_JSON}", system_views.SystemInfo.as_view(), name="dhis2-system-info"),
    re_path(rf"{_VERSION}system/ping/?$", system_views.Ping.as_view(), name="dhis2-ping"),
    re_path(rf"{_VERSION}metadata{_JSON}", metadata_views.Everything.as_view(), name="dhis2-metadata"),
    re_path(rf"{_VERSION}organisationUnits\.geojson$", geojson_views.Shapes.as_view(), name="dhis2-shapes"),
    re_path(rf"{_VERSION}organisationUnits/{_UID}\.geojson$", geojson_views.Shape.as_view(), name="dhis2-shape"),
    re_path(rf"{_VERSION}dataValues{_JSON}", single_value_views.DataValues.as_view(), name="dhis2-dataValues"),
    re_path(
        rf"{_VERSION}dataValueSets(?:\.(?P<suffix>json|xml|csv))?/?$",
        value_views.DataValueSets.as_view(),
        name="dhis2-dataValueSets",
    ),
    re_path(
        rf"{_VERSION}analytics(?:\.(?P<suffix>json|csv))?/?$",
        analytics_views.Analytics.as_view(),
        name="dhis2-analytics",
    ),
    *(pattern for resource in LISTED for pattern in _of(resource.name)),
    re_path(r"^(?P<rest>.*)$", Nothing.as_view(), name="dhis2-nothing"),
]
