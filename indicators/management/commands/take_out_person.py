from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.audit.leaving import take_out


class Command(BaseCommand):
    help = "Takes a person out: closes the account for good and removes what identifies them. What they wrote stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, username: str, reason: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("There is no account of this name."))
        try:
            name = take_out(user, reason=reason)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        self.stdout.write(_("The account is closed; it is called %(name)s now.") % {"name": name})
