"""Projects as REFI-QDA writes them (`project.qde`): bytes in, records out, and back. Pure.

Carried: people, codes, plain texts and the plain text of PDFs with what is coded in them, notes, sets. Pictures,
recordings, selections by place on a page, cases, variables, links and graphs are not; they are counted.
"""

from collections import Counter
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element

from research.coding.qda.codebook_xml import read_book, read_sets, write_codes, write_sets
from research.coding.qda.elements import as_guid, guid_of, known, put, reference, text_of, tree, whole, written
from research.coding.qda.records import Book, CodeSet, Coding, Note, Person, Project, Selection, TextSource, Unreadable

NAMESPACE = "urn:QDA-XML:project:1.0"
MOST_CODINGS, MOST_SOURCES = 20_000, 2_000
_PARTS = ("Users", "CodeBook", "Sources", "Notes", "Sets", "Description", "NoteRef")


def read(content: bytes) -> Project:
    """Raises Unreadable."""
    root, untold = tree(content, ("Project",)), Counter[str]()
    people: list[Person] = []
    sources: list[TextSource] = []
    notes: list[Note] = []
    on_project: list[UUID] = []
    book, description = Book(), ""
    sets: tuple[CodeSet, ...] = ()
    for part, element in known(root, _PARTS, untold):
        match part:
            case "Users":
                people += [Person(guid_of(one), one.get("name", "")) for _n, one in known(element, ("User",), untold)]
            case "CodeBook":
                book = read_book(element, untold, root.get("origin", ""))
            case "Sources":
                sources += [
                    _source(one, untold) for _n, one in known(element, ("TextSource", "PDFSource"), untold)
                    if _has_plain_text(one, untold)
                ]  # fmt: skip
            case "Notes":
                notes += [_note(one, untold) for _n, one in known(element, ("Note",), untold)]
            case "Sets":
                sets += read_sets(element, untold)
            case "Description":
                description = text_of(element).strip()
            case "NoteRef":
                on_project.append(reference(element))
    if len(sources) > MOST_SOURCES or sum(_codings_in(one) for one in sources) > MOST_CODINGS:
        raise Unreadable("too_much")
    whole_book = Book(book.codes, (*book.sets, *sets), root.get("origin", "")[:200], untold)
    return Project(
        root.get("name", "")[:200], whole_book, tuple(people), tuple(sources), tuple(notes), tuple(on_project),
        description,
    )  # fmt: skip


def write(project: Project) -> bytes:
    """In the order that the schema asks for."""
    root = Element("Project", {"xmlns": NAMESPACE, "name": project.name, "origin": project.book.origin})
    people = put(root, "Users") if project.people else root
    for person in project.people:
        put(people, "User", guid=person.guid, name=person.name)
    write_codes(put(root, "CodeBook"), project.book.codes)
    sources = put(root, "Sources") if project.sources else root
    for one in project.sources:
        _put_source(sources, one)
    notes = put(root, "Notes") if project.notes else root
    for note in project.notes:
        path = {"plainTextPath": note.path} if note.text is None else {}
        child = put(notes, "Note", guid=note.guid, name=note.name, creatingUser=note.by, **path)
        _put_text(child, note.description, note.text)
    write_sets(root, project.book.sets)
    if project.description:
        put(root, "Description", project.description)
    _put_notes(root, project.notes_on_project)
    return written(root)


def _source(element: Element, untold: Counter[str]) -> TextSource:
    """A text, or a PDF by its plain text (Representation), under the guid of the source."""
    name, guid = element.get("name", "").strip(), guid_of(element, "source/" + element.get("name", ""))
    description, inner = "", element
    if element.tag.endswith("PDFSource"):
        for part, child in known(element, ("Representation", "Description"), untold):
            if part == "Representation":
                inner = child
            else:
                description = text_of(child)
    text, selections, codings, notes = None, [], [], []
    parts = ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef")
    for part, child in known(inner, parts, untold):
        match part:
            case "Description":
                description = text_of(child) or description
            case "PlainTextContent":
                text = text_of(child)
            case "PlainTextSelection":
                selections += _selection(child, guid, untold)
            case "Coding":
                codings += _coding(child, guid, untold)
            case "NoteRef":
                notes.append(reference(child))
    return TextSource(
        guid, name, inner.get("plainTextPath", ""), text, description.strip(), as_guid(inner.get("creatingUser")),
        tuple(selections), tuple(codings), tuple(notes),
    )  # fmt: skip


