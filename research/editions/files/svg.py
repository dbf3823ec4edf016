"""Small charts as SVG that needs no stylesheet, and as PNG for programs that take no SVG. Drawn here, no network."""

import json
from typing import Any

import typst
from django.template.loader import render_to_string

from indicators.pages.charts import Chart, SmallMultiples

_STYLE = (
    ".gridline{stroke:#d5d9d6;stroke-width:1;fill:none}.zero{stroke:#5b6660;stroke-width:1.2;fill:none}"
    ".reference{stroke:#8a5a00;stroke-width:1.2;stroke-dasharray:5 3;fill:none}"
    ".curve{stroke:#0b5d51;stroke-width:2;fill:none}.dot{fill:#0b5d51}.over-mark{fill:#a33a0b}"
    '.signal{fill:none;stroke:#a33a0b}text{font-family:"Libertinus Serif";font-size:12.5px;fill:#33413b}'
    ".end{text-anchor:end}.mid{text-anchor:middle}"
)
_PNG = """
#let d = json(bytes(sys.inputs.data))
#set page(width: 17cm, height: auto, margin: 4pt)
#set text(font: "Libertinus Serif", size: 9pt)
#grid(columns: (1fr, 1fr, 1fr), gutter: 8pt,
  ..d.panels.map(p => [#text(p.title) \\ #image(bytes(p.svg), format: "svg", width: 100%)]))
"""


def panel_svg(panel: Chart) -> str:
    """One panel; blank where nothing was reported."""
    if panel.empty:
        return ""
    drawing = panel.drawings["only"]
    inside = {"chart": panel, "drawing": drawing, "size": "only"}
    drawn = render_to_string("components/line_drawing.html", inside)
    head, rest = drawn.split(">", 1)
    head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    size = f' width="{drawing.width}" height="{drawing.height}"'
    return f"{head}{size}><style>{_STYLE}</style>{rest}"


def panels(multiples: SmallMultiples) -> list[tuple[Chart, str]]:
    return [(panel, panel_svg(panel)) for panel in multiples.panels]


def png(multiples: SmallMultiples) -> bytes:
    """All panels that have values in one picture, three beside each other; blank where none has."""
    drawn: list[dict[str, Any]] = [{"title": p.title, "svg": svg} for p, svg in panels(multiples) if svg]
    if not drawn:
        return b""
    return bytes(
        typst.compile(
            _PNG.encode(), format="png", ppi=160, ignore_system_fonts=True,
            sys_inputs={"data": json.dumps({"panels": drawn})},
        )
    )  # fmt: skip
