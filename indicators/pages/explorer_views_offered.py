"""The ways to show a choice in the explorer, in the order in which they are offered; the first is the usual one."""

from indicators.pages.explorer_control import CONTROL
from indicators.pages.explorer_map import MAP
from indicators.pages.explorer_trend import TREND
from indicators.pages.explorer_values import VALUES
from indicators.pages.explorer_view import View

VIEWS: dict[str, View] = {view.key: view for view in (VALUES, MAP, TREND, CONTROL)}
