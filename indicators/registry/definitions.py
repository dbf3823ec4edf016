"""The indicator definitions: one reviewed YAML file each. No database."""

from functools import cache
from pathlib import Path

from indicators.registry.definition import POPULATIONS, Band, Definition
from indicators.registry.definition_files import FOLDER, RIVALS, BadDefinition, read

__all__ = ["POPULATIONS", "BadDefinition", "Band", "Definition", "definition", "definitions", "rival_definitions"]


def definition(code: str) -> Definition:
    """The definition of that code, be it a rival; KeyError where there is none."""
    return definitions().get(code) or rival_definitions()[code]


@cache
def definitions() -> dict[str, Definition]:
    """All definitions in their own right by code, in the order of their files' names. Raises BadDefinition."""
    return _read_all(FOLDER)


@cache
def rival_definitions() -> dict[str, Definition]:
    """The other usages of those definitions, by code. Raises BadDefinition."""
    return _read_all(RIVALS)


def _read_all(folder: Path) -> dict[str, Definition]:
    return {path.stem: read(path) for path in sorted(folder.glob("*.yaml"))}
