"""How allauth is told the rules: invitations only, e-mail addresses, staff by the same door; each try is logged."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from participants.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up: accounts are made by accepting an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log a refused sign-in: whose account, by number, and from where; nothing that was typed."""
        tried = User.objects.filter(email__iexact=str(credentials.get("email", ""))[:254]).values_list("pk", flat=True)
        words = "Sign-in refused: account %s, address %s"
        logger.warning(words, tried.first(), self.get_client_ip(request), extra={"request": request})

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **told: Any) -> HttpResponse:
        """Log a sign-in: whose account, by which factors, and from where."""
        ways = [way.get("type") or way["method"] for way in request.session.get("account_authentication_methods", [])]
        words = "Signed in: account %s by %s, address %s"
        logger.info(words, user.pk, ", ".join(ways), self.get_client_ip(request), extra={"request": request})
        return super().post_login(request, user, **told)
