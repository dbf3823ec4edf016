"""Numbers in addresses, identifiers and drawings are bare: «1 334» is for people, never `href="?page=1 334"`."""

import re
from pathlib import Path

from django.conf import settings

DRAWN = {"viewBox", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "points", "transform", "width", "height"}
COUNTED = {"pk", "id", "number", "version", "index", "column", "questions"}
FOR_PEOPLE = {"aria-label", "title", "alt", "placeholder", "content", "class"}
BARE = re.compile(r"\|(unlocalize|stringformat:['\"]\w+['\"]|date:['\"][^'\"]+['\"]|default:[\w.]+)$")


def grouped(template: str) -> list[str]:
    """The expressions that would be written with a space between thousands where a machine reads them."""
    bare = re.sub(r"{% localize off %}.*?{% endlocalize %}", "", template, flags=re.DOTALL)
    found = []
    for name, value in re.findall(r'([\w:-]+)="((?:{%.*?%}|{{.*?}}|[^"<>])*)"', bare):
        for expression in re.findall(r"{{ (.*?) }}", value):
            last = expression.partition("|")[0].rpartition(".")[2]
            number = name in DRAWN or last in COUNTED or last.endswith(("_id", "_number"))
            number &= not expression.startswith(("field.", "widget."))  # a form's own names
            if name not in FOR_PEOPLE and number and not BARE.search(expression):
                found.append(f'{name}="…{expression}…"')
    return found


def test_the_check_sees_what_it_looks_for() -> None:
    assert grouped('<svg viewBox="0 0 1000 {{ drawn.height }}">')
    assert grouped('<a href="{% url "site-list" %}?site={{ site.pk }}">')
    assert grouped('<input name="for" value="{{ row.version|default:"" }}">')
    assert not grouped('{% localize off %}<svg viewBox="0 0 1000 {{ drawn.height }}">{% endlocalize %}')
    assert not grouped('<a href="{% url "site-list" %}?site={{ site.pk|unlocalize }}">')
    assert not grouped('<p title="{{ row.number }}">')


def test_no_template_groups_digits_where_a_machine_reads_them() -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    found = {str(file.relative_to(folder)): grouped(file.read_text()) for file in folder.rglob("*.html")}
    assert {file: names for file, names in found.items() if names} == {}
