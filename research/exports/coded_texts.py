"""Coded texts as a project of REFI-QDA: whole for who may read them, or only what may leave without telling who spoke.

Whole: the notes and quotes that the person reads, with the passages and memos that they see (the blind rule holds).
De-identified: only quotes that may go out with any de-identified export, under guids made for this file, with what
counts as coded in them; no notes, no memos, no places or days finer than in the tables. Coders never have a name.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from django.db.models import Prefetch, QuerySet

from research.coding.memos.queries import memos_readable_by
from research.coding.models import Code, Codebook, CodedPassage, Memo
from research.coding.qda.codes import guid_in, nodes, set_of
from research.coding.qda.matching import guid_of_quote
from research.coding.qda.offsets import normalised, shifted
from research.coding.qda.package import inside
from research.coding.qda.pseudonyms import person
from research.coding.qda.records import Book, CodeNode, Coding, Note, Person, Project, Selection, TextSource
from research.coding.qda.tagged import written
from research.coding.queries import passages_readable_by, passages_that_count
from research.exports.tables import Scope, kept_back
from research.observations.models import Observation, Quote
from research.observations.queries import readable_by

MOST_TEXTS, MOST_PASSAGES = 2_000, 20_000
"""As many as can be brought in again."""


class Built(NamedTuple):
    """`texts` by their path in the project; `rows` counts what is in it."""

    project: Project
    texts: dict[str, str]
    rows: dict[str, int]


class TooMany(Exception):
    """More than one file may hold."""


def build(scope: Scope, codebook: Codebook | None) -> Built:
    """`codebook`: only the observations that were coded with any version of it, and those passages; None: all.
    What is kept back is counted in `scope.left_out`. Raises TooMany."""
    passages = passages_readable_by(scope.user) if scope.whole else passages_that_count()
    if codebook:
        passages = passages.filter(code__codebook__key=codebook.key)
    adrift = passages.filter(adrift=True).count()
    if adrift:
        scope.left_out["passages: words are gone"] += adrift
    placed = passages.filter(adrift=False).select_related("code__codebook").order_by("start", "pk")
    rows = list(placed[: MOST_PASSAGES + 1])
    if len(rows) > MOST_PASSAGES:
        raise TooMany
    books = _books(rows, codebook)
    guids = _Guids(scope.whole, books)
    by_text: dict[tuple[int, int | None], list[CodedPassage]] = {}
    for row in rows:
        by_text.setdefault((row.observation_id, row.quote_id), []).append(row)
    memos = list(memos_readable_by(scope.user)) if scope.whole else []
    notes = _Notes(memos, books, {row.pk for row in rows})
    texts: dict[str, str] = {}
    sources: list[TextSource] = []
    seen = {key for key, _quote in by_text}
    observations = _observations(scope, seen if codebook else None)
    if observations.count() > MOST_TEXTS:
        raise TooMany
    for observation in observations:
        for source, words in _sources(scope, observation, by_text, guids, notes):
            texts[source.path] = words
            sources.append(source)
    if len(sources) > MOST_TEXTS:
        raise TooMany
    codes = tuple(node for one in books for node in _nodes(one, guids, notes))
    sets = tuple(set_of(one, [guids.of_code(code) for code in one.codes.all()]) for one in books)
    people = {row.coder_id: guids.of_person(row.coder_id) for row in rows if row.coder_id}
    project = Project(
        "CAPEV", Book(codes, sets, "CAPEV"), tuple(people.values()), tuple(sources), tuple(notes.used.values()),
        tuple(notes.on_project),
    )  # fmt: skip
    counts = {
        "observations": len({guids.observation[one.guid] for one in sources}), "sources": len(sources),
        "passages": sum(len(one.selections) for one in sources), "memos": len(notes.used),
        "codebooks": len(books),
    }  # fmt: skip
    return Built(project, texts, counts)


class _Guids:
    """Under which guids things stand in the file: their own, or where nobody may find them again, new ones."""

    def __init__(self, whole: bool, books: Iterable[Codebook]) -> None:
        self.whole = whole
        self.books = {one.pk: one for one in books}
        self.latest: dict[str, int] = {}
        for one in self.books.values():
            self.latest[one.key] = max(one.edition, self.latest.get(one.key, 0))
        self.people: dict[int, Person] = {}
        self.observation: dict[UUID, int] = {}

    def of_code(self, code: Code) -> UUID:
        return guid_in(self.books[code.codebook_id], code, self.latest)

    def of_passage(self, row: CodedPassage) -> UUID:
        return row.guid if self.whole else uuid4()

    def of_text(self, observation: Observation, quote: Quote | None) -> UUID:
        own = guid_of_quote(observation.client_uuid, quote.pk) if quote else observation.client_uuid
        guid = own if self.whole else uuid4()
        self.observation[guid] = observation.pk
        return guid

    def of_person(self, coder: int) -> Person:
        if coder not in self.people:
            self.people[coder] = person(coder) if self.whole else Person(uuid4(), f"C-{len(self.people) + 1}")
        return self.people[coder]


class _Notes:
    """Memos by what they hang on; `used`: those that stand in the file."""

    def __init__(self, memos: Iterable[Memo], books: Iterable[Codebook], passages: set[int]) -> None:
        self.used: dict[UUID, Note] = {}
        self.on: dict[tuple[str, int], tuple[UUID, ...]] = {}
        self.on_project: list[UUID] = []
        codebooks = {one.pk for one in books}
        for memo in memos:
            told = {"kind": memo.kind, "shared": "yes" if memo.shared else ""}
            if memo.question:
                self.on_project.append(memo.client_uuid)
                told["question"] = str(memo.question.number)
            elif memo.code and memo.code.codebook_id in codebooks:
                self._hang("code", memo.code.pk, memo)
            elif memo.observation_id:
                self._hang("observation", memo.observation_id, memo)
            elif memo.passage_id in passages:
                self._hang("passage", memo.passage_id, memo)
            else:
                continue
            self.used[memo.client_uuid] = Note(
                memo.client_uuid, memo.get_kind_display(), "", normalised(memo.text), written(told)
            )

    def _hang(self, kind: str, key: int, memo: Memo) -> None:
        self.on[kind, key] = (*self.on.get((kind, key), ()), memo.client_uuid)


def _books(rows: Iterable[CodedPassage], codebook: Codebook | None) -> list[Codebook]:
    """The codebooks that were coded with, in the version used, and the one that was asked for."""
    wanted = {row.code.codebook_id for row in rows} | ({codebook.pk} if codebook else set())
    codes = Prefetch("codes", Code.objects.order_by("order", "pk"))
    return list(Codebook.objects.filter(pk__in=wanted).prefetch_related(codes).order_by("key", "edition"))


def _observations(scope: Scope, coded: set[int] | None) -> QuerySet[Observation]:
    if scope.whole:
        rows = readable_by(scope.user)
    else:
        rows = Observation.objects.filter(pk__in=scope.numbers).select_related("site").prefetch_related("quotes")
    return (rows if coded is None else rows.filter(pk__in=coded)).order_by("client_uuid")


def _sources(
    scope: Scope, observation: Observation, passages: Mapping[tuple[int, int | None], list[CodedPassage]],
    guids: _Guids, notes: _Notes,
) -> Iterable[tuple[TextSource, str]]:  # fmt: skip
    title = _title(scope, observation)
    said = written({"observation": _about(scope, observation)})
    if scope.whole:
        on = notes.on.get(("observation", observation.pk), ())
        rows = passages.get((observation.pk, None), [])
        yield _source(guids.of_text(observation, None), title, said, observation.seen, rows, guids, notes, on)
    elif kept := len(passages.get((observation.pk, None), [])):
        scope.left_out["passages: in notes"] += kept
    for quote in observation.quotes.all():
        rows = passages.get((observation.pk, quote.pk), [])
        if not scope.whole and (reason := kept_back(quote)):
            scope.left_out[reason] += 1
            if rows:
                scope.left_out["passages: in quotes kept back"] += len(rows)
            continue
        name = f"{title} – {quote.order}"
        yield _source(guids.of_text(observation, quote), name, said, quote.text, rows, guids, notes, ())


def _source(
    guid: UUID, name: str, said: str, stored: str, rows: Iterable[CodedPassage], guids: _Guids, notes: _Notes,
    on: tuple[UUID, ...],
) -> tuple[TextSource, str]:  # fmt: skip
    selections = []
    for row in rows:
        start, end = shifted(stored, [row.start, row.end])
        by = guids.of_person(row.coder_id).guid if row.coder_id else None
        own = guids.of_passage(row)
        coding = Coding(own, guids.of_code(row.code), by, notes.on.get(("passage", row.pk), ()))
        selections.append(Selection(uuid5(own, "selection"), start, end, row.excerpt[:100], "", by, (coding,)))
    source = TextSource(guid, name, inside(guid), None, said, None, tuple(selections), (), on)
    return source, normalised(stored)


def _nodes(codebook: Codebook, guids: _Guids, notes: _Notes) -> tuple[CodeNode, ...]:
    codes = list(codebook.codes.all())
    on = {code.pk: notes.on.get(("code", code.pk), ()) for code in codes}
    return nodes(codes, guids.of_code, on)


def _title(scope: Scope, observation: Observation) -> str:
    if not scope.whole:
        return f"{scope.numbers[observation.pk]:05d}"
    return f"{observation.site.name} {observation.observed_on.isoformat()} ({observation.pk})"


def _about(scope: Scope, observation: Observation) -> str:
    restricted = observation.sensitivity == Observation.Sensitivity.RESTRICTED
    found: list[Any] = [
        scope.day(observation.observed_on, restricted=restricted), scope.place(observation.site, restricted=restricted),
        observation.kind, observation.language,
    ]  # fmt: skip
    return "; ".join(str(one) for one in found)
