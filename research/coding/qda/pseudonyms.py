"""Who coded, without a name: the same person is the same guid in every file that leaves this site, and nobody finds the
account from it without the site's secret."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.crypto import salted_hmac

from indicators.accounts.models import User
from research.coding.qda.records import Person


def guid_of(user: int) -> UUID:
    """By primary key of the account."""
    return UUID(bytes=salted_hmac("research.coding.qda", f"user {user}", algorithm="sha256").digest()[:16])


def person(user: int) -> Person:
    guid = guid_of(user)
    return Person(guid, f"C-{guid.hex[:6]}")


def accounts(users: Iterable[User]) -> dict[UUID, User]:
    return {guid_of(one.pk): one for one in users}
