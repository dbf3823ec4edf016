"""Several texts in the one description that the format has: each begins with its name in brackets. Pure.

    [definition_fr] Ce que les gens savent faire.
    [definition_en] What people are able to do.

Readable in any program, and read back whole. A description that does not begin so is somebody's own words.
"""

import re
from collections.abc import Mapping

_TAG = re.compile(r"^(\\*)\[([a-z]+(?:_[a-z]+)*)\]", re.MULTILINE)
_BEGINS = re.compile(r"\[([a-z]+(?:_[a-z]+)*)\] ?")


def written(texts: Mapping[str, object]) -> str:
    """Blank ones are left out. A line of a text that looks like a name is marked with a backslash."""
    found = {name: str(text) for name, text in texts.items() if text not in (None, "")}
    return "\n".join(f"[{name}] {_TAG.sub(_marked, text)}" for name, text in found.items())


def read(description: str, names: frozenset[str]) -> dict[str, str] | None:
    """The texts by name; None where the description is not one of ours, or tells of something else than `names`."""
    found: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in description.strip().replace("\r\n", "\n").split("\n"):
        begins = _BEGINS.match(line)
        if begins and begins[1] in names:
            lines = found.setdefault(begins[1], [])
            lines.append(_TAG.sub(_unmarked, line[begins.end() :]))
        elif lines is None:
            return None
        else:
            lines.append(_TAG.sub(_unmarked, line))
    return {name: "\n".join(lines) for name, lines in found.items()}


def _marked(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _unmarked(match: re.Match[str]) -> str:
    return match[0][1:] if match[1] else match[0]
