"""A codebook of a file beside ours: which one it is, what would change, and bringing it in as a draft."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from research.coding.codebooks.actions import DEEPEST
from research.coding.models import Code, Codebook
from research.coding.policies import check_code
from research.coding.qda import tagged
from research.coding.qda.codes import OF_BOOK, Language, key_in, said
from research.coding.qda.records import Book, CodeNode, every

_COPIED = ("key", "name_fr", "name_en", "description_fr", "description_en", "citation", "demonstration")
_OF_CODE = (
    "definition_fr",
    "definition_en",
    "use_fr",
    "use_en",
    "avoid_fr",
    "avoid_en",
    "name_fr",
    "name_en",
    "colour",
)


class Changes(NamedTuple):
    """Names of codes: in the file only, told otherwise than here, and here only (the new version is without them)."""

    new: list[str]
    changed: list[str]
    gone: list[str]

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.gone)


def known_codebook(book: Book) -> Codebook | None:
    """The latest version of the codebook that the file holds: by the guid of its set, else the one to which most of
    its codes' guids belong; None where none is known. Names are never compared."""
    named = Codebook.objects.filter(guid__in=[one.guid for one in book.sets])[:2]
    keys = {one.key for one in named}
    if len(keys) != 1:
        guids = {node.guid for node, _above in every(book.codes)}
        rows = Code.objects.filter(guid__in=guids).order_by().values_list("codebook__key", "guid").distinct()
        most = Counter(key for key, _guid in rows).most_common(2)
        if not most or (len(most) == 2 and most[0][1] == most[1][1]):
            return None
        keys = {most[0][0]}
    return Codebook.objects.filter(key__in=keys).order_by("-edition").first()


def told_of_book(book: Book) -> dict[str, str]:
    """What the file says of its one codebook, where it is ours: key, names, description, source."""
    found = [told for one in book.sets if one.codes and (told := tagged.read(one.description, OF_BOOK))]
    return found[0] if len(found) == 1 else {}


def changes(known: Codebook, book: Book) -> Changes:
    rows = {code.guid: code for code in known.codes.select_related("parent")}
    new, changed, seen = [], [], set[UUID]()
    for node, above in every(book.codes):
        seen.add(node.guid)
        row = rows.get(node.guid)
        if row is None:
            new.append(node.name)
        elif (row.parent.guid if row.parent else None) != (above.guid if above else None) or any(
            getattr(row, name) != value for name, value in said(node, "fr", row).items()
        ):
            changed.append(node.name)
    return Changes(new, changed, [str(code) for guid, code in rows.items() if guid not in seen])


def problems(book: Book) -> list[str]:
    """Sentences on what keeps the codes from being stored; none where they can be."""
    found = list(dict.fromkeys(_problems(book.codes, 1)))
    return found if book.codes else [_("The file holds no codes.")]


@transaction.atomic
def bring_in(
    book: Book, *, by: User, language: Language, key: str = "", name: str = "", known: Codebook | None = None
) -> Codebook:
    """A draft with the codes of the file under their guids: the first version of a new `key`, or the next version of
    `known`, whose codes keep what the file does not tell. Raises ValidationError by field; nothing is written then.
    """
    check_code(by)
    if found := problems(book):
        raise ValidationError(found)
    told = told_of_book(book)
    if known is not None:
        row = _next_version(known, by)
        rows = {code.guid: code for code in known.codes.all()}
    else:
        row, rows = _first_version(key, name, language, told, by), {}
    _store(row, book.codes, rows, language, by)
    return row


def _first_version(key: str, name: str, language: Language, told: Mapping[str, str], by: User) -> Codebook:
    if Codebook.objects.filter(key=key).exists():
        raise ValidationError({"key": _("There is a codebook of this key. Choose another.")})
    texts = {field: told[field] for field in _COPIED[1:-1] if field in told}
    if name not in texts.values():
        texts[f"name_{language}"] = name
    row = Codebook(key=key, created_by=by, **texts)
    row.full_clean(exclude=["client_uuid", "created_by", "guid"])
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


def _next_version(known: Codebook, by: User) -> Codebook:
    versions = list(Codebook.objects.select_for_update().filter(key=known.key))
    if any(one.state == Codebook.State.DRAFT for one in versions):
        raise ValidationError(_("There is a draft of this codebook. Put it in use or delete it first."))
    edition = Codebook.objects.filter(key=known.key).aggregate(last=Max("edition"))["last"] + 1
    row = Codebook(edition=edition, created_by=by, **{name: getattr(known, name) for name in _COPIED})
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


def _store(
    codebook: Codebook, nodes: tuple[CodeNode, ...], known: Mapping[UUID, Code], language: Language, by: User
) -> None:
    """Level by level, so that each code finds the one above it."""
    taken = {code.key for code in known.values()}
    order = {node.guid: place for place, (node, _above) in enumerate(every(nodes), start=1)}
    level: list[tuple[CodeNode, Code | None]] = [(node, None) for node in nodes]
    while level:
        rows = [_row(codebook, node, above, known.get(node.guid), language, taken) for node, above in level]
        for row in rows:
            row.order = order[row.guid]
        made = bulk_create_with_history(rows, Code, default_user=by)
        level = [(child, row) for (node, _a), row in zip(level, made, strict=True) for child in node.children]


def _row(
    codebook: Codebook, node: CodeNode, above: Code | None, known: Code | None, language: Language, taken: set[str]
) -> Code:
    values: dict[str, Any] = {name: getattr(known, name) for name in _OF_CODE} if known else {}
    values |= said(node, language, known)
    key = known.key if known else _free_key(slugify(key_in(node) or node.name) or "code", taken)
    taken.add(key)
    return Code(codebook=codebook, parent=above, guid=node.guid, key=key, **values)


def _free_key(wanted: str, taken: set[str]) -> str:
    key, number = wanted[:80], 1
    while key in taken:
        number += 1
        key = f"{wanted[:74]}-{number}"
    return key


def _problems(nodes: tuple[CodeNode, ...], depth: int) -> Iterator[str]:
    if nodes and depth > DEEPEST:
        yield _("At most %(levels)s levels of codes.") % {"levels": DEEPEST}
        return
    for node in nodes:
        if not node.name:
            yield _("A code has no name.")
        row = Code(key="x", **said(node, "fr"))
        try:
            row.clean_fields(exclude=["codebook", "parent", "guid"])
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                label = row._meta.get_field(field).verbose_name  # type: ignore[union-attr]
                yield f"{node.name[:80]} ({label}): {' '.join(sentences)}"
        yield from _problems(node.children, depth + 1)
