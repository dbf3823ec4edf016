"""What a person says of a file before it is brought in. Nothing has a first choice that would be a guess."""

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.accounts.models import User
from research.agenda.queries import study_units
from research.coding.models import Codebook, Memo
from research.coding.policies import can_publish
from research.coding.qda.actions import About, Answers, NewBook
from research.coding.qda.codebook_import import told_of_book
from research.coding.qda.codes import Language, is_ours
from research.coding.qda.package import LARGEST
from research.coding.qda.plan import Plan
from research.coding.qda.pseudonyms import accounts
from research.coding.qda.records import Book
from research.coding.tasks.queries import coders
from research.entry_forms import DayField
from research.evaluations.models import EvaluationQuestion
from research.observations.models import Language as Languages

_LANGUAGES = [("", gettext_lazy("Choose a language")), ("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))]
LEAVE_OUT = "-"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of REFI-QDA (.qdc or .qdpx)"),
        help_text=gettext_lazy("A codebook, or a project with texts and codes. At most 40 MB; leave recordings out."),
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(size)d MB.") % {"size": LARGEST // 1024**2})
        return sent


class Group(NamedTuple):
    """Fields that belong together. `place`: the text of the plan that they speak of."""

    title: str
    fields: list[Any]
    place: int | None = None


class CodebookForm(forms.Form):
    """For a codebook that is not known here; of one that is, only the language, where the file does not say it."""

    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=60,
        help_text=gettext_lazy("Short, for addresses and exports: small letters, digits and hyphens."),
    )
    name = forms.CharField(label=gettext_lazy("Name of the codebook"), max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of its codes"),
        choices=_LANGUAGES,
        help_text=gettext_lazy("The file does not say in which language its names and definitions are."),
    )

    def __init__(self, *args: Any, book: Book, known: Codebook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = told_of_book(book)
        self.initial.update({"key": told.get("key", ""), "name": told.get("name_fr") or told.get("name_en", "")})
        if is_ours(book.codes):
            del self.fields["language"]
        if known:
            del self.fields["key"], self.fields["name"]

    @property
    def told_language(self) -> Language:
        """Where the file says it itself, it does not matter."""
        return cast(Language, self.cleaned_data.get("language") or "fr")

    def clean_key(self) -> str:
        return _free_key(self.cleaned_data["key"])

    def refuse(self, error: ValidationError) -> None:
        _refuse(self, error)


class ProjectForm(CodebookForm):
    """`text-<place>-…` for each unknown text, `coder-<number>` for each coder of the file."""

    memo_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of the memos"), choices=[("", gettext_lazy("Choose a kind")), *Memo.Kind.choices]
    )

    def __init__(self, *args: Any, plan: Plan, user: User, **kwargs: Any) -> None:
        super().__init__(*args, book=plan.new_codes, **kwargs)
        self.plan, self.user = plan, user
        self.makes_book = bool(plan.new_codes.codes) and can_publish(user)
        if not self.makes_book:
            for name in ("key", "name", "language"):
                self.fields.pop(name, None)
        else:
            self.initial.setdefault("name", plan.project.name)
            self.initial["name"] = self.initial["name"] or plan.project.name
        if not plan.asks_for_kind:
            del self.fields["memo_kind"]
        self._ask_for_coders()
        self._ask_for_texts()

    def groups(self) -> Iterator[Group]:
        """The fields in the order of the page."""
        if self.makes_book:
            names = [name for name in ("key", "name", "language") if name in self.fields]
            yield Group(_("The codes that are unknown here become a codebook in use"), [self[name] for name in names])
        if self.plan.coders:
            fields = [self[f"coder-{number}"] for number in range(len(self.plan.coders))]
            yield Group(_("Who coded"), fields)
        if "memo_kind" in self.fields:
            yield Group(_("Memos"), [self["memo_kind"]])
        for place, text in self.plan.unknown:
            yield Group(text.name, [self[f"text-{place}-{name}"] for name in _OF_TEXT], place)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for place, _text in self.plan.unknown:
            if found.get(f"text-{place}-leave_out"):
                for name in _OF_TEXT:
                    self.errors.pop(f"text-{place}-{name}", None)
                continue
            for name in _OF_TEXT[1:]:
                field = f"text-{place}-{name}"
                if field not in self.errors and not found.get(field):
                    self.add_error(field, _("Say it, or leave this text out."))
            day = found.get(f"text-{place}-day")
            if day and day > timezone.localdate():
                self.add_error(f"text-{place}-day", _("This day has not come yet."))
        return found

    def answers(self) -> Answers:
        """From a valid form."""
        said = self.cleaned_data
        texts = {
            place: About(*(said[f"text-{place}-{name}"] for name in _OF_TEXT[1:]))
            for place, _text in self.plan.unknown
            if not said.get(f"text-{place}-leave_out")
        }
        people = {str(one.pk): one for one in self.people}
        chosen = {
            guid: people.get(said[f"coder-{number}"]) for number, (guid, _n, _c) in enumerate(self.plan.coders)
        }  # fmt: skip
        book = NewBook(said["key"], said["name"], self.told_language) if self.makes_book else None
        return Answers(texts, chosen, said.get("memo_kind", ""), book)

    def _ask_for_coders(self) -> None:
        """Leads may say of anybody that it was they; others bring in their own codes."""
        self.people = list(coders()) if can_publish(self.user) else [self.user]
        known = accounts(self.people)
        offered = [("", _("Choose a person")), *((str(one.pk), one.get_username()) for one in self.people)]
        for number, (guid, name, count) in enumerate(self.plan.coders):
            here = known.get(guid) if guid else None
            self.fields[f"coder-{number}"] = forms.ChoiceField(
                label=_("%(name)s (passages: %(count)d)") % {"name": name or _("not said by whom"), "count": count},
                choices=[*offered, (LEAVE_OUT, _("Leave these passages out"))],
                initial=str(here.pk) if here else "",
            )

    def _ask_for_texts(self) -> None:
        if not self.plan.unknown:
            return
        sites: dict[str, list[tuple[int, str]]] = {}
        units = list(study_units())
        for unit in units:
            sites.setdefault(str(unit.study_site.district), []).append((unit.pk, unit.name))
        asked: dict[str, list[tuple[int, str]]] = {}
        questions = list(EvaluationQuestion.objects.select_related("evaluation"))
        for one in questions:
            asked.setdefault(one.evaluation.name, []).append((one.pk, f"{one.number}. {one.text}"))
        by_site, by_question = {unit.pk: unit for unit in units}, {one.pk: one for one in questions}
        for place, _text in self.plan.unknown:
            fields: dict[str, forms.Field] = {
                "leave_out": forms.BooleanField(label=_("Leave this text and its passages out"), required=False),
                "site": _row(_("Site"), _("Choose a site"), sites, by_site),
                "day": DayField(label=_("Date"), required=False),
                "question": _row(_("Evaluation question"), _("Choose a question"), asked, by_question),
                "language": forms.ChoiceField(
                    label=_("Language of the text"), required=False,
                    choices=[("", _("Choose a language")), *Languages.choices],
                ),
            }  # fmt: skip
            cast(DayField, fields["day"]).until(timezone.localdate())
            self.fields |= {f"text-{place}-{name}": field for name, field in fields.items()}


_OF_TEXT = ("leave_out", "site", "day", "question", "language")


def _row(label: str, empty: str, offered: dict[str, list[tuple[int, str]]], rows: dict[int, Any]) -> forms.Field:
    """A choice among rows that were read once for all the texts of the page."""
    return forms.TypedChoiceField(
        label=label, choices=[("", empty), *offered.items()], required=False, empty_value=None,
        coerce=lambda key: rows[int(key)],
    )  # fmt: skip


def _free_key(key: str) -> str:
    if Codebook.objects.filter(key=key).exists():
        raise ValidationError(_("There is a codebook of this key. Choose another."))
    return key


def _refuse(form: forms.Form, error: ValidationError) -> None:
    """Puts what an action refused beside the fields that it names."""
    fields = {"name_fr": "name", "name_en": "name"}
    for field, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
        name = fields.get(field, field)
        form.add_error(name if name in form.fields else None, messages)  # type: ignore[arg-type]
