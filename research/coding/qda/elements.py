"""XML of REFI-QDA, read without its dangers and within bounds, and written. Pure.

A document type is refused as soon as it opens, so nothing is declared, expanded or fetched (defusedxml). Elements are
counted while they come: a file that holds too many, or nests them too deeply, is given up before it is all in memory.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from research.coding.qda.records import Unreadable

LARGEST = 20 * 1024**2
"""Bytes of the XML after unpacking."""
MOST_ELEMENTS, DEEPEST = 300_000, 40
_OURS = "urn:QDA-XML:"
_LISTS = {"Variables", "Cases", "Links", "Graphs"}
"""Lists that are not read: what they hold is counted, not that they are there."""
_NAMESPACE = UUID("0b6a2a7e-3b6c-5d52-9a4f-6d5c2a0f7e31")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tree(content: bytes, root: tuple[str, ...]) -> Element:
    """The root element, which bears one of these names. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable("too_large", f"{LARGEST // 1024**2} MB")
    depth, count, first = 0, 0, None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            first = element if first is None else first
            depth, count = depth + 1, count + 1
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise Unreadable("too_much")
    except DefusedXmlException as error:
        raise Unreadable("xml_forbidden") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("bad_xml", str(error)[:80]) from error
    if first is None or name_of(first) not in root:
        raise Unreadable("not_refi", name_of(first)[:40] if first is not None else "")
    return first


def name_of(element: Element) -> str:
    """The name without its namespace; with it where it is not one of REFI-QDA."""
    space, _brace, name = str(element.tag).rpartition("}")
    return name if not space or space[1:].startswith(_OURS) else f"{{{space[1:]}}}{name}"


def known(element: Element, names: tuple[str, ...], untold: Counter[str]) -> Iterator[tuple[str, Element]]:
    """The children of these names; all others are counted in `untold`, by their path."""
    for child in element:
        name = name_of(child)
        if name in names:
            yield name, child
        else:
            untold[f"{name_of(element)}/{name}"] += len(child) if name in _LISTS else 1


def guid_of(element: Element, place: str = "", attribute: str = "guid") -> UUID:
    """The guid as written; where there is none that can be read, one made from what is written and from the place."""
    written = element.get(attribute, "").strip()
    return as_guid(written) or uuid5(_NAMESPACE, f"{place}/{written}")


def as_guid(written: str | None) -> UUID | None:
    try:
        return UUID((written or "").strip())
    except ValueError:
        return None


def reference(element: Element, attribute: str = "targetGUID") -> UUID:
    return guid_of(element, attribute=attribute)


def text_of(element: Element) -> str:
    return element.text or ""


def whole(element: Element, attribute: str) -> int | None:
    """A number of characters; None where it is missing or none."""
    written = element.get(attribute, "").strip()
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else None


def put(parent: Element, name: str, text: str | None = None, /, **attributes: object) -> Element:
    """Adds a child; attributes that are None or blank are left out, and signs that XML cannot hold."""
    said = {key: _NOT_XML.sub("", str(value)) for key, value in attributes.items() if value not in (None, "")}
    child = SubElement(parent, name, said)
    if text is not None:
        child.text = _NOT_XML.sub("", text)
    return child


def written(root: Element) -> bytes:
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)
