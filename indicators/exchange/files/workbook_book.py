"""What a workbook says of itself: sheets, date system, styles, and the texts that its cells share."""

import posixpath
import re
from typing import NamedTuple

from indicators.exchange.files.cell_formats import shows_date, shows_percent
from indicators.exchange.files.workbook_parts import Attributes, Parts, local
from indicators.exchange.problems import BadFile

MOST_SHARED = 32_000_000
"""Characters of all texts that cells share; the only part of a workbook that is held in memory."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SheetInfo(NamedTuple):
    name: str
    hidden: bool = False


class Book:
    """Read when it is opened; texts and styles when they are asked for."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.from_1904 = False
        found: list[tuple[str, str, str]] = []

        def workbook(tag: str, given: Attributes) -> None:
            if tag == "workbookPr":
                self.from_1904 = given.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                found.append((given.get("name", ""), given.get("state", "visible"), local(given, "id")))

        parts.texts("xl/workbook.xml", workbook)
        targets: dict[str, str] = {}
        self._named: dict[str, str] = {}

        def relation(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                part = posixpath.normpath(posixpath.join("/xl", given.get("Target", ""))).lstrip("/")
                kind = given.get("Type", "").rpartition("/")[2]
                if kind == "worksheet":
                    targets[given.get("Id", "")] = part
                else:
                    self._named[kind] = part

        parts.texts("xl/_rels/workbook.xml.rels", relation)
        self.sheets = [
            (SheetInfo(name, state != "visible"), targets[key])
            for name, state, key in found
            if targets.get(key) in parts.names
        ]
        if not self.sheets:
            raise BadFile("bad_workbook", "xl/workbook.xml")

    def part_of(self, sheet: str) -> str:
        for info, part in self.sheets:
            if info.name == sheet:
                return part
        raise BadFile("unknown_sheet", sheet)

    def styles(self) -> tuple[frozenset[str], frozenset[str]]:
        """The `s` of cells that are shown as dates, and of those shown as percentages."""
        if (part := self._named.get("styles")) not in self.parts.names:
            return frozenset(), frozenset()
        codes: dict[str, str] = {}
        formats: list[str] = []
        inside: list[str] = []

        def start(tag: str, given: Attributes) -> None:
            if tag == "numFmt":
                codes.setdefault(given.get("numFmtId", ""), given.get("formatCode", ""))
            elif tag == "cellXfs":
                inside.append(tag)
            elif tag == "xf" and inside:
                formats.append(given.get("numFmtId", "0"))

        def end(tag: str) -> None:
            if tag == "cellXfs":
                inside.clear()

        for _ in self.parts.walk(part, start, end):
            pass
        known = [(str(index), int(key) if key.isdecimal() else 0, codes.get(key)) for index, key in enumerate(formats)]
        dates = frozenset(style for style, key, code in known if shows_date(key, code))
        return dates, frozenset(style for style, key, code in known if shows_percent(key, code))

    def shared(self) -> list[str]:
        """The texts that cells name by number."""
        if (part := self._named.get("sharedStrings")) not in self.parts.names:
            return []
        texts = _Texts()
        for _ in self.parts.walk(part, texts.start, texts.end, texts.data):
            pass
        return texts.found


class _Texts:
    """Collects the shared texts; readings printed above Asian letters (`rPh`) are left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.size = 0
        self._pieces: list[str] = []
        self._wanted = False
        self._aside = False

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "t":
            self._wanted = not self._aside
        elif tag == "rPh":
            self._aside = True
        elif tag == "si":
            self._pieces = []

    def end(self, tag: str) -> None:
        if tag == "t":
            self._wanted = False
        elif tag == "rPh":
            self._aside = False
        elif tag == "si":
            self.found.append(unescaped("".join(self._pieces)))

    def data(self, text: str) -> None:
        if self._wanted:
            self.size += len(text)
            if self.size > MOST_SHARED:
                raise BadFile("too_large_unpacked", f"{MOST_SHARED // 1_000_000} MB")
            self._pieces.append(text)


def unescaped(text: str) -> str:
    """`_x000D_` is how a workbook writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
