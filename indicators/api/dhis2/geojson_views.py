"""Where units lie, as GeoJSON; units without outline or point are left out, as DHIS2 does."""

from typing import Any

from django.http import JsonResponse
from rest_framework.request import Request

from indicators.accounts.models import User
from indicators.api.dhis2.answers import Face, person
from indicators.api.dhis2.catalogue import RESOURCES
from indicators.api.dhis2.fields import parse_fields
from indicators.api.dhis2.metadata_views import found, selected
from indicators.api.dhis2.resource import Row, Writer
from indicators.api.dhis2.units import UNITS

_WANTED = parse_fields(["id,code,name,level,geometry,path,parent[id],organisationUnitGroups[id]"])


class Shapes(Face):
    """A FeatureCollection of the units that are asked for; the parameters are those of `/api/organisationUnits`."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, **_kwargs: Any) -> JsonResponse:
        user = person(request)
        rows = selected(UNITS, request.query_params, user)
        assert not isinstance(rows, list)
        features = _features(list(rows.filter(boundary__isnull=False)), user)
        return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


class Shape(Face):
    """A single unit's Feature; its geometry is null where nobody knows it."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, uid: str, **_kwargs: Any) -> JsonResponse:
        user = person(request)
        (feature,) = _features([found(UNITS, uid, user)], user)
        return JsonResponse(feature, content_type="application/geo+json")


def _features(rows: list[Row], user: User) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": unit["id"],
            "geometry": unit.get("geometry"),
            "properties": {
                "code": unit.get("code"),
                "name": unit["name"],
                "level": str(unit["level"]),
                "parent": unit["parent"]["id"] if "parent" in unit else None,
                "parentGraph": unit["path"].strip("/").rpartition("/")[0],
                "groups": [group["id"] for group in unit["organisationUnitGroups"]],
            },
        }
        for unit in Writer(RESOURCES, user).write(UNITS, rows, _WANTED)
    ]
