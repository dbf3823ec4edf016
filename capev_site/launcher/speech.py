"""What the launcher says: French first, then English, before any catalogue is compiled."""

import sys


class Refusal(Exception):
    """The launcher cannot go on; carries the two sentences that say what to do."""

    def __init__(self, french: str, english: str) -> None:
        super().__init__(english)
        self.french, self.english = french, english


def say(french: str, english: str = "") -> None:
    """One line in both languages; the English is left out where it would repeat the French."""
    print(f"{french}  |  {english}" if english else french, flush=True)


def complain(french: str, english: str) -> None:
    """The same to the error stream, each language on its own line."""
    print(french, english, sep="\n", file=sys.stderr, flush=True)
