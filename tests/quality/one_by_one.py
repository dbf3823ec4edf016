"""The outlier scores of one series, value by value: the slow second computation."""

from statistics import fmean, median, pstdev


def modified_z(values: list[float]) -> tuple[str, list[float]]:
    """Why the series cannot be tested, or "" and the scores."""
    centre = median(values) if values else 0
    spread = median([abs(value - centre) for value in values]) if values else 0
    if len(values) < 6:
        return "too_few", []
    if spread == 0:
        return "mad_zero", []
    return "", [0.6745 * (value - centre) / spread for value in values]


def z_scores(values: list[float], threshold: float) -> tuple[str, list[float]]:
    """As `modified_z`."""
    if not values or (len(values) - 1) ** 0.5 < threshold:
        return "too_few", []
    if len(set(values)) == 1:
        return "no_spread", []
    return "", [(value - fmean(values)) / pstdev(values) for value in values]
