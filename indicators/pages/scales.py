"""From values to places on paper: nice ticks, a linear scale, which labels of a time axis fit. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# Steps of a month axis that land on the same months each year (and of a quarter axis on the same quarters).
_STRIDES = (1, 2, 3, 4, 6, 12, 24, 36, 48, 60, 120)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) that enclose `low`..`high`, about `count` intervals.

    Equal bounds are widened: a flat series at 0 gets 0..1, elsewhere the neighbourhood of the value.
    Raises ValueError where a bound is not a finite number or `low` is above `high`.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        raise ValueError(f"no axis from {low} to {high}")
    size = max(abs(low), abs(high))
    if high - low <= max(size, 1e-6) * 1e-9:  # equal, but for what floating point adds
        low, high = (0.0, 1.0) if size <= 1e-9 else (low - size / 2, high + size / 2)
    step = _nice_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    # Rounded, because 3 × 0.1 is not 0.3; `+ 0.0` turns -0.0 into 0.0.
    decimals = max(0, -math.floor(math.log10(step)))
    return [round(i * step, decimals) + 0.0 for i in range(first, last + 1)]


def _nice_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice for m in (1, 2, 5, 10) if (nice := m * power) >= rough * 0.999999)


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps `low`..`high` linearly to `start`..`end` (in drawing units; `end` may be the smaller one)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def label_stride(labels: Iterable[str], width: float, letter: float = 6.6) -> int:
    """Every how manieth label fits side by side in `width` drawing units; 1 where all do."""
    labels = list(labels)
    if not labels:
        return 1
    widest = max(len(label) for label in labels) * letter + 12
    needed = len(labels) * widest / width
    return next((stride for stride in _STRIDES if stride >= needed), len(labels))


def place(value: float) -> str:
    """A coordinate as SVG wants it, whatever the reader's language: a point, one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
