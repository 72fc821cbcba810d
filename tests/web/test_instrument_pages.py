"""Instruments for staff: the list, the preview that stores nothing, and folders the clinic is still writing."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from solstice.content.instrument_scaffold import write_instrument
from solstice_web.accounts.models import Role
from solstice_web.alerts.models import Alert
from solstice_web.audit.models import Event
from solstice_web.measures.actions import Filled, MeasureRefusedError, Sheet, record_answers
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.portal.codes import code_of
from solstice_web.workspace.catalogue import MOST_DRAFTS, released

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
LIST = "/clinic/instruments/"
PHQ9 = f"{LIST}{code_of('instrument', 'phq-9')}/"


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOLSTICE_DRAFTS", str(tmp_path / "drafts"))
    return tmp_path / "drafts"


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined] # a response


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.SERVICE_LEAD, Role.ADMINISTRATOR])
def test_all_staff_see_the_list_and_patients_do_not(client_for: ClientFor, role: str) -> None:
    page = text(client_for(role).get(LIST))
    assert f"{len(released())} instruments" in page
    assert "WHO-5" in page
    assert client_for(Role.PATIENT).get(LIST).status_code == 404


def test_the_list_is_searched_by_name_topic_and_licence(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    assert "1 instrument with" in text(client.get(LIST, {"q": "snaith"}))
    assert "PCL-5" in text(client.get(LIST, {"q": "TRAUMA domain"}))
    assert "Nothing is called that" in text(client.get(LIST, {"q": "<script>"}))


def test_codes_are_opaque_and_unknown_ones_are_not_there(client_for: ClientFor) -> None:
    assert len(released()) == len({entry.instrument.id for entry in released().values()})
    assert all(re.fullmatch("[a-z]{8}", code) for code in released())
    assert client_for(Role.CLINICIAN).get(f"{LIST}abcdefgh/").status_code == 404


def test_the_preview_scores_on_the_server_and_stores_nothing(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    assert "Question 1 of 9" in text(client.get(PHQ9))
    before = (Response.objects.count(), Event.objects.count())
    form = {f"a{number}": "2" for number in range(1, 9)}
    page = text(client.post(PHQ9, {**form, "q": "9", "do": "next", "value": "1"}))
    assert "17 of 27, moderately severe" in page
    assert "The risk item was answered" in page
    assert "That was the last question." in page
    young = text(client.post(PHQ9, {**form, "q": "9", "do": "next", "value": "1", "age": "16"}))
    assert "17 of 27 " in young
    assert "moderately severe" not in young.partition("About it")[0]
    assert "not applied under 18; for this age there is PHQ-A" in young
    assert (Response.objects.count(), Event.objects.count()) == before


def test_a_declined_answer_stays_open_and_an_empty_one_is_asked_again(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    assert "Tap one answer" in text(client.post(PHQ9, {"q": "1", "do": "next"}))
    page = text(client.post(PHQ9, {"q": "1", "do": "decline", "a2": "1"}))
    assert "Question 2 of 9" in page
    assert "8 of 9 items unanswered" in page


@pytest.mark.parametrize(
    "form",
    [{"q": "-1", "do": "next", "value": "9"}, {"q": "x" * 50, "a1": "٣", "age": "999"}, {"do": "back", "a9": "1e9"}],
)
def test_nonsense_is_no_answer(client_for: ClientFor, form: dict[str, str]) -> None:
    answer = client_for(Role.CLINICIAN).post(PHQ9, form)
    assert answer.status_code == 200
    assert "of 27" not in text(answer).partition("About it")[0]


def test_a_gate_and_a_total(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    gated = f"{LIST}{code_of('instrument', 'pc-ptsd-5')}/"
    assert "0 of 5" in text(client.post(gated, {"q": "0", "do": "next", "value": "0"}))
    assert "Question 1 of 5" in text(client.post(gated, {"q": "0", "do": "next", "value": "1"}))
    licensed = f"{LIST}{code_of('instrument', 'bdi-ii')}/"
    assert "Its words are not here" in text(client.get(licensed))
    assert "31 of 63, severe" in text(client.post(licensed, {"total": "31"}))
    for wrong in ("64", "x", "nan", "inf", "1e400"):
        assert "No score" in text(client.post(licensed, {"total": wrong}))


def test_every_instrument_has_a_page(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    for code, entry in released().items():
        page = client.get(f"{LIST}{code}/")
        assert page.status_code == 200, entry.instrument.id
        assert "None" not in text(page), entry.instrument.id


def test_a_folder_of_the_clinic_is_shown_with_its_faults_until_it_is_whole(client_for: ClientFor, drafts: Path) -> None:
    folder = write_instrument(drafts, "calm-evenings", at=date(2026, 11, 22))
    client = client_for(Role.CLINICIAN)
    assert "Your own, not released" in text(client.get(LIST))
    own = f"{LIST}{code_of('draft', 'calm-evenings')}/"
    form = {"a1": "4", "a2": "4", "q": "3", "do": "next", "value": "3"}
    assert "11 of 12, high" in text(client.post(own, form))
    head = folder / "instrument.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("max: 12", "max: 11"), encoding="utf-8")
    page = text(client.get(LIST))
    assert "The folder “calm-evenings” is not whole yet" in page
    assert "the answers add up to 0 to 12, not 0 to 11" in page
    assert client.get(own).status_code == 404
    (folder / "examples.yaml").write_bytes(b"\xff\xfe")
    assert client.get(LIST).status_code == 200


def test_a_screen_whose_answers_no_rule_hears_cannot_be_kept_but_phq_a_raises_its_alert(person: Person) -> None:
    """Hazard H55."""
    at = datetime.now(UTC)
    moment = Moment.at(at, person.time_zone)

    def save(instrument: str, items: list[int | None]) -> None:
        record_answers(person=person, filled=Filled(Sheet(uuid4(), instrument), items, moment), by=None, at=at)

    with pytest.raises(MeasureRefusedError, match="asked in person"):
        save("cssrs-screen", [1, 1, 0, 1, 0, 0, None])
    assert not Response.objects.exists()
    save("phq-a", [0] * 8 + [1])
    assert Alert.objects.filter(person=person).count() == 1


def test_a_great_many_folders_do_not_stop_the_page(client_for: ClientFor, drafts: Path) -> None:
    for number in range(MOST_DRAFTS + 2):
        (drafts / f"x{number:03}").mkdir(parents=True)
        (drafts / f"x{number:03}" / "instrument.yaml").write_text("a: [", encoding="utf-8")
    page = text(client_for(Role.CLINICIAN).get(LIST))
    assert page.count("is not whole yet") == MOST_DRAFTS
