"""What somebody typed into the search box, and what each engine is asked. Pure.

`rupture penta`: both words. `"rupture de stock"`: the words one after the other. `vaccin*`: any word that begins so.
`-campagne`: without it.
"""

import re
from typing import NamedTuple

from research.search.tokens import PREFIXES, Word, words

_PART = re.compile(r'(?P<without>(?<!\w)[-−])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
MOST_TERMS = 20
"""Parts of one question that are looked for; a pasted page is no question."""


class Term(NamedTuple):
    """`words`: one, or those of a phrase. `without`: must not be there. `prefix`: the last word only begins so."""

    words: tuple[Word, ...]
    without: bool = False
    prefix: bool = False


class Question(NamedTuple):
    terms: tuple[Term, ...]

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for: leaving out alone finds everything, which is no answer."""
        return any(not term.without for term in self.terms)

    @property
    def stems(self) -> frozenset[str]:
        """Every token that is looked for, to mark it in what is found; prefixes end with `*`."""
        return frozenset(
            token
            for term in self.terms
            if not term.without
            for word in term.words
            for token in ((f"{word.exact}*",) if term.prefix else word.stems)
        )


def read(text: str) -> Question:
    """The question that was typed; words that say nothing alone are left out, nothing is an error."""
    terms = []
    for part in _PART.finditer(text[:1000]):
        written = part["phrase"] if part["phrase"] is not None else part["word"]
        found = tuple(words(written))
        prefix = part["phrase"] is None and written.endswith("*")
        if found:
            terms.append(Term(found, bool(part["without"]), prefix))
    return Question(tuple(terms[:MOST_TERMS]))


def for_sqlite(question: Question) -> str:
    """The question as FTS5 reads it."""
    wanted = [_fts5(term) for term in question.terms if not term.without]
    unwanted = [_fts5(term) for term in question.terms if term.without]
    asked = " AND ".join(wanted)
    return f"({asked}) NOT ({' OR '.join(unwanted)})" if unwanted else asked


def for_postgresql(question: Question) -> str:
    """The question as `to_tsquery('simple', …)` reads it."""
    return " & ".join(f"!{_tsquery(term)}" if term.without else _tsquery(term) for term in question.terms)


def _fts5(term: Term) -> str:
    if term.prefix:
        *before, last = term.words
        return "(" + " AND ".join([*(f'"{word.exact}"' for word in before), f"{last.exact}*"]) + ")"
    return "(" + " OR ".join(f'"{" ".join(tokens)}"' for tokens in _series(term)) + ")"


def _tsquery(term: Term) -> str:
    if term.prefix:
        *before, last = term.words
        return "(" + " & ".join([*(word.exact for word in before), f"{last.exact}:*"]) + ")"
    return "(" + " | ".join(f"({' <-> '.join(tokens)})" for tokens in _series(term)) + ")"


def _series(term: Term) -> list[tuple[str, ...]]:
    """The term in each of the series of stems, each once."""
    found = [tuple(word.stems[place] for word in term.words) for place in range(len(PREFIXES))]
    return list(dict.fromkeys(found))
