"""Which regular expressions are safe to try on any text, and mean the same on the server and in a browser. Pure."""

import re

_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]+)(,?)([0-9]*)\}")
MOST_OPTIONS, MOST_ENDLESS, FEW = 12, 6, 8
FIXED, OPTIONAL, ENDLESS = 0, 1, 2


def is_runaway(pattern: str) -> bool:
    """Whether some text could keep the pattern busy for years, or only one of the two languages reads it.

    Refused are repetitions of what is itself of no fixed length (`(a+)+`, `(a|aa)*`; a few times of what is optional
    is let through), too many options or endless repetitions in all, possessive quantifiers, and groups other than
    plain ones, `(?:` and looks ahead.
    """
    kinds = [FIXED]
    options = endless = at = 0
    while at < len(pattern):
        sign, inside, group = pattern[at], FIXED, False
        if sign == "\\":
            at += 2
        elif sign == "[":
            at = _end_of_set(pattern, at)
        elif sign == "(":
            if pattern.startswith("(?", at) and pattern[at + 2 : at + 3] not in (":", "=", "!"):
                return True
            kinds.append(FIXED)
            at += 3 if pattern.startswith("(?", at) else 1
            continue
        elif sign == "|":
            kinds[-1] = max(kinds[-1], OPTIONAL)
            options += 1
            at += 1
            continue
        else:
            group = sign == ")" and len(kinds) > 1
            inside = kinds.pop() if group else FIXED
            at += 1
        kind = inside
        if found := _QUANTIFIER.match(pattern, at):
            at = found.end()
            if pattern[at : at + 1] == "+":
                return True
            at += pattern[at : at + 1] == "?"
            most = _most(found)
            if (inside == ENDLESS and most != 1) or (inside == OPTIONAL and (most is None or most > FEW)):
                return True
            if not (found[1] and not found[2]):
                kind = max(kind, ENDLESS if most is None else OPTIONAL)
            if inside == OPTIONAL and most != 1:
                kind = ENDLESS
            options += kind == OPTIONAL
            endless += most is None or most > 30
        kinds[-1] = max(kinds[-1], kind)
    return options > MOST_OPTIONS or endless > MOST_ENDLESS


def _most(found: re.Match[str]) -> int | None:
    """The most repetitions that a quantifier allows; None without end."""
    if found[0] in ("*", "+"):
        return None
    if found[0] == "?":
        return 1
    if not found[2]:
        return int(found[1])
    return int(found[3]) if found[3] else None


def _end_of_set(pattern: str, at: int) -> int:
    """Where `[…]` ends; the first sign in it may be a bracket."""
    at += 2 if pattern.startswith("[^", at) else 1
    at += pattern[at : at + 1] == "]"
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
