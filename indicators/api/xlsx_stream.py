"""A workbook of one sheet, streamed while it is computed: neither memory nor disk holds it.

Text is written as text (`inlineStr`), so nothing in it can act as a formula or become a link.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576  # the header's among them: what a sheet holds
_LONGEST_TEXT = 32_767
_MOST_TEXTS = 50_000  # kept ready to be written again
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
    '<sheets><sheet name="CAPEV" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_FOOT = "</sheetData></worksheet>"

Value = str | float | int | bool | None


class _Pipe:
    """What a zip is written to: bytes wait here until they are sent on."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing lies deeper."""

    def taken(self) -> bytes:
        data = b"".join(self.waiting)
        self.waiting.clear()
        return data


def xlsx_stream(headers: Sequence[str], blocks: Iterable[Iterable[Sequence[Value]]]) -> Iterator[bytes]:
    """The pieces of the file, about one for each block. The caller has made sure that the rows fit (`MOST_ROWS`)."""
    pipe = _Pipe()
    texts: dict[str, str] = {}  # names and identifiers come back in every row
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((_HEAD + _row(1, headers, texts)).encode())
            number = 1
            for rows in blocks:
                lines = []
                for number, row in enumerate(rows, number + 1):  # noqa: B020 – goes on where the last block ended
                    lines.append(_row(number, row, texts))
                sheet.write("".join(lines).encode())
                if len(texts) > _MOST_TEXTS:
                    texts.clear()
                yield pipe.taken()
            sheet.write(_FOOT.encode())
    yield pipe.taken()


def _row(number: int, values: Sequence[Value], texts: dict[str, str]) -> str:
    """Cells follow one another, so none needs to say where it stands."""
    cells = []
    for value in values:
        if value is None or value == "":
            cells.append("<c/>")
        elif isinstance(value, str):
            cells.append(texts.get(value) or texts.setdefault(value, _text_cell(value)))
        elif isinstance(value, bool):
            cells.append(f'<c t="b"><v>{value:d}</v></c>')
        else:
            cells.append(f"<c><v>{value!r}</v></c>")
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text_cell(value: str) -> str:
    text = escape(ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_TEXT])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