def _selection(element: Element, source: UUID, untold: Counter[str]) -> list[Selection]:
    start, end = whole(element, "startPosition"), whole(element, "endPosition")
    if start is None or end is None:
        untold["PlainTextSelection/@startPosition"] += 1
        return []
    guid, by = guid_of(element, f"{source}/{start}/{end}"), as_guid(element.get("creatingUser"))
    description, codings, notes = "", [], []
    for part, child in known(element, ("Description", "Coding", "NoteRef"), untold):
        match part:
            case "Description":
                description = text_of(child)
            case "Coding":
                codings += _coding(child, guid, untold, by)
            case "NoteRef":
                notes.append(reference(child))
    words = element.get("name", "").strip()
    return [Selection(guid, start, end, words, description.strip(), by, tuple(codings), tuple(notes))]


def _coding(element: Element, place: UUID, untold: Counter[str], by: UUID | None = None) -> list[Coding]:
    code, notes = None, []
    for part, child in known(element, ("CodeRef", "NoteRef"), untold):
        if part == "CodeRef":
            code = reference(child)
        else:
            notes.append(reference(child))
    if code is None:
        untold["Coding without a code"] += 1
        return []
    guid = as_guid(element.get("guid")) or uuid5(place, str(code))
    return [Coding(guid, code, as_guid(element.get("creatingUser")) or by, tuple(notes))]


def _note(element: Element, untold: Counter[str]) -> Note:
    text, description = None, ""
    for part, child in known(element, ("PlainTextContent", "Description"), untold):
        if part == "PlainTextContent":
            text = text_of(child)
        else:
            description = text_of(child)
    name = element.get("name", "").strip()
    path, by = element.get("plainTextPath", ""), as_guid(element.get("creatingUser"))
    return Note(guid_of(element, f"note/{name}"), name, path, text, description.strip(), by)


def _has_plain_text(element: Element, untold: Counter[str]) -> bool:
    name = str(element.tag).rpartition("}")[2]
    inner = element if name == "TextSource" else next((one for one in element if _is(one, "Representation")), None)
    if inner is not None and (inner.get("plainTextPath") or any(_is(one, "PlainTextContent") for one in inner)):
        return True
    untold[f"{name} without a plain text"] += 1
    return False


def _is(element: Element, name: str) -> bool:
    return str(element.tag).rpartition("}")[2] == name


def _codings_in(source: TextSource) -> int:
    return len(source.codings) + sum(max(1, len(one.codings)) for one in source.selections)


def _put_source(parent: Element, source: TextSource) -> None:
    path = {"plainTextPath": source.path} if source.text is None else {}
    child = put(parent, "TextSource", guid=source.guid, name=source.name, creatingUser=source.by, **path)
    _put_text(child, source.description, source.text)
    for one in source.selections:
        selection = put(
            child, "PlainTextSelection", guid=one.guid, startPosition=one.start, endPosition=one.end, name=one.name,
            creatingUser=one.by,
        )  # fmt: skip
        _put_text(selection, one.description, None)
        for coding in one.codings:
            _put_coding(selection, coding)
        _put_notes(selection, one.notes)
    for coding in source.codings:
        _put_coding(child, coding)
    _put_notes(child, source.notes)


def _put_coding(parent: Element, coding: Coding) -> None:
    child = put(parent, "Coding", guid=coding.guid, creatingUser=coding.by)
    put(child, "CodeRef", targetGUID=coding.code)
    _put_notes(child, coding.notes)


def _put_notes(parent: Element, notes: tuple[UUID, ...]) -> None:
    for guid in notes:
        put(parent, "NoteRef", targetGUID=guid)


def _put_text(parent: Element, description: str, text: str | None) -> None:
    if description:
        put(parent, "Description", description)
    if text is not None:
        put(parent, "PlainTextContent", text)
