from indicators.accounts.models import User
from research.welcome.models import SetUpPutAway


def put_away(user: User) -> None:
    """The dashboard of that person alone shows the steps no more. Twice is once."""
    SetUpPutAway.objects.get_or_create(user=user)


def bring_back(user: User) -> None:
    SetUpPutAway.objects.filter(user=user).delete()
