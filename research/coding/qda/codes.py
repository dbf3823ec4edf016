"""Our codes and codebooks as the format tells them, and back: what it has no room for stands in the description."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal
from uuid import UUID, uuid5

from research.coding.models import Code, Codebook
from research.coding.qda import tagged
from research.coding.qda.records import CodeNode, CodeSet

Language = Literal["fr", "en"]
_KINDS = ("name", "definition", "use", "avoid")
TEXTS = tuple(f"{kind}_{language}" for kind in _KINDS for language in ("fr", "en"))
OF_CODE = frozenset(["key", *TEXTS])
BOOK_TEXTS = ("name_fr", "name_en", "description_fr", "description_en", "citation")
OF_BOOK = frozenset(["key", "edition", *BOOK_TEXTS])


def guid_in(codebook: Codebook, code: Code, latest: Mapping[str, int]) -> UUID:
    """The guid under which a code stands in a file: its own, or where a later edition of the same codebook is in the
    file too, one made from both, since the editions share their codes' guids. `latest`: edition by key."""
    return code.guid if codebook.edition == latest[codebook.key] else of_edition(codebook, code)


def of_edition(codebook: Codebook, code: Code) -> UUID:
    return uuid5(codebook.guid, str(code.guid))


def nodes(
    codes: Iterable[Code], guid: Callable[[Code], UUID], notes: Mapping[int, tuple[UUID, ...]]
) -> tuple[CodeNode, ...]:
    """The tree of the codes of one codebook, in its order. `notes`: guids of memos by primary key of the code."""
    children: dict[int | None, list[Code]] = {}
    for code in codes:
        children.setdefault(code.parent_id, []).append(code)
    return _nodes(children, None, guid, notes)


def set_of(codebook: Codebook, codes: Iterable[UUID]) -> CodeSet:
    told = {name: getattr(codebook, name) for name in ("key", "edition", *BOOK_TEXTS)}
    return CodeSet(codebook.guid, str(codebook.name), tagged.written(told), tuple(codes))


def said(node: CodeNode, language: Language, known: Code | None = None) -> dict[str, Any]:
    """What the file says of a code, by field: all of its texts where they are ours, else one name and one definition
    in the language that a person gave for the file. What it does not say is left out."""
    told = tagged.read(node.description, OF_CODE)
    found: dict[str, Any] = {"groups_only": not node.codable}
    if node.colour or known is None:
        found["colour"] = node.colour
    if told is not None:
        found |= {name: told.get(name, "") for name in TEXTS}
    elif node.description and (known is None or node.description not in _both(known, "definition")):
        found[f"definition_{language}"] = node.description
    names = [found.get("name_fr"), found.get("name_en")] if told is not None else _both(known, "name")
    if node.name and node.name not in names:
        found[f"name_{language}"] = node.name
    return found


def key_in(node: CodeNode) -> str:
    return (tagged.read(node.description, OF_CODE) or {}).get("key", "")


def is_ours(nodes_of_file: Iterable[CodeNode]) -> bool:
    """Whether every text of the file says its language itself, so that nobody has to."""
    return all(_says_language(node) and is_ours(node.children) for node in nodes_of_file)


def _says_language(node: CodeNode) -> bool:
    told = tagged.read(node.description, OF_CODE)
    return told is not None and node.name in (told.get("name_fr"), told.get("name_en"))


def _both(known: Code | None, kind: str) -> list[str]:
    return [getattr(known, f"{kind}_{language}") for language in ("fr", "en")] if known else []


def _nodes(
    children: Mapping[int | None, list[Code]], parent: int | None, guid: Callable[[Code], UUID],
    notes: Mapping[int, tuple[UUID, ...]],
) -> tuple[CodeNode, ...]:  # fmt: skip
    return tuple(
        CodeNode(
            guid(code), str(code.name), not code.groups_only, code.colour,
            tagged.written({name: getattr(code, name) for name in ("key", *TEXTS)}), notes.get(code.pk, ()),
            _nodes(children, code.pk, guid, notes),
        )
        for code in children.get(parent, [])
    )  # fmt: skip
