from typing import NamedTuple


class FirstStep(NamedTuple):
    """A line of the first steps. `done` and `found` come from the records, `help` says how it is done, `command` is
    what an administrator types on the server; `url` is the page where it is done, blank where there is none."""

    key: str
    name: str
    done: bool
    found: str
    help: str
    url: str = ""
    command: str = ""
