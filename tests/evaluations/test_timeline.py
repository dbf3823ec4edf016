"""Strips of a staggered roll-out: lengths held against days counted one by one."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from research.evaluations.exposure.timeline import WIDTH, Axis, Dated, Mark, axis, strip

TODAY = date(2025, 11, 15)
OVER = Axis(Period.parse("202507"), Period.parse("202512"))
days = st.dates(date(2025, 7, 1), TODAY)
stages = st.lists(
    st.builds(Dated, st.sampled_from(["trained", "first_use", "active", "stopped"]), days), max_size=6
).map(lambda found: sorted(found, key=lambda one: one.began_on))


def states(of: list[Dated]) -> dict[date, str]:
    """What a site is on each day, found by walking through the days."""
    found, state, day = {}, "", OVER.first.start
    while day <= TODAY:
        for stage in (one for one in of if one.began_on == day):
            if stage.stage == "stopped":
                state = ""
            elif stage.stage != "trained":
                state = "used"
            elif not state:
                state = "trained"
        found[day] = state
        day += timedelta(1)
    return found


@given(stages)
def test_the_lengths_are_the_days(of: list[Dated]) -> None:
    by_day = states(of)
    spans = list(strip(of, OVER, TODAY).spans)
    for kind in ("used", "trained"):
        drawn = sum(span.length for span in spans if span.kind == kind)
        counted = sum(state == kind for day, state in by_day.items() if day < TODAY) * WIDTH / OVER.days
        assert abs(drawn - counted) <= 2.2 * max(1, len(spans))  # rounding, and what is shorter than a pixel


def test_the_axis_reaches_from_the_first_stage_or_plan_to_today() -> None:
    one = Dated("trained", date(2025, 8, 20))
    assert axis([], [None], TODAY) is None
    assert axis([one], [None, date(2025, 6, 1)], TODAY) == Axis(Period.parse("202506"), Period.parse("202511"))
    assert axis([one], [], date(2025, 1, 1)) == Axis(Period.parse("202508"), Period.parse("202508"))
    assert OVER.place(date(2025, 7, 1)) == 0
    assert OVER.place(date(2030, 1, 1)) == WIDTH
    assert OVER.ticks == [OVER.place(date(2025, 10, 1))]


def test_a_training_in_use_a_stop_and_a_new_start() -> None:
    of = [
        Dated("trained", date(2025, 7, 10)), Dated("first_use", date(2025, 7, 31), True),
        Dated("trained", date(2025, 8, 20)), Dated("active", date(2025, 9, 1)), Dated("stopped", date(2025, 10, 1)),
        Dated("active", date(2025, 11, 1)),
    ]  # fmt: skip
    found = strip(of, OVER, TODAY)
    assert [(span.kind, span.start, span.approximate) for span in found.spans] == [
        ("trained", OVER.place(date(2025, 7, 10)), False), ("used", OVER.place(date(2025, 7, 31)), True),
        ("used", OVER.place(date(2025, 11, 1)), False),
    ]  # fmt: skip
    assert found.exposed
    assert found.marks[1] == Mark("first_use", OVER.place(date(2025, 7, 31)), True)
    assert not strip(of[:1], OVER, TODAY).exposed
