"""A project file, read and matched with what is stored: what it would bring in. Nothing is written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from research.agenda.models import LearningQuestion
from research.coding.anchors import moved
from research.coding.models import Code, Codebook, CodedPassage, CodingTask, Memo
from research.coding.qda import package, project_xml, tagged
from research.coding.qda.codes import OF_BOOK
from research.coding.qda.matching import Place, fingerprint, known_codes, taken_by_others, text_at, texts_for
from research.coding.qda.offsets import normalised, placed, shifted_back
from research.coding.qda.plan import NewMemo, NewPassage, Plan, Text
from research.coding.qda.records import Book, CodeNode, Note, Selection, TextSource, Unreadable, every
from research.observations.models import Observation

MOST_NEW, MOST_MEMOS, LONGEST_TEXT, LONGEST_MEMO = 40, 2_000, 20_000, 10_000
OF_MEMO = frozenset(["kind", "shared", "question"])
OUR_SOURCE = frozenset(["observation"])


def plan_of(path: Path, by: Any) -> Plan:
    """Raises Unreadable, BadFile."""
    project = project_xml.read(package.read_xml(path))
    wanted = [one.path for one in project.sources if one.text is None]
    wanted += [note.path for note in project.notes if note.text is None and note.path]
    words, missing = package.read_texts(path, wanted)
    known = known_codes(project.book)
    plan = Plan(project, known, Book(_unknown(project.book.codes, known), project.book.sets, project.book.origin))
    reader = _Reader(plan, by, words, missing)
    for source in project.sources:
        reader.take(source)
    reader.take_memos_of_codes()
    reader.finish()
    return plan


def _unknown(nodes: tuple[CodeNode, ...], known: Mapping[UUID, Code]) -> tuple[CodeNode, ...]:
    """The codes that are not known here; one whose parent is known stands at the top."""
    found: list[CodeNode] = []
    for node in nodes:
        children = _unknown(node.children, known)
        if node.guid in known:
            found += children
        else:
            fields = (node.guid, node.name, node.codable, node.colour, node.description, node.notes)
            found.append(CodeNode(*fields, children))
    return tuple(found)


class _Reader:
    """Fills a plan, source by source."""

    def __init__(self, plan: Plan, by: Any, words: Mapping[str, str], missing: Mapping[str, str]) -> None:
        self.plan, self.by, self.words, self.missing = plan, by, words, missing
        project = plan.project
        self.ours = texts_for(by)
        self.hidden = taken_by_others({one.guid for one in project.sources}, self.ours)
        self.notes = {note.guid: note for note in project.notes}
        self.hung: set[UUID] = set()
        self.codes = {node.guid: node for node, _above in every(project.book.codes)}
        guids = [coding.guid for one in project.sources for coding in _codings(one)]
        stored = CodedPassage.objects.filter(guid__in=guids).select_related("code")
        self.stored = {row.guid: row for row in stored}
        self.tasks = set(CodingTask.objects.filter(coder=by).values_list("observation", "codebook"))
        self.new = 0

    def take(self, source: TextSource) -> None:
        raw = source.text if source.text is not None else self.words.get(source.path)
        if raw is None:
            self._leave(self.missing.get(source.path, "not_there"), source)
            return
        whole = Selection(source.guid, 0, len(raw), codings=source.codings)
        selections = [*source.selections, *([whole] if source.codings else [])]
        found = placed(raw, [(one.start, one.end) for one in selections], [one.name for one in selections])
        text = self._text(source, found.text)
        if text is None:
            return
        text.one_sign = found.one_sign
        self.plan.texts.append(text)
        place = len(self.plan.texts) - 1
        stretches = list(found.stretches)
        if source.codings:  # a code on the whole of it, however line ends were counted
            stretches[-1] = (0, len(found.text)) if found.text else None
        self._take_selections(place, selections, stretches, found.text)
        for guid in source.notes:
            self._hang(guid, ("text", place))
        if source.description and tagged.read(source.description, OUR_SOURCE) is None:
            self._add_memo(uuid5(source.guid, "description"), source.description, ("text", place))

    def take_memos_of_codes(self) -> None:
        for guid, node in self.codes.items():
            for note in node.notes:
                self._hang(note, ("code", guid))

    def finish(self) -> None:
        """What hangs on a question, on nothing, or is stored already."""
        plan, project = self.plan, self.plan.project
        numbers = {str(one): one for one in LearningQuestion.objects.values_list("number", flat=True)}
        for guid in project.notes_on_project:
            note = self.notes.get(guid)
            told = tagged.read(note.description, OF_MEMO) if note else None
            if told and told.get("question") in numbers:
                self._hang(guid, ("question", numbers[told["question"]]))
        for note in project.notes:
            if note.guid not in self.hung:
                plan.left_out["note_of_nothing", note.name or str(note.guid)] += 1
        if project.description:
            plan.left_out["note_of_nothing", project.name] += 1
        if len(plan.memos) > MOST_MEMOS:
            raise Unreadable("too_much")
        rows = Memo.objects.filter(client_uuid__in=[one.guid for one in plan.memos])
        stored = dict(rows.values_list("client_uuid", "text"))
        for one in plan.memos:
            if one.guid in stored and normalised(stored[one.guid]).strip() == one.words:
                plan.there["memos"] += 1
            elif one.guid in stored:
                plan.left_out["note_differs", one.words[:40]] += 1
        plan.memos = [one for one in plan.memos if one.guid not in stored]
        codebooks = set(Codebook.objects.filter(guid__in=[one.guid for one in project.book.sets]).values_list("guid"))
        ours = {guid for (guid,) in codebooks}
        for group in project.book.sets:
            if group.guid not in ours and not _is_codebook(group.description):
                plan.left_out["set", group.name] += 1

    def _text(self, source: TextSource, words: str) -> Text | None:
        place = self.ours.by_guid.get(source.guid)
        how = "guid"
        if place is None and source.guid in self.hidden:
            self._leave("hidden", source)
            return None
        if place is None:
            same = self.ours.by_words.get(fingerprint(words), [])
            if len(same) > 1:
                self._leave("several", source)
                return None
            place, how = (same[0], "words") if same else (None, "new")
        if place is None:
            return self._new_text(source, words)
        return self._known_text(source, words, place, how)

    def _known_text(self, source: TextSource, words: str, place: Place, how: str) -> Text | None:
        observation, quote, stored = text_at(place)
        if observation.state == Observation.State.WITHDRAWN:
            self._leave("withdrawn", source)
            return None
        return Text(source.guid, source.name, words, how, observation, quote, normalised(stored) != words)

    def _new_text(self, source: TextSource, words: str) -> Text | None:
        if not words.strip():
            self._leave("no_words", source)
            return None
        if "\0" in words:
            self._leave("not_utf8", source)
            return None
        if len(words) > LONGEST_TEXT:
            self._leave("too_long", source)
            return None
        self.new += 1
        if self.new > MOST_NEW:
            self._leave("too_many", source)
            return None
        guid = source.guid
        if any(one.guid == guid for one in self.plan.texts):
            guid = uuid5(guid, fingerprint(words))
        return Text(guid, source.name, words, "new")

    def _take_selections(
        self, place: int, selections: list[Selection], stretches: list[tuple[int, int] | None], words: str
    ) -> None:
        text = self.plan.texts[place]
        here = list(stretches)
        stored = (text.quote.text if text.quote else text.observation.seen) if text.observation else words
        if text.changed:
            fixed = [one for one in stretches if one]
            found = dict(zip(fixed, moved(words, normalised(stored), fixed), strict=True))
            here = [found[one] if one else None for one in stretches]
        for selection, in_file, now in zip(selections, stretches, here, strict=True):
            if in_file is None:
                self.plan.left_out["outside_text", text.name] += max(1, len(selection.codings))
            else:
                self._take_selection(place, selection, in_file, now, words, stored)

    def _take_selection(
        self, place: int, selection: Selection, in_file: tuple[int, int], now: tuple[int, int] | None, words: str,
        stored: str,
    ) -> None:  # fmt: skip
        text, made = self.plan.texts[place], None
        start, end = tuple(shifted_back(stored, now)) if now else in_file
        piece = stored[start:end] if now else words[start:end]
        if not piece.strip():
            self.plan.left_out["no_letters", text.name] += max(1, len(selection.codings))
            return
        if now:
            start, end = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
            piece = stored[start:end]
        quote = text.quote.pk if text.quote else None
        for coding in selection.codings:
            new = NewPassage(coding.guid, place, start, end, piece, coding.code, coding.by, quote, now is None)
            if self._is_new(new, text):
                if not self._may(coding.code, text):
                    continue
                self.plan.passages.append(new)
                text.passages += 1
            made = made or new.guid
            for guid in coding.notes:
                self._hang(guid, ("passage", new.guid))
        on = ("passage", made) if made else ("text", place)
        before = "" if made else f"« {piece} »\n"
        for guid in selection.notes:
            self._hang(guid, on, before)
        if selection.description:
            self._add_memo(uuid5(selection.guid, "description"), before + selection.description, on)
        elif not selection.codings and not selection.notes:
            self.plan.left_out["without_code", text.name] += 1

    def _may(self, guid: UUID, text: Text) -> bool:
        """Whether the code can be put on the text; else it is told why not."""
        code, node = self.plan.known.get(guid), self.codes.get(guid)
        reason = ""
        if code is None and node is None:
            reason = "no_code"
        elif code.groups_only if code else not node.codable:  # type: ignore[union-attr]
            reason = "groups_only"
        elif code and code.codebook.state != Codebook.State.PUBLISHED and not self._given(code, text):
            reason = "out_of_use"
        if reason:
            self.plan.left_out[reason, str(code or (node.name if node else text.name))] += 1
        return not reason

    def _given(self, code: Code, text: Text) -> bool:
        """Out of use, but with a task of one's own."""
        return bool(text.observation and (text.observation.pk, code.codebook_id) in self.tasks)

    def _is_new(self, new: NewPassage, text: Text) -> bool:
        row = self.stored.get(new.guid)
        if row is None:
            return True
        observation = text.observation.pk if text.observation else 0
        quote = text.quote.pk if text.quote else None
        code = self.plan.known.get(new.code)
        same = (row.observation_id, row.quote_id, row.code_id) == (observation, quote, code.pk if code else 0)
        if row.observation_id != observation:  # another file's passage under the guid of one of ours
            new.guid = uuid5(new.guid, str(text.guid))
            del self.stored[row.guid]
            return True
        if same and (new.adrift or row.adrift or (row.start, row.end) == (new.start, new.end)):
            self.plan.there["passages"] += 1
        else:
            self.plan.left_out["moved", text.name] += 1
        return False

    def _hang(self, guid: UUID, on: tuple[str, Any], before: str = "") -> None:
        note = self.notes.get(guid)
        if note is None:
            return
        if guid in self.hung:
            self.plan.left_out["note_twice", note.name or str(guid)] += 1
            return
        self.hung.add(guid)
        words = note.text if note.text is not None else self.words.get(note.path, "")
        if not words.strip():
            self.plan.left_out["note_without_text", note.name or str(guid)] += 1
            return
        self._add_memo(guid, before + words, on, note)

    def _add_memo(self, guid: UUID, words: str, on: tuple[str, Any], note: Note | None = None) -> None:
        told = tagged.read(note.description, OF_MEMO) if note else None
        if told is None and note and note.description:  # somebody's words beside the note
            words = f"{words}\n\n{note.description}"
        words = normalised(words).replace("\0", "").strip()
        if len(words) > LONGEST_MEMO:
            self.plan.left_out["note_too_long", note.name if note else words[:40]] += 1
            return
        kind = (told or {}).get("kind", "")
        shared = (told or {}).get("shared") == "yes"
        self.plan.memos.append(NewMemo(guid, words, on, kind if kind in Memo.Kind.values else "", shared))

    def _leave(self, code: str, source: TextSource) -> None:
        self.plan.left_out[code, source.name or str(source.guid)] += 1


def _codings(source: TextSource) -> list[Any]:
    return [*source.codings, *(coding for one in source.selections for coding in one.codings)]


def _is_codebook(description: str) -> bool:
    return bool((tagged.read(description, OF_BOOK) or {}).get("key"))
