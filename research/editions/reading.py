"""An edition's content in one language, ready to be shown: on a page, in a PDF, in a DOCX. No queries."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from indicators.pages.charts import Series, SmallMultiples, small_multiples
from indicators.pages.formats import period_text
from indicators.pages.numbers import unit_name, value_text
from indicators.periods import Period
from research.editions.titles import HEADINGS

LESS_THAN_EXPECTED = frozenset({"incomplete", "reports_missing"})


class Entry(NamedTuple):
    title: str
    text: str
    facts: list[tuple[str, str]]
    demonstration: bool


class Block(NamedTuple):
    """`kind`: text, table, chart or entries; what the others use is empty."""

    kind: str
    title: str = ""
    text: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    source: str = ""
    numbers: bool = True
    chart: SmallMultiples | None = None
    entries: Sequence[Entry] = ()
    demonstration: bool = False
    over_100: bool = False
    incomplete: bool = False


class Part(NamedTuple):
    kind: str
    title: str
    words: list[str]
    blocks: list[Block]


class Defined(NamedTuple):
    name: str
    formula: str
    unit: str
    source: str
    note: str


class Document(NamedTuple):
    language: str
    title: str
    hub: str
    span: str
    drawn_on: str
    parts: list[Part]
    definitions: list[Defined]
    demonstration: bool


def read(content: Mapping[str, Any], language: str) -> Document:
    with translation.override(language):
        return _read(content, language)


def span_text(first: Period, last: Period) -> str:
    """`janv. – juin 2025`, or from the first half-year to the last."""
    if first == last:
        return period_text(first)
    return f"{period_text(Period.month_of(first.start))} – {period_text(Period.month_of(last.end))}"


def _read(content: Mapping[str, Any], language: str) -> Document:
    parts = [
        Part(
            one["kind"],
            str(HEADINGS[one["kind"]].title),
            _paragraphs(one["words"].get(language, "")),
            [_block(block, content, language, f"{one['kind']}-{n}") for n, block in enumerate(one["blocks"])],
        )
        for one in content["sections"]
    ]
    return Document(
        language,
        content["title"][language],
        content["hub"][language],
        span_text(Period.parse(content["first"]), Period.parse(content["last"])),
        content["drawn_at"][:10],
        parts,
        [_defined(one, language) for one in content["definitions"].values()],
        any(block.demonstration for part in parts for block in part.blocks),
    )


def _paragraphs(words: str) -> list[str]:
    return [one.strip() for one in words.replace("\r\n", "\n").split("\n\n") if one.strip()]


def _defined(one: Mapping[str, Any], language: str) -> Defined:
    texts = {name: one[name][language] for name in ("name", "formula", "source", "note")}
    return Defined(unit=unit_name(one["unit"]), **texts)


def _block(block: Mapping[str, Any], content: Mapping[str, Any], language: str, key: str) -> Block:
    match block["kind"]:
        case "text":
            return Block("text", text=block["text"][language], demonstration=block["demonstration"])
        case "table":
            return _table(block, content, language)
        case "chart":
            return _chart(block, content, language, key)
        case "entries":
            entries = [_entry(one, language) for one in block["rows"]]
            return Block("entries", entries=entries, demonstration=any(one.demonstration for one in entries))
    raise ValueError(block["kind"])


def _entry(row: Mapping[str, Any], language: str) -> Entry:
    facts = [(label[language], said[language]) for label, said in row["facts"] if said[language]]
    return Entry(row["title"][language], row.get("text", {}).get(language, ""), facts, row["demonstration"])


def _table(block: Mapping[str, Any], content: Mapping[str, Any], language: str) -> Block:
    keys = [cell["value"] for row in block["rows"] for cell in row if "value" in cell]
    flags = {flag for key in keys for flag in content["values"][key]["flags"]}
    return Block(
        "table",
        title=block["title"][language],
        columns=[one[language] for one in block["columns"]],
        rows=[[_cell(cell, content, language) for cell in row] for row in block["rows"]],
        source=block["source"].get(language, ""),
        numbers=block["numbers"],
        demonstration=block["demonstration"] or any(content["values"][key]["demonstration"] for key in keys),
        over_100="over_100" in flags,
        incomplete=bool(flags & LESS_THAN_EXPECTED),
    )


def _cell(cell: Mapping[str, Any], content: Mapping[str, Any], language: str) -> str:
    if "text" in cell:
        return str(cell["text"][language])
    value = content["values"][cell["value"]]
    unit = content["definitions"][cell["value"].split("/")[0]]["unit"]
    mark = "▲ " if "over_100" in value["flags"] else ""
    star = " *" if LESS_THAN_EXPECTED & set(value["flags"]) else ""
    return f"{mark}{value_text(value['value'], unit)}{star}"


def _chart(block: Mapping[str, Any], content: Mapping[str, Any], language: str, key: str) -> Block:
    labels = [period_text(one) for one in block["periods"]]
    series = []
    for one in block["series"]:
        values = [content["values"][name] for name in one["keys"]]
        points = list(zip(labels, (value["value"] for value in values), strict=True))
        series.append(Series(one["name"][language], points, demonstration=any(v["demonstration"] for v in values)))
    chart = small_multiples(
        series,
        title=block["title"][language],
        unit=block["unit"][language],
        source=block["source"][language],
        reference=block["reference"],
        reference_label="100 %" if block["reference"] else "",
        shared=block["shared"],
        key=f"edition-{key}",
    )
    return Block("chart", title=chart.title, chart=chart, source=chart.source, demonstration=chart.whole.demonstration)


def described(panel: Any) -> str:
    """What a small chart shows, for whoever does not see it: «Niono (percent): 82 in Q1 2024, 90 in Q4 2025.»"""
    from indicators.pages.formats import number_text

    told = [
        _("%(name)s: %(first_value)s in %(first)s, %(last_value)s in %(last)s.")
        % {
            "name": name, "first_value": number_text(first[1]), "first": first[0],
            "last_value": number_text(last[1]), "last": last[0],
        }
        for name, first, last in panel.extremes
    ]  # fmt: skip
    return " ".join(told) or _("%(name)s: no value has been reported.") % {"name": panel.title}
