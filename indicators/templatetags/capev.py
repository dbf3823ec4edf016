"""`{% load capev %}`: numbers and periods in the reader's language, and the parts that pages are built from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.pages import formats
from indicators.pages.bars import BarPairs
from indicators.pages.charts import Chart, SmallMultiples
from indicators.periods import BadPeriod, Period

register = template.Library()
MISSING_VALUES = (None, "")


@register.filter
def number(value: float | str | None, decimals: int | None = None) -> str:
    """`{{ doses|number }}` → `1 146` or `1,146`; nothing known → a dash that is read out as «no data»."""
    known = _known(value)
    return missing() if known is None else formats.number_text(known, decimals)


@register.filter
def number_text(value: float | None) -> str:
    """As `number`, for places where only text may stand (inside SVG, in attributes): missing is «—» alone."""
    return formats.number_text(value)


@register.filter
def percent(value: float | str | None, decimals: int = 1) -> str:
    """`{{ coverage|percent }}` → `82,7 %` or `82.7%`; the value is already times 100."""
    known = _known(value)
    return missing() if known is None else formats.percent_text(known, decimals)


@register.filter
def over_100(value: float | str | None) -> bool:
    """Whether a percentage is above 100, before any rounding."""
    known = _known(value)
    return known is not None and known > 100


@register.filter
def period_label(value: Period | int | str | None) -> str:
    """`T1 2024` / `Q1 2024`, `janv. 2024` / `Jan 2024`; what is no period is shown as it is."""
    return _period(value, formats.period_text)


@register.filter
def month_label(value: date | Period | int | str | None) -> str:
    """`janvier 2024` / `January 2024`."""
    return _period(value, formats.month_text)


@register.simple_tag
def missing() -> SafeString:
    """The mark of a missing value."""
    return format_html(
        '<span class="missing"><span aria-hidden="true">—</span><span class="visually-hidden">{}</span></span>',
        _("no data"),
    )


@register.simple_tag
def demo_mark(shown: bool = True) -> str:
    """The tag beside anything made up. `{% demo_mark visit.demonstration %}` shows it only where true."""
    if not shown:
        return ""
    return format_html(
        '<span class="tag tag-demo" title="{}">{}</span>',
        _("Made-up data that show how the tool works. Not a fact."),
        _("demonstration"),
    )


@register.simple_tag
def coverage(value: float | None) -> str:
    """A coverage in %: above 100 kept, marked, and explained to whoever asks the mark."""
    if not over_100(value):
        return percent(value)
    return format_html(
        '<span class="over" title="{}">▲&nbsp;{}<span class="visually-hidden"> {}</span></span>',
        _("Kept as reported. Above 100% points to data-quality problems or an underestimated target population."),
        percent(value),
        _("(above 100%)"),
    )


@register.inclusion_tag("components/stat_tile.html")
def stat_tile(
    label: str, value: str, unit: str = "", note: str = "", flag: str = "", href: str = "", demonstration: bool = False
) -> dict[str, Any]:
    """A figure with its name, formatted by the page: `{% stat_tile label=… value=sites|number %}`; `flag` warns."""
    return {"label": label, "value": value, "unit": unit, "note": note, "flag": flag, "href": href} | {
        "demonstration": demonstration
    }


@register.inclusion_tag("components/progress.html")
def progress(label: str, done: float | None, planned: float | None) -> dict[str, Any]:
    """Done against planned. No plan (None or 0) draws no bar; more than planned fills it and says so."""
    bar = done is not None and bool(planned)
    share = done / planned * 100 if done is not None and planned else None
    return {"label": label, "done": done, "planned": planned, "share": share, "bar": bar} | {
        "beyond": share is not None and share > 100,
        # Plain text: a localised number would be no number to the browser.
        "bar_max": str(planned),
        "bar_value": str(min(done, planned)) if done is not None and planned else "0",
    }


@register.inclusion_tag("components/page_header.html")
def page_header(title: str, lead: str = "", eyebrow: str = "", demonstration: bool = False) -> dict[str, Any]:
    """The heading of a page; its only h1."""
    return {"title": title, "lead": lead, "eyebrow": eyebrow, "demonstration": demonstration}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """`{% breadcrumbs home home_url sites sites_url name %}`: pairs of text and address, the last text alone."""
    links = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return {"links": links, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/data_table.html")
def data_table(headers: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "") -> dict[str, Any]:
    """A plain table: the first cell of each row is its heading, numbers are localised and set to the right."""
    return {"headers": headers, "rows": rows, "caption": caption}


@register.filter
def is_number(value: Any) -> bool:
    """Whether a table cell is set as a number: numbers are, and so is a missing one."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list that keep its filters."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}


@register.simple_tag
def chart(figure: Chart | SmallMultiples | BarPairs) -> str:
    """Draws what `line_chart`, `small_multiples` or `bar_pairs` returned."""
    if isinstance(figure, SmallMultiples):
        return render_to_string("components/small_multiples.html", {"multiples": figure, "chart": figure.whole})
    name = "bars" if isinstance(figure, BarPairs) else "chart"
    return render_to_string(f"components/{name}.html", {"chart": figure})


def _known(value: float | str | None) -> float | None:
    """The number, or None where there is none. Text that is no number raises ValueError: the page is at fault."""
    if value in MISSING_VALUES or value is None:
        return None
    number = float(value)
    return None if number != number else number


def _period(value: Any, write: Any) -> str:
    if value in MISSING_VALUES:
        return missing()
    try:
        return str(write(value))
    except BadPeriod:
        return str(value)
