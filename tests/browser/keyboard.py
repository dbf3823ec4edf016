"""A person without a mouse: Tab, letters, Space and Enter. Each stop has to be seen, and to show that it is one."""

from typing import Any

MOST_STOPS = 200
SEEN = """() => {
  const element = document.activeElement
  if (element === document.body) return [true, true, "past the end, to begin again"]
  if (!element.matches(":focus")) return [true, true, "the calendar button of a date, which the browser draws"]
  const style = getComputedStyle(element), box = element.getBoundingClientRect()
  const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none"
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return [shown, inside, element.outerHTML.slice(0, 160)]
}"""


class Keyboard:
    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, target: Any) -> None:
        """Tab until the target has the focus."""
        target.wait_for()
        for _stop in range(MOST_STOPS):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.press("Tab")
            shown, inside, what = self.page.evaluate(SEEN)
            assert shown, f"nobody sees that this has the focus: {what}"
            assert inside, f"this has the focus out of sight: {what}"
        raise AssertionError(f"not reached with {MOST_STOPS} stops: {target}")

    def fill(self, field: Any, text: str) -> None:
        """As one types; what stood there goes."""
        self.to(field)
        self.press("ControlOrMeta+a")
        self.type(text)

    def choose(self, select: Any, label: str) -> None:
        """By the letters of what is to be chosen."""
        self.to(select)
        self.type(label)
        chosen = select.evaluate("(element) => element.selectedOptions[0].textContent.trim()")
        assert chosen.startswith(label), f"{chosen!r} is chosen"

    def take(self, target: Any) -> None:
        """To a link or a button, and Enter."""
        self.to(target)
        self.press("Enter")
