from celery import shared_task

from indicators.accounts.sign_in.attempts import forget_old


@shared_task
def forget_old_attempts() -> None:
    """At night: tries of passwords that no limit counts any more."""
    forget_old()
