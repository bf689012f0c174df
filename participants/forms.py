"""Forms of parties and people."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from mou_portal.editing import RevisionForm
from participants.models import Invitation, LocalGovernment, User


class ContactForm(RevisionForm):
    """How an organisation can be reached."""

    class Meta:
        model = LocalGovernment
        fields = ["address", "phone", "email"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"})}


class AcceptInvitationForm(forms.Form):
    """What an invited person says to take up a role: a name and a password (their own when they have an account)."""

    name_th = forms.CharField(
        label=_("Name (Thai)"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    name_en = forms.CharField(label=_("Name (English)"), max_length=150, required=False)
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password_again = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    accepts = forms.BooleanField(label=_("I have read the privacy notice."))

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = User.objects.filter(email__iexact=invitation.email).exists()
        self.fields["name_th"].initial = invitation.name_th
        if self.known:
            for name in ("name_th", "name_en", "password_again"):
                del self.fields[name]
            self.fields["password"].help_text = _("This address already has an account: enter its password.")
            self.fields["password"].widget.attrs["autocomplete"] = "current-password"
        else:
            self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Both passwords must be the same."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.known and cleaned.get("password") != cleaned.get("password_again"):
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        return cleaned
