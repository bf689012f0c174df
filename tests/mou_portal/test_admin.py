"""The base of the admin pages: what a list's address may ask."""

from collections.abc import Callable

import pytest
from django.test import Client

SignIn = Callable[[str], Client]


@pytest.mark.parametrize(
    "address",
    ["/admin/participants/user/?password__startswith=", "/admin/participants/invitation/?token_hash__startswith="],
)
def test_secrets_cannot_be_guessed_letter_by_letter(client_of: SignIn, address: str) -> None:
    staff = client_of("programme")
    for guess in ("argon2", "zzz"):
        answer = staff.get(address + guess)
        assert answer.status_code == 400


def test_columns_without_secrets_can_be_asked(client_of: SignIn) -> None:
    assert client_of("programme").get("/admin/participants/user/?email__startswith=a").status_code == 200


def test_a_nul_in_a_search_is_no_error(client_of: SignIn) -> None:
    """PostgreSQL takes no NUL in a text; the search goes on without it."""
    assert client_of("programme").get("/expenses/?q=%00").status_code == 200
