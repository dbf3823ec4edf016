"""The same charts as plain Plotly figures (dicts), which the browser draws when a reader asks to explore. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.pages.bars import Pair
    from indicators.pages.charts import Series

# The stylesheet's series colours of the light scheme, in its order; each also has a dash of its own.
COLOURS = ("#0a62a8", "#bd4a00", "#00735a", "#a03d78", "#463a2f", "#856300")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
INK, LINE, OCHRE, PAPER = "#241c15", "#ddd1ba", "#96500a", "#fffdf8"


def plain(text: str) -> str:
    """Text that Plotly shows as it is: it reads `$…$` as mathematics and `<…>` as mark-up, so these signs go."""
    return text.replace("$", "").replace("<", "").replace(">", "")


def lines(
    series: Sequence["Series"],
    title: str,
    unit: str,
    reference: float | None,
    reference_label: str,
    y_from_zero: bool,
) -> dict[str, Any]:
    """One trace per series; missing values are null and break the line."""
    layout = _layout(title, unit)
    layout["yaxis"]["rangemode"] = "tozero" if y_from_zero else "normal"
    if reference is not None:
        layout["shapes"] = [_reference(reference, "paper", "y")]
        layout["annotations"] = [
            {"text": plain(reference_label), "x": 0, "xref": "paper", "xanchor": "left", "y": reference}
            | {"yanchor": "bottom", "showarrow": False, "font": {"color": OCHRE, "size": 12}}
        ]
    return {"data": [_trace(s, i, reference) for i, s in enumerate(series)], "layout": layout}


def panels(series: Sequence["Series"], title: str, unit: str, reference: float | None, shared: bool) -> dict[str, Any]:
    """One pair of axes per series, two columns; with `shared`, all value axes follow the first."""
    layout = _layout(title, unit)
    del layout["xaxis"], layout["yaxis"]
    layout.update(showlegend=False, annotations=[], shapes=[])
    rows = max(1, -(-len(series) // 2))
    layout["height"] = max(400, 220 * rows)
    traces = []
    for i, one in enumerate(series):
        n = "" if i == 0 else str(i + 1)
        row, column = divmod(i, 2)
        x_from, y_to = column * 0.54, 1 - row / rows
        y_axis = {"anchor": f"x{n}", "domain": [y_to - 1 / rows + 0.2 / rows, y_to - 0.12 / rows], **_AXIS}
        layout[f"xaxis{n}"] = {"anchor": f"y{n}", "domain": [x_from, x_from + 0.46], **_AXIS}
        layout[f"yaxis{n}"] = y_axis | ({"matches": "y"} if shared and n else {}) | {"rangemode": "tozero"}
        layout["annotations"].append(
            {"text": plain(one.name), "x": x_from, "y": y_to - 0.1 / rows, "xref": "paper", "yref": "paper"}
            | {"xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": {"color": INK, "size": 13}}
        )
        if reference is not None:
            layout["shapes"].append(_reference(reference, f"x{n} domain", f"y{n}"))
        traces.append({**_trace(one, i, reference), "xaxis": f"x{n}", "yaxis": f"y{n}"})
    return {"data": traces, "layout": layout}


def pairs(rows: Sequence["Pair"], title: str, unit: str, planned_name: str, done_name: str) -> dict[str, Any]:
    """Planned against done, grouped horizontal bars, the first row on top."""
    layout = _layout(title, "")
    layout.update(barmode="group", xaxis={"title": {"text": plain(unit)}, "rangemode": "tozero", **_AXIS})
    layout["yaxis"] = {"autorange": "reversed", "automargin": True}
    names = [plain(row.label) for row in rows]
    common: dict[str, Any] = {"type": "bar", "orientation": "h", "y": names}
    outline = {"color": PAPER, "line": {"color": INK, "width": 1}, "pattern": {"shape": "/", "fgcolor": LINE}}
    return {
        "data": [
            {**common, "name": plain(done_name), "x": [row.done for row in rows], "marker": {"color": COLOURS[0]}},
            {**common, "name": plain(planned_name), "x": [row.planned for row in rows], "marker": outline},
        ],
        "layout": layout,
    }


_AXIS: dict[str, Any] = {"automargin": True, "gridcolor": LINE, "zerolinecolor": INK}


def _layout(title: str, unit: str) -> dict[str, Any]:
    return {
        "title": {"text": plain(title), "x": 0, "xanchor": "left", "xref": "container", "pad": {"l": 12}},
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "margin": {"l": 48, "r": 16, "t": 88, "b": 40},
        "height": 420,
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"type": "category", **_AXIS},
        "yaxis": {"title": {"text": plain(unit)}, **_AXIS},
    }


def _trace(series: "Series", index: int, reference: float | None) -> dict[str, Any]:
    colour = COLOURS[index % 6]
    values, signals = series.values, series.signals
    over = [v is not None and reference is not None and v > reference for v in values]
    rings = [i in signals for i in range(len(over))]
    marked = [o or r for o, r in zip(over, rings, strict=True)]
    return {
        "type": "scatter",
        "mode": {"line": "lines+markers", "guide": "lines"}.get(series.kind, "markers"),
        "name": plain(series.name),
        "x": plain("\0".join(label for label, _ in series.points)).split("\0") if values else [],
        "y": values,
        "connectgaps": False,
        "line": {"color": colour, "dash": DASHES[index % 6], "width": 2.4},
        "marker": {
            "color": colour,
            "size": [11 if one else 6 for one in marked],
            "line": {"color": colour, "width": [2 if one else 0 for one in marked]},
            "symbol": [
                "triangle-up-open" if o else "circle-open-dot" if r else "circle"
                for o, r in zip(over, rings, strict=True)
            ],
        },
    }


def _reference(value: float, xref: str, yref: str) -> dict[str, Any]:
    dots = {"color": OCHRE, "dash": "dot", "width": 1.5}
    return {"type": "line", "x0": 0, "x1": 1, "y0": value, "y1": value, "xref": xref, "yref": yref, "line": dots}
