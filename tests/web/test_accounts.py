"""Signing in: passwords, second factors, lock-out, leavers, limits, one-time links."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from tests.web.conftest import PASSWORD, sign_in

from solstice_web.accounts.actions import create_staff, deactivate, invite_person, one_time_link, reactivate
from solstice_web.accounts.models import Role, User
from solstice_web.accounts.sessions import SEEN, STARTED
from solstice_web.people.models import Person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAFF = [Role.CLINICIAN, Role.SERVICE_LEAD, Role.ADMINISTRATOR]
OWN = "/account/password/change/"


def post_password(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor after the commit
@pytest.mark.parametrize("role", STAFF)
def test_staff_reach_nothing_but_the_set_up_until_they_have_a_second_factor(
    users: dict[str, User], role: str | None
) -> None:
    client = Client()
    assert post_password(client, users[role].email).status_code == 302
    for path in ("/account/second-factor/totp/deactivate/",):
        assert client.get(path).headers["Location"] == "/account/second-factor/totp/activate/"
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    client.get("/account/second-factor/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert client.post("/account/second-factor/totp/activate/", {"code": code(secret)}).status_code == 302
    assert client.get("/account/second-factor/").status_code == 200
    assert Authenticator.objects.filter(user=users[role], type="totp").count() == 1


@pytest.mark.parametrize("role", STAFF)
def test_a_password_alone_opens_no_session_where_a_second_factor_is_set_up(
    users: dict[str, User], role: str | None
) -> None:
    TOTP.activate(users[role], generate_totp_secret())
    client = Client()
    assert (
        post_password(client, users[role].email).headers["Location"].startswith("/account/second-factor/authenticate/")
    )
    assert client.get(OWN).headers["Location"].startswith("/account/login/")


def test_a_session_opened_around_the_second_factor_is_ended(clinician: User) -> None:
    TOTP.activate(clinician, generate_totp_secret())
    client = Client()
    client.force_login(clinician, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/account/second-factor/recovery-codes/").headers["Location"].startswith("/account/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_works_once(clinician: User, step: int, time_machine: Any) -> None:
    time_machine.move_to(AT, tick=False)
    secret = generate_totp_secret()
    TOTP.activate(clinician, secret)
    used = code(secret, step)
    answers = []
    for _ in range(2):
        client = Client()
        post_password(client, clinician.email)
        client.post("/account/second-factor/authenticate/", {"code": used})
        answers.append("_auth_user_id" in client.session)
    assert answers == [True, False]


def test_a_recovery_code_works_once(clinician: User) -> None:
    TOTP.activate(clinician, generate_totp_secret())
    codes = RecoveryCodes.activate(clinician).get_unused_codes()
    answers = []
    for _ in range(2):
        client = Client()
        post_password(client, clinician.email)
        client.post("/account/second-factor/authenticate/", {"code": codes[0]})
        answers.append("_auth_user_id" in client.session)
    assert answers == [True, False]


def test_secrets_of_second_factors_are_ciphertext(clinician: User) -> None:
    secret = generate_totp_secret()
    assert secret not in str(TOTP.activate(clinician, secret).instance.data)


def test_patients_need_no_second_factor(patient: User, person: Person) -> None:
    client = Client()
    post_password(client, patient.email)
    assert client.get(OWN).status_code == 200


def test_a_leaver_is_out_with_the_next_request_and_no_session_comes_back(
    users: dict[str, User], clinician: User
) -> None:
    client = sign_in(Client(), clinician)
    assert client.get(OWN).status_code == 200
    deactivate(user=clinician, by=users[Role.ADMINISTRATOR], at=AT)
    assert client.get(OWN).headers["Location"].startswith("/account/login/")
    reactivate(user=clinician, by=users[Role.ADMINISTRATOR], at=AT)
    assert client.get(OWN).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("role", "idle", "total", "stays"),
    [
        (Role.CLINICIAN, 29 * 60, 3600, True),
        (Role.CLINICIAN, 31 * 60, 3600, False),
        (Role.CLINICIAN, 60, 13 * 3600, False),
        (Role.PATIENT, 24 * 3600, 24 * 3600, True),
        (Role.PATIENT, 8 * 24 * 3600, 8 * 24 * 3600, False),
        (Role.PATIENT, 60, 31 * 24 * 3600, False),
    ],
)
def test_a_session_ends_when_idle_or_old(
    *, users: dict[str, User], role: str | None, idle: int, total: int, stays: bool
) -> None:
    client = sign_in(Client(), users[role])
    client.get("/")
    session = client.session
    session[SEEN], session[STARTED] = session[SEEN] - idle, session[STARTED] - total
    session.save()
    assert (client.get(OWN).status_code == 200) is stays


def test_a_wrong_password_and_an_unknown_address_look_the_same(patient: User) -> None:
    pages = [
        post_password(Client(), email, "wrong-password-here") for email in (patient.email, "nobody-with-us@example.org")
    ]
    assert pages[0].status_code == pages[1].status_code == 200
    texts = [
        page.content.decode().replace(email, "")
        for page, email in zip(pages, (patient.email, "nobody-with-us@example.org"), strict=True)
    ]
    assert without_tokens(texts[0]) == without_tokens(texts[1])


def without_tokens(text: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_asking_for_a_link_says_the_same_for_every_address(patient: User, mailoutbox: Any) -> None:
    answers = [
        Client().post("/account/password/reset/", {"email": email})
        for email in (patient.email, "nobody-with-us@example.org")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, "/account/password/reset/done/")
    ] * 2


def test_guessing_is_stopped_even_with_the_right_password(patient: User) -> None:
    client = Client()
    for _ in range(12):
        post_password(client, patient.email, "wrong-password-here")
    assert post_password(client, patient.email).status_code == 429


def test_there_is_no_open_sign_up() -> None:
    page = Client().post("/account/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert b"made by the clinic" in page.content
    assert not User.objects.exists()


def test_an_invited_person_sets_a_password_once(users: dict[str, User], clinician: User) -> None:
    person = Person.objects.create(given_name="Cy", family_name="New")
    user = invite_person(person=person, email="cy@example.org", by=clinician, at=AT)
    link = one_time_link(user)
    client = Client()
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert post_password(client, "cy@example.org").status_code == 302
    assert b"no longer works" in Client().get(link, follow=True).content


def test_new_staff_have_no_password_until_they_set_one(users: dict[str, User]) -> None:
    user = create_staff(email="New@Example.org", name="N", role=Role.CLINICIAN, by=users[Role.ADMINISTRATOR], at=AT)
    assert user.email == "new@example.org"
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    "password",
    ["123456789012", "qwertyuiop12", "Password2024!", "aaaaaaaaaaaa", "abcabcabcabc", "solstice2026", "p@ssw0rd1234", "letmeinletmein",
     "1q2w3e4r5t6y", "Sommer", "welcome-2026", "iloveyou1234", "correcthorsebatterystaple", "000000000000", "zyxwvutsrqpo"],
)  # fmt: skip
def test_passwords_that_are_tried_first_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", [PASSWORD, "kettle marmot 9 oblique", "zuM!vakuo-Teich", "ünïcode-löwenzahn-pfad"])
def test_passwords_that_are_hard_to_guess_are_taken(password: str) -> None:
    validate_password(password)
