"""The quality board of the made-up country, counted anew: every rule over the last year and the three before it."""

from tests.bench.timing import seconds


def quality_board() -> list[float]:
    from indicators.quality.board import board

    return seconds(lambda: board(_material()), 5)


def quality_values() -> list[float]:
    """The floor: the values of those four years read into tables, and no rule."""

    def read() -> None:
        material = _material()
        assert material.series
        assert material.before

    return seconds(read, 5)


def _material():
    from indicators.models import OrgUnit
    from indicators.periods import Period
    from indicators.quality.material import Material

    country = OrgUnit.objects.get(uid="U1000000000")
    return Material(country, Period.parse("202501"), Period.parse("202512"))
