from django import forms
from django.utils.translation import gettext_lazy as _


class AttachmentForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A picture (JPEG, PNG) or a PDF of at most 5 MB, or a recording (MP3, M4A, OGG, WAV, AMR) of at most 20 MB."
            " Where and with what it was made is taken out."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,application/pdf,audio/*,.amr,.m4a,.3gp,.ogg"}
        ),
    )
    caption = forms.CharField(label=_("What it shows"), max_length=300, required=False)
