"""The methods by code, with their options. Nothing that fits a model is loaded before a method runs."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from research.linkage.methods.inputs import Panel
from research.linkage.methods.result import Refused, Result

Options = Mapping[str, Any]


class Option(NamedTuple):
    """`kind`: int, bool or choice. A `default` of None may stay blank: the method chooses, and says what."""

    name: str
    kind: str
    default: Any = None
    choices: tuple[Any, ...] = ()


class Method(NamedTuple):
    """`needs_change`: one date that divides the series; `needs_comparison`: places that began later or never;
    `needs_exposure`: a dose for each period."""

    code: str
    run: Callable[[Panel, Options], Result | Refused]
    options: tuple[Option, ...]
    needs_change: bool = False
    needs_comparison: bool = False
    needs_exposure: bool = False


def _later(module: str, name: str) -> Callable[[Panel, Options], Result | Refused]:
    def run(panel: Panel, options: Options) -> Result | Refused:
        method = getattr(import_module(f"research.linkage.methods.{module}"), name)
        return method(panel, options)  # type: ignore[no-any-return]

    return run


_SEED = Option("seed", "int", 20_250_101)
_FOURIER = Option("fourier", "choice", 0, (0, 1, 2, 3))

METHODS = {
    one.code: one
    for one in (
        Method(
            "its_ols", _later("segmented", "its_ols"),
            (Option("change", "int"), Option("hac_lags", "int"), _FOURIER), needs_change=True,
        ),
        Method(
            "its_quasipoisson", _later("counts", "its_quasipoisson"),
            (Option("change", "int"), _FOURIER, Option("slope", "bool", False)), needs_change=True,
        ),
        Method(
            "did", _later("staggered", "did"), (Option("base", "choice", 3, (1, 3, 6)), _SEED), needs_comparison=True
        ),
        Method(
            "spc", _later("before_limits", "spc"),
            (Option("change", "int"), Option("chart", "choice", "xmr", ("xmr", "u_prime"))), needs_change=True,
        ),
        Method(
            "association", _later("within_site", "association"), (Option("lag", "choice", 0, (0, 1, 2, 3)),),
            needs_exposure=True,
        ),
        Method(
            "dose_response", _later("within_site", "dose_response"), (Option("lag", "choice", 0, (0, 1, 2, 3)),),
            needs_exposure=True,
        ),
    )
}  # fmt: skip
"""Code → method."""
