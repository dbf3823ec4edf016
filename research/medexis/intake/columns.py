"""Which column of a table of stock holds what: our own headers in French and English, and those of systems known here.

Pure. A table is of one product in one month at one site a row.
"""

from collections.abc import Iterable
from typing import NamedTuple

from indicators.exchange.files.lines import normalised

SITE, PRODUCT, PERIOD, YEAR, RECEIVED_ON = "site", "product", "period", "year", "received_on"
HEADERS: dict[str, tuple[str, ...]] = {
    SITE: ("site", "site", "code du site", "site code", "structure", "facility"),
    PRODUCT: ("produit", "product", "code du produit", "product code"),
    PERIOD: ("mois", "month", "période", "period"),
    YEAR: ("année", "year"),
    RECEIVED_ON: ("rapport reçu le", "report received on", "date de réception", "received on"),
    "opening": ("stock initial", "opening stock", "opening"),
    "received": ("reçu", "received", "stock received"),
    "issued": ("utilisé", "used", "issued", "distribué", "stock distributed"),
    "administered": ("administré", "administered"),
    "lost": ("perdu", "lost", "pertes"),
    "lost_expired": ("perdu : périmé", "lost: expired", "perdu périmé", "lost expired"),
    "lost_vvm": ("perdu : chaleur (PCV)", "lost: heat (VVM)", "perdu chaleur", "lost vvm"),
    "lost_frozen": ("perdu : gelé", "lost: frozen", "perdu gelé", "lost frozen"),
    "lost_broken": ("perdu : cassé", "lost: broken", "perdu cassé", "lost broken"),
    "lost_missing": ("perdu : manquant ou volé", "lost: missing or stolen", "perdu manquant", "lost missing"),
    "lost_other": ("perdu : autre motif", "lost: other reason", "perdu autre", "lost other"),
    "adjustment": ("ajustement", "adjustment", "stock adjustment"),
    "closing": ("stock final", "stock on hand", "stock disponible", "closing", "closing stock", "stock end"),
    "days_out": ("jours de rupture", "days out of stock", "days out", "stock stockout days"),
}
"""Field → its header in French and in English as they are shown, then others; read as `normalised` makes them."""
OF_CIV = ("stock initial", "stock distributed", "stock end", "stock stockout days")
"""Headers by which the logistics table of Côte d'Ivoire is told: its product codes are that country's."""
_FIELDS = {normalised(header): field for field, headers in HEADERS.items() for header in headers}


class Columns(NamedTuple):
    """`fields`: field → column. `others` are not read; `twice` hold a field that another column holds."""

    fields: dict[str, str]
    others: list[str]
    twice: list[str]
    civ: bool

    @property
    def missing(self) -> list[str]:
        """What no table can do without; `closing` stands for any number of the month."""
        absent = [field for field in (SITE, PRODUCT, PERIOD) if field not in self.fields]
        numbers = self.fields.keys() - {SITE, PRODUCT, PERIOD, YEAR, RECEIVED_ON}
        return absent if numbers else [*absent, "closing"]


def columns_of(headers: Iterable[str]) -> Columns:
    found = Columns({}, [], [], all(header in {normalised(one) for one in headers} for header in OF_CIV))
    for header in headers:
        field = _FIELDS.get(normalised(header))
        if field is None:
            found.others.append(header)
        elif field in found.fields:
            found.twice.append(header)
        else:
            found.fields[field] = header
    return found
