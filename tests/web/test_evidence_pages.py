"""The evidence pages: every study with its certainty and source, and a table whose pooled effect moves with the rows."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.web.test_history_pages import words

from solstice.content.evidence_model import Background, Effect
from solstice_web.accounts.models import Role
from solstice_web.audit.models import Event
from solstice_web.evidence import files
from solstice_web.measures.content import library

pytestmark = pytest.mark.django_db
ClientFor = Callable[[str], Client]
POOL = "/clinic/evidence/pool/"
FACTS = Path(__file__).parents[3] / "shared/clinical/evidence.yaml"
RANKED_FACTS = {
    "COBALT": "cobalt-response", "REFRAMED": "reframed-hrsd", "KELLER2000": "keller-response", "REVAMP": "revamp-remission",
    "SCHRAMM2017": "schramm-hrsd", "EISENDRATH2016": "eisendrath-response", "TADS": "tads-remission",
    "COBRA": "cobra-phq", "EDEN": "eden-six-months", "CRT_META": "legemaat-mood", "TRANSFORM1": "transform1-response",
    "TRANSFORM2": "transform2-response", "TRANSFORM3": "transform3-response", "ELEKT_D": "elektd-response",
    "KETECT": "ketect-remission", "KARYOTAKI2021": "karyotaki-guidance", "KARYOTAKI2017": "karyotaki-unguided",
    "NOETEL2024": "noetel-walking", "DBT_IPT_ACT_GENERAL": "ipt-in-trd", "VR_DEP": "vr-in-trd",
}  # fmt: skip
"""Studies of the fact file whose row in the table has a name of its own."""


def made_table(*, dropped: bool = True) -> str:
    """Twelve studies with two rows each; the chronic ones have the smaller effect."""
    lines = ["study,condition_arm1,condition_arm2,.g,.g_se,diagnosis,rob"]
    for number in range(12):
        chronic = number % 3 == 0
        g = 0.2 + 0.02 * number if chronic else 0.7 + 0.02 * number
        for row in range(2):
            control = "cau" if chronic else "wl" if number % 2 else "pill"
            arm = "cbt" if number % 2 else "ipt"
            se = 0.15 + 0.01 * number
            diagnosis = "chr" if chronic else "mdd"
            lines.append(f"Study {number},{arm},{control},{g + 0.05 * row:.3f},{se},{diagnosis},{number % 5}")
    if dropped:
        lines.append("Study 99,cbt,cau,NA,NA,mdd,0")
    return "\n".join(lines) + "\n"


def load(client: Client, text: str, name: str = "trials.csv") -> Any:
    return client.post(POOL, {"file": SimpleUploadedFile(name, text.encode(), content_type="text/csv")})


def number_of(client: Client, column: str) -> str:
    """The name of the field that chooses a column."""
    label = {"diagnosis": "Diagnosis", "condition_arm2": "Compared with"}[column]
    found = re.search(rf'for="id_(column_\d+)"[^>]*>\s*{label}', client.get(POOL).content.decode())
    assert found is not None, f"no field for {column}"
    return found[1]


def effect_of(page: str, label: str) -> float:
    """The pooled effect that the page says for chosen or for all rows."""
    found = re.search(rf"{label}: (−?\d+\.\d\d) \(", page)
    assert found is not None, f"no effect of {label}"
    return float(found[1].replace("−", "-"))


@pytest.fixture(autouse=True)
def _no_file_is_left() -> Iterator[None]:
    yield
    for path in files.folder().glob("*"):
        path.unlink()


# ------------------------------------------------------------------------------------------------------- the table


@pytest.mark.shared
@pytest.mark.skipif(not FACTS.is_file(), reason="../shared/clinical/evidence.yaml is not there")
def test_every_study_of_the_fact_file_stands_in_the_table(client_for: ClientFor) -> None:
    facts = re.findall(r"^- id: (\S+)", FACTS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(facts) >= 40
    page = client_for(Role.CLINICIAN).get("/clinic/evidence/").content.decode()
    shown = set(re.findall(r'id="([a-z0-9-]+)"', page))
    missing = [one for one in facts if RANKED_FACTS.get(one, one.casefold().replace("_", "-")) not in shown]
    assert missing == []


def test_each_study_has_its_certainty_and_what_rests_on_memory_says_so(client_for: ClientFor) -> None:
    page = client_for(Role.CLINICIAN).get("/clinic/evidence/").content.decode()
    table = library().evidence
    studies: tuple[Effect | Background, ...] = (*table.effects, *table.background)
    for one in studies:
        (row,) = re.findall(rf'<tr id="{one.id}">(.*?)</tr>', page, re.DOTALL)
        assert one.certainty.replace("_", " ") in row.partition("Certainty:")[2].partition("Source:")[0]
        assert ("from memory" in row) == (one.source.verified == "memory"), one.id
        url = table.sources[one.source.ref].url
        assert url is None or url in row


def test_the_table_says_plainly_where_no_good_trial_exists(client_for: ClientFor) -> None:
    page = words(client_for(Role.CLINICIAN).get("/clinic/evidence/"))
    part = page.partition("Where no good trial exists")[2].rpartition("Background, never ranked")[0]
    for what in ("Interpersonal psychotherapy", "Acceptance and commitment", "Standard dialectical", "Virtual reality"):
        assert what in part
    assert {option for gap in library().evidence.gaps for option in gap.options} == {"ipt", "act", "dbt-skills"}


# -------------------------------------------------------------------------------------------------------- pooling


def test_the_effect_moves_with_the_chosen_rows_and_stands_beside_all(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    assert load(client, made_table()).status_code == 302
    before = words(client.get(POOL))
    assert "24 rows of 12 studies" in before
    whole = effect_of(before, "All rows")
    client.post(f"{POOL}choose/", {number_of(client, "diagnosis"): "chr", "model": "reml-knha"})
    after = words(client.get(POOL))
    assert effect_of(after, "All rows") == whole
    assert effect_of(after, "Chosen rows") < 0.5 < whole
    assert "SD smaller than in the whole file" in after
    assert "16 rows were not chosen. 1 rows of the file have no usable effect." in after
    assert "Study 99" in after
    assert "Diagnosis: chronic depression" in after


def test_low_risk_of_bias_and_a_written_wish_narrow_the_rows(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    client.post(f"{POOL}choose/", {"low_risk": "1", "model": "che", "wish": "rob>=4"})
    page = words(client.get(POOL))
    assert "rob>=4, low risk of bias" in page
    assert "4 rows, 2 studies" in page
    assert "rests on only 2 studies" in page


@pytest.mark.parametrize("model", ["reml-knha", "aggregate", "three-level", "che"])
def test_each_model_gives_an_effect(client_for: ClientFor, model: str) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    client.post(f"{POOL}choose/", {"model": model})
    page = client.get(POOL)
    assert f'value="{model}" selected' in page.content.decode()
    assert 0.4 < effect_of(words(page), "All rows") < 0.9


def test_groups_with_other_controls_are_not_called_a_ranking(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    field = number_of(client, "diagnosis").removeprefix("column_")
    client.post(f"{POOL}choose/", {"model": "reml-knha", "by": field})
    page = words(client.get(POOL))
    assert "pooled by itself" in page
    assert "Do not read these groups as a ranking" not in page  # four chronic studies: too few to tell
    load(client, made_table().replace("Study 1,cbt,wl,0.720,0.16,mdd", "Study 1,cbt,wl,0.720,0.16,chr"))
    field = number_of(client, "diagnosis").removeprefix("column_")
    client.post(f"{POOL}choose/", {"model": "reml-knha", "by": field})
    assert "Do not read these groups as a ranking" in words(client.get(POOL))


def test_a_choice_that_leaves_nothing_says_what_there_is_and_keeps_the_form(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    for wish, said in (
        ("diagnosis=xyz", "values are mdd, chr"),
        ("diagnose=chr", "did you mean 'diagnosis'?"),
        ("chr", "write COLUMN=VALUE"),
    ):
        client.post(f"{POOL}choose/", {"model": "che", "wish": wish})
        answer = client.get(POOL)
        assert answer.status_code == 400
        assert said in words(answer)
        assert f'value="{wish}"' in answer.content.decode()


# ------------------------------------------------------------------------------------------------------- the file


def test_a_file_that_cannot_be_used_names_the_file_and_the_line(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    answer = load(client, "study,.g,.g_se\nA,0.2,0.1\nB,much,0.1\n", "mine.csv")
    assert answer.status_code == 400
    assert "mine.csv:3:" in words(answer)
    assert list(files.folder().glob("*")) == []
    assert load(client, "", "empty.csv").status_code == 400
    assert "Choose a file first" in words(client.post(POOL))
    latin = client.post(POOL, {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00", content_type="text/csv")})
    assert latin.status_code == 400


def test_a_file_above_the_limit_is_refused(client_for: ClientFor) -> None:
    assert load(client_for(Role.CLINICIAN), "x" * (1024 * 1024 + 1)).status_code == 413


def test_a_table_too_large_for_a_page_is_refused_with_the_way_that_works(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    head = "study,.g,.g_se\n"
    many = head + "".join(f"S{number},0.1,0.2\n" for number in range(files.MOST_ROWS + 1))
    assert "use: solstice evidence FILE" in words(load(client, many))
    one = head + "S,0.1,0.2\n" * (files.MOST_OF_A_STUDY + 1)
    assert f"trials.csv:{files.MOST_OF_A_STUDY + 2}:" in words(load(client, one))


def test_the_table_belongs_to_its_session_and_goes_with_it(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    assert len(list(files.folder().glob("*.csv"))) == 1
    other = client_for(Role.CLINICIAN)
    assert "trials.csv" not in words(other.get(POOL))
    load(client, made_table(dropped=False), "second.csv")
    assert len(list(files.folder().glob("*.csv"))) == 1
    assert "second.csv: 24 rows" in words(client.get(POOL))
    client.post(f"{POOL}forget/")
    assert list(files.folder().glob("*")) == []
    assert "Load a file of published trials" in words(client.get(POOL))


def test_what_lies_too_long_is_taken_away(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    files.remove_old(timezone.now())
    assert len(list(files.folder().glob("*.csv"))) == 1
    files.remove_old(timezone.now() + timedelta(hours=files.KEPT_HOURS + 1))
    assert "Load a file of published trials" in words(client.get(POOL))


def test_loading_and_removing_leave_events_without_words(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table(), "kestrelword.csv")
    client.post(f"{POOL}forget/")
    made = Event.objects.filter(action__startswith="evidence.")
    assert list(made.order_by("seq").values_list("action", flat=True)) == [
        "evidence.table_kept",
        "evidence.table_removed",
    ]
    assert '"rows":24' in made.order_by("seq")[0].detail
    assert not [event for event in Event.objects.values() if "kestrelword" in str(event)]


def test_a_cell_is_text_on_every_page(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table().replace("Study 3", "<script>alert(3)</script>"), "<b>x.csv")
    page = client.get(POOL).content.decode()
    assert "<script>alert(3)" not in page
    assert "<b>x.csv" not in page
    assert "&lt;script&gt;alert(3)" in page


@pytest.mark.parametrize("below", ["choose/", "forget/", ""])
def test_each_form_needs_its_token(users: dict[str, Any], client_for: ClientFor, below: str) -> None:
    client = client_for(Role.CLINICIAN)
    client.handler.enforce_csrf_checks = True
    assert client.post(POOL + below).status_code == 403


# -------------------------------------------------------------------------------------------------- what takes longer


def test_leaving_out_goes_on_by_steps_with_and_without_a_script(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solstice_web.workspace.evidence_more.STEP", 5)
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    assert "0 of 12 studies" in words(client.get(f"{POOL}without/"))
    assert client.post(f"{POOL}without/").status_code == 302
    assert "5 of 12 studies" in words(client.get(f"{POOL}without/"))
    part = client.post(f"{POOL}without/", headers={"HX-Request": "true"}).content.decode()
    assert "10 of 12 studies" in part
    assert "<html" not in part
    done = words(client.post(f"{POOL}without/", headers={"HX-Request": "true"}))
    assert "Without any one of them it stays between" in done
    assert done.count("without Study") >= 12
    for figure in ("Studentised residual", "DFFITS", "Cook’s distance", "Hat"):
        assert figure in done
    assert "of 12 studies" in done or "of the 12 studies" in done
    client.post(f"{POOL}choose/", {number_of(client, "diagnosis"): "chr", "model": "reml-knha"})
    assert "0 of 4 studies" in words(client.get(f"{POOL}without/"))


def test_the_network_names_who_was_compared_and_sets_all_against_one(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    load(client, made_table())
    page = words(client.get(f"{POOL}network/"))
    assert "Who was compared with whom" in page
    assert "each treatment against care as usual" in page
    assert "each treatment against cognitive behavioural therapy" in words(client.get(f"{POOL}network/?against=1"))
    load(client, "study,.g,.g_se\nA,0.2,0.1\nB,0.4,0.1\n")
    assert "condition_arm1 and condition_arm2" in words(client.get(f"{POOL}network/"))


def test_without_a_table_the_further_pages_lead_back(client_for: ClientFor) -> None:
    client = client_for(Role.CLINICIAN)
    for below in ("without/", "network/"):
        answer = client.get(POOL + below)
        assert (answer.status_code, answer.headers["Location"]) == (302, POOL)
