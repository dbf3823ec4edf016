"""Geometry of the lanes: days in order, no mark over another, gaps that stay open."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from research.linkage.display.lanes import LEFT, RIGHT, WIDTH, Axis, Event, Value, Wanted, display

AXIS = Axis(Period.parse("202401"), Period.parse("202512"))
TODAY = date(2025, 6, 15)
DAYS = st.dates(date(2023, 6, 1), date(2026, 6, 1))


def events(*spans: tuple[date, date | None]) -> list[Event]:
    return [Event(first, last, "x", "/x/") for first, last in spans]


def one(wanted: Wanted):
    return display(AXIS, [wanted], [], TODAY).lanes[0]


@given(DAYS, DAYS)
def test_later_days_lie_further_right_and_all_lie_inside(a: date, b: date) -> None:
    first, second = sorted((a, b))
    assert LEFT <= AXIS.place(first) <= AXIS.place(second) <= WIDTH - RIGHT


@given(st.lists(st.tuples(DAYS, st.integers(0, 400)), max_size=25))
def test_no_bar_covers_another_and_each_within_the_window_is_drawn_once(spans: list[tuple[date, int]]) -> None:
    given_ = events(*((day, day + timedelta(days=length)) for day, length in spans))
    lane = one(Wanted("stock", "Stock", events=given_))
    inside = [event for event in given_ if AXIS.holds(event.first, event.last or event.first)]
    assert len(lane.bars) == len(inside)
    by_track: dict[str, list[tuple[float, float]]] = {}
    for bar in lane.bars:
        by_track.setdefault(bar.y, []).append((float(bar.x), float(bar.x) + float(bar.width)))
        assert lane.top <= float(bar.y) <= lane.bottom
        assert float(bar.x) + float(bar.width) <= WIDTH - RIGHT + 0.2
    for places in by_track.values():
        places.sort()
        assert all(later[0] >= earlier[1] - 5 for earlier, later in pairwise(places))


def test_what_goes_on_reaches_the_end_and_a_single_day_can_be_seen() -> None:
    ongoing = Event(date(2025, 11, 1), None, "x", "/x/", ongoing=True)
    lane = one(Wanted("stock", "Stock", events=[ongoing, *events((date(2024, 5, 5), date(2024, 5, 5)))]))
    day, until = lane.bars
    assert float(day.width) >= 4
    assert float(until.x) + float(until.width) == WIDTH - RIGHT


def test_a_gap_opens_the_line_and_a_value_alone_keeps_its_dot() -> None:
    values = [
        Value(month, value, "", "") for month, value in zip(AXIS.months, [5.0, 6, None, 7, None, 8, 9], strict=False)
    ]
    lane = one(Wanted("outcome", "DTP1", values=values, reference=100.0))
    assert lane.line
    assert len(lane.line.paths) == 2
    assert len(lane.line.dots) == 5
    assert {"0", "100"} <= {rule.text for rule in lane.rules}


def test_values_over_100_and_below_0_lie_inside_their_lane() -> None:
    values = [Value(month, value, "", "") for month, value in zip(AXIS.months, [155.0, -40.0, 0.0], strict=False)]
    lane = one(Wanted("outcome", "DTP1", values=values))
    assert lane.line
    places = [float(dot.y) for dot in lane.line.dots]
    assert all(lane.top <= place <= lane.bottom for place in places)
    assert places[0] < places[2] < places[1]


def test_an_empty_lane_keeps_its_place_and_bands_run_through_all() -> None:
    band = Event(date(2024, 12, 20), date(2025, 1, 10), "strike", "/e/")
    outside = Event(date(2020, 1, 1), date(2020, 2, 1), "before", "/e/")
    drawn = display(AXIS, [Wanted("visits", "Visits"), Wanted("stock", "Stock")], [band, outside], TODAY)
    assert [lane.key for lane in drawn.lanes] == ["visits", "stock"]
    assert drawn.lanes[1].top > drawn.lanes[0].bottom
    assert [shape.event.what for shape in drawn.bands] == ["strike"]
    assert drawn.today


def test_today_is_marked_only_within_the_axis() -> None:
    assert display(AXIS, [], [], date(2026, 2, 1)).today == ""
