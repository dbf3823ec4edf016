"""Codebooks as REFI-QDA writes them (.qdc), and the same part of a project. Bytes in, records out, and back. Pure."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID
from xml.etree.ElementTree import Element

from research.coding.qda.elements import guid_of, known, put, reference, text_of, tree, written
from research.coding.qda.records import Book, CodeNode, CodeSet, Unreadable

NAMESPACE = "urn:QDA-XML:codebook:1.0"
MOST_CODES = 2_000


def read(content: bytes) -> Book:
    """Raises Unreadable."""
    root, untold = tree(content, ("CodeBook",)), Counter[str]()
    return read_book(root, untold, root.get("origin", ""))


def write(book: Book) -> bytes:
    root = Element("CodeBook", {"xmlns": NAMESPACE, "origin": book.origin})
    write_codes(root, book.codes)
    write_sets(root, book.sets)
    return written(root)


def read_book(element: Element, untold: Counter[str], origin: str) -> Book:
    """The codes of a CodeBook element, and its sets. `untold` is added to."""
    codes: tuple[CodeNode, ...] = ()
    sets: tuple[CodeSet, ...] = ()
    for name, child in known(element, ("Codes", "Sets"), untold):
        if name == "Codes":
            codes += tuple(_code(one, untold) for _name, one in known(child, ("Code",), untold))
        else:
            sets += read_sets(child, untold)
    guids = Counter(_guids(codes))
    if guids.total() > MOST_CODES:
        raise Unreadable("too_many_codes", str(MOST_CODES))
    if twice := [guid for guid, count in guids.items() if count > 1]:
        raise Unreadable("code_twice", str(twice[0]))
    return Book(codes, sets, origin[:200], untold)


def read_sets(element: Element, untold: Counter[str]) -> tuple[CodeSet, ...]:
    return tuple(_set(one, untold) for _name, one in known(element, ("Set",), untold))


def write_codes(parent: Element, codes: Iterable[CodeNode]) -> None:
    _put_codes(put(parent, "Codes"), codes)


def write_sets(parent: Element, sets: Iterable[CodeSet]) -> None:
    """The schema knows no empty list of sets."""
    rows = list(sets)
    element = put(parent, "Sets") if rows else parent
    for one in rows:
        child = put(element, "Set", guid=one.guid, name=one.name)
        if one.description:
            put(child, "Description", one.description)
        for name, guids in (("MemberCode", one.codes), ("MemberSource", one.sources), ("MemberNote", one.notes)):
            for guid in guids:
                put(child, name, targetGUID=guid)


def _put_codes(parent: Element, codes: Iterable[CodeNode]) -> None:
    for code in codes:
        codable = "true" if code.codable else "false"
        child = put(parent, "Code", guid=code.guid, name=code.name, isCodable=codable, color=code.colour)
        if code.description:
            put(child, "Description", code.description)
        for note in code.notes:
            put(child, "NoteRef", targetGUID=note)
        _put_codes(child, code.children)


def _code(element: Element, untold: Counter[str]) -> CodeNode:
    description, notes, children = "", [], []
    for name, child in known(element, ("Description", "NoteRef", "Code"), untold):
        if name == "Description":
            description = text_of(child)
        elif name == "NoteRef":
            notes.append(reference(child))
        else:
            children.append(_code(child, untold))
    name = element.get("name", "").strip()
    colour = element.get("color", "").strip().lower()
    if colour and not _is_colour(colour):
        untold["Code/@color"] += 1
        colour = ""
    codable = element.get("isCodable", "true").strip().lower() not in ("false", "0")
    guid = guid_of(element, f"code/{name}")
    return CodeNode(guid, name, codable, colour, description.strip(), tuple(notes), tuple(children))


def _set(element: Element, untold: Counter[str]) -> CodeSet:
    description = ""
    members: dict[str, list[UUID]] = {"MemberCode": [], "MemberSource": [], "MemberNote": []}
    for name, child in known(element, ("Description", *members), untold):
        if name == "Description":
            description = text_of(child)
        else:
            members[name].append(reference(child))
    name = element.get("name", "").strip()
    found = (tuple(guids) for guids in members.values())
    return CodeSet(guid_of(element, f"set/{name}"), name, description.strip(), *found)


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(sign in "0123456789abcdef" for sign in text[1:])


def _guids(codes: Iterable[CodeNode]) -> Iterable[UUID]:
    for code in codes:
        yield code.guid
        yield from _guids(code.children)
