"""Effect sizes by hand, what was used and dropped, cautions in words, moderators, and trials made from rows."""

import math

import pytest

from solstice.evidence.cautions import group_cautions
from solstice.evidence.components import component_network
from solstice.evidence.effect_size import Effect, Events, NotUsable, Summary, from_events, from_means
from solstice.evidence.moderators import Moderator, design
from solstice.evidence.multilevel import Multilevel, che, three_level
from solstice.evidence.network import Network, network
from solstice.evidence.pooling import Pooled, random_effects
from solstice.evidence.progress import Step, collect
from solstice.evidence.selection import low_risk_of_bias, number_needed_to_treat
from solstice.evidence.subgroups import Group, NoSuchRows, between, split
from solstice.evidence.synthesis import Question, synthesise
from solstice.evidence.table import Comparisons, parse_metapsy
from solstice.evidence.trial_table import trials_of
from solstice.evidence.trials import Arm, Contrast, NotANetwork, from_arms, from_contrasts

RAW = "study;mean_arm1;sd_arm1;n_arm1;mean_arm2;sd_arm2;n_arm2;event_arm1;totaln_arm1;event_arm2;totaln_arm2\n"


def test_a_g_by_hand() -> None:
    """Means 8 and 12, SD 4 in both arms of 20: d = 1, g = d·(1 − 3/151), variance 0.1 + 1/80."""
    found = from_means(Summary(8, 4, 20), Summary(12, 4, 20))
    assert isinstance(found, Effect)
    assert found.g == pytest.approx(1 - 3 / 151)
    assert found.variance == pytest.approx(0.1 + 1 / 80)


def test_events_by_hand() -> None:
    """10 of 20 against 5 of 20: odds ratio 3."""
    found = from_events(Events(10, 20), Events(5, 20))
    assert isinstance(found, Effect)
    assert found.g == pytest.approx(math.log(3) * math.sqrt(3) / math.pi * (1 - 3 / 151))
    assert found.variance == pytest.approx((0.1 + 0.1 + 1 / 5 + 1 / 15) * 3 / math.pi**2)


@pytest.mark.parametrize(
    ("found", "because"),
    [
        (from_means(Summary(8, 0, 20), Summary(12, 0, 20)), "0"),
        (from_means(Summary(8, 4, 1), Summary(12, 4, 20)), "one person"),
        (from_means(Summary(8, -4, 20), Summary(12, 4, 20)), "negative"),
        (from_events(Events(21, 20), Events(5, 20)), "more events than people"),
        (from_events(Events(0, 0), Events(5, 20)), "nobody"),
    ],
)
def test_figures_that_give_no_effect_say_why(found: Effect | NotUsable, because: str) -> None:
    assert isinstance(found, NotUsable)
    assert because in found.because


def test_each_row_says_what_it_rests_on_or_why_not() -> None:
    table = parse_metapsy(
        RAW + "A;8;4;20;12;4;20;NA;NA;NA;NA\nB;NA;NA;NA;NA;NA;NA;10;20;5;20\nC;8;4;NA;12;4;20;NA;NA;NA;NA\n"
        "D;NA;NA;NA;NA;NA;NA;NA;NA;NA;NA\nE;8;0;20;12;0;20;NA;NA;NA;NA\n",
        "m.csv",
    )
    assert [(row.study, row.used) for row in table.rows] == [("A", "means"), ("B", "events")]
    assert [(row.line, row.study, row.dropped_because) for row in table.dropped] == [
        (4, "C", "figures are incomplete: n_arm1 missing"),
        (5, "D", "no effect and no figures to compute one from"),
        (6, "E", "means: both standard deviations are 0"),
    ]
    assert table.left_out == 3
    assert "2 effects were computed here" in " ".join(synthesise(table, Question()).cautions)


def test_a_given_effect_is_never_overruled_by_raw_figures() -> None:
    table = parse_metapsy(RAW.replace("\n", ";.g;.g_se\n") + "A;8;4;20;12;4;20;NA;NA;NA;NA;-0,5;0,2\n", "m.csv")
    (row,) = table.rows
    assert (row.g, row.used) == (-0.5, "given")


HEAD = "study;.g;.g_se;condition_arm1;condition_arm2;rob;year\n"


def rows(*lines: str) -> Comparisons:
    return parse_metapsy(HEAD + "\n".join(lines) + "\n", "m.csv")


WAITLISTS = rows(
    *(f"a{n};0,9;0,2;cbt;wl;2;20{n:02d}" for n in range(6)), *(f"b{n};0,3;0,2;ipt;cau;4;20{n:02d}" for n in range(6))
)


def test_a_ranking_of_comparators_is_called_one() -> None:
    """Hazard H68: cbt looks better than ipt only because it was compared with a waitlist."""
    (caution,) = group_cautions(split(WAITLISTS, "condition_arm1"), "condition_arm1")
    assert caution.startswith("Do not read these groups as a ranking")
    assert "0% to 100%" in caution
    assert group_cautions(split(WAITLISTS, "condition_arm2"), "condition_arm2") == ()


def test_like_compared_with_like_gets_no_such_caution() -> None:
    fair = rows(*(f"{t}{n};0,5;0,2;{t};{c};4;2001" for t in ("cbt", "ipt") for n, c in enumerate(["wl", "cau"] * 4)))
    assert group_cautions(split(fair, "condition_arm1"), "condition_arm1") == ()


def test_an_average_is_not_a_promise() -> None:
    """Hazard H69: every pooled effect comes with what a new study may find, and with how little it rests on."""
    wide = synthesise(
        rows("a;1,5;0,2;cbt;wl;4;2001", "b;-0,5;0,2;cbt;wl;4;2001", "c;0,5;0,2;cbt;wl;4;2001"), Question()
    )
    assert isinstance(wide.result, Pooled)
    assert wide.result.pi_lower is not None
    assert wide.result.pi_lower < 0
    assert "includes no effect and harm. The average says nothing about one person." in wide.cautions[0]
    assert any("only 3 studies" in caution for caution in wide.cautions)


def test_dependent_rows_are_named() -> None:
    table = rows("a;0,5;0,2;cbt;wl;4;2001", "a;0,6;0,2;cbt;wl;4;2001", "b;0,1;0,2;cbt;cau;4;2001")
    assert any("too narrow" in caution for caution in synthesise(table, Question()).cautions)
    nested = synthesise(table, Question(model="three-level"))
    assert isinstance(nested.result, Multilevel)
    assert not any("too narrow" in caution for caution in nested.cautions)


def test_equal_effects_show_no_doubt_and_say_so() -> None:
    table = rows(*(f"{name};0,5;0,2;cbt;wl;4;2001" for name in "abc"))
    assert synthesise(table, Question()).cautions[0].startswith("All effects are equal")
    assert between([Group(name, random_effects([0.5, 0.5], [0.04, 0.04])) for name in "xy"]) is None


def test_nothing_left_over_falls_back_to_the_model() -> None:
    found = che([0.5] * 4, [0.04] * 4, ["a", "a", "b", "c"])
    assert found.test == "t"
    assert found.coefficients[0].se > 0.1
    assert three_level([0.5, 0.4], [0.04, 0.04], ["a", "a"]).test == "z"


def test_a_far_effect_does_not_hide_the_summit() -> None:
    """Found by a generative test: a climb from the moment estimate alone stopped at 0, far below the summit."""
    y, v = [0.0] * 6 + [3.0], [0.5, 0.5, 0.5, 0.25, 0.031, 0.012, 0.5]
    found = three_level(y, v, ["a", "b", "c", "a", "a", "a", "a"])
    assert found.log_likelihood > -8.87
    assert found.s2_effect > 0.5


def test_a_flat_ridge_is_climbed_to_its_end() -> None:
    """Found by a generative test: steps of a hundredth of the way did not arrive in a hundred of them."""
    y = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.188, 2.438, 0.438, 0.438]
    v = [0.5, 0.25, 0.375, 0.125, 0.125, 0.125, 0.25, 0.469, 0.062, 0.125, 0.125]
    found = che(y, v, list("cbdabegafgg"), rho=0.4375, test="z")
    assert found.log_likelihood > -13.42590
    assert found.s2_study < 0.05
    assert found.s2_effect == pytest.approx(0.66, abs=0.02)


def test_moderators_become_columns() -> None:
    found = design(WAITLISTS, [Moderator("condition_arm2", "cau"), Moderator("rob")])
    assert found.terms == ("intercept", "condition_arm2: wl", "rob")
    assert found.references == ("condition_arm2 = cau", "rob = 3")
    assert found.x[:, 2].sum() == pytest.approx(0)
    assert found.x[0].tolist() == [1.0, 1.0, -1.0]


def test_rows_without_a_moderator_are_dropped_with_the_reason() -> None:
    table = rows("a;0,5;0,2;cbt;wl;NA;2001", "b;0,1;0,2;cbt;cau;4;2001", "c;0,2;0,2;cbt;cau;3;2002")
    found = design(table, [Moderator("rob")])
    assert [(row.line, row.dropped_because) for row in found.dropped] == [(2, "no value of rob")]


@pytest.mark.parametrize(
    ("moderators", "because"),
    [
        ((), "needs a moderator"),
        ((Moderator("robb"),), "no column 'robb'; did you mean 'rob'?"),
        ((Moderator("condition_arm2", "pill"),), "no row has condition_arm2 = pill; values are cau, wl"),
        ((Moderator("condition_arm1"), Moderator("condition_arm2")), "overlap"),
    ],
)
def test_a_regression_that_cannot_be_is_refused(moderators: tuple[Moderator, ...], because: str) -> None:
    with pytest.raises((NoSuchRows, ValueError), match="(?i)" + because.replace("?", r"\?")):
        synthesise(WAITLISTS, Question(model="regression", moderators=moderators))


def test_trials_of_rows_with_arms_and_without() -> None:
    head = "study;.g;.g_se;condition_arm1;condition_arm2;instrument;time_weeks;mean_arm1;sd_arm1;n_arm1;mean_arm2;sd_arm2;n_arm2\n"
    table = parse_metapsy(
        head + "three;0,5;0,3;cbt;wl;phq-9;8;8;4;20;12;4;20\nthree;0,2;0,3;bat;wl;phq-9;8;10;4;20;12;4;20\n"
        "three;0,4;0,3;cbt;wl;ces-d;8;8;4;20;12;4;20\ntwo;0,4;0,2;cbt;cau;bdi-2;8;NA;NA;NA;NA;NA;NA\n"
        "two;0,3;0,2;cbt;cau;bdi-2;26;NA;NA;NA;NA;NA;NA\nsame;0,3;0,2;cbt;cbt;bdi-2;8;NA;NA;NA;NA;NA;NA\n"
        "apart;0,3;0,2;pill;placebo;bdi-2;8;NA;NA;NA;NA;NA;NA\n",
        "m.csv",
    )
    found = trials_of(table, reference="cau")
    assert {trial.study: trial.treatments for trial in found.trials} == {
        "three": ("bat", "cbt", "wl"),
        "two": ("cau", "cbt"),
    }
    assert {(row.line, row.dropped_because) for row in found.dropped} == {
        (4, "another outcome speaks for the study: phq-9 at week 8"),
        (6, "another outcome speaks for the study: bdi-2 at week 8"),
        (7, "both arms are cbt"),
        (8, "not connected with cau by any trial"),
    }
    result = network(found.trials, reference="cau")
    assert {effect.treatment for effect in result.effects} == {"bat", "cau", "cbt", "wl"}


ARMS = [Arm("s", "a", 10, 4, 20), Arm("s", "b", 12, 4, 20), Arm("t", "b", 11, 4, 30), Arm("t", "c", 12, 4, 30)]


def test_the_better_arm_is_above_zero_and_first() -> None:
    found = network(from_arms(ARMS), reference="c", method="EE")
    assert [effect.treatment for effect in found.effects] == ["a", "b", "c"]
    assert found.effects[0].estimate > found.effects[1].estimate > 0
    assert [(edge.first, edge.second, edge.studies) for edge in found.edges] == [("a", "b", 1), ("b", "c", 1)]
    indirect = next(pair for pair in found.pairs if (pair.first, pair.second) == ("a", "c"))
    assert indirect.direct == 0


@pytest.mark.parametrize(
    ("build", "because"),
    [
        (lambda: network(from_arms([*ARMS, Arm("u", "x", 1, 1, 9), Arm("u", "y", 1, 1, 9)]), reference="c"), "hang"),
        (lambda: network(from_arms(ARMS), reference="z"), "'z' is in no trial"),
        (lambda: from_arms([ARMS[0]]), "has one treatment"),
        (lambda: from_arms([Arm("s", "a", 1, 0, 9), Arm("s", "b", 1, 0, 9)]), "no spread"),
        (lambda: from_contrasts([Contrast("s", "a", "b", 1, 1), Contrast("s", "b", "a", 1, 1)]), "twice"),
        (
            lambda: from_contrasts([Contrast("s", "a", "b", 1, 1), Contrast("s", "b", "c", 1, 1)]),
            "no comparison of 'a'",
        ),
        (
            lambda: from_contrasts(
                [Contrast("s", "a", "b", 1, 1), Contrast("s", "b", "c", 1, 1), Contrast("s", "a", "c", 1, 1)]
            ),
            "contradict",
        ),
        (
            lambda: component_network(
                from_arms(
                    [Arm("s", "a+b", 1, 1, 9), Arm("s", "c", 2, 1, 9), Arm("t", "a+b", 1, 1, 9), Arm("t", "c", 2, 1, 9)]
                ),
                inactive="c",
            ),
            "apart: a, b",
        ),
    ],
)
def test_what_is_no_network_says_why(build, because: str) -> None:
    with pytest.raises(NotANetwork, match=because):
        build()


def test_components_join_what_no_trial_joins() -> None:
    arms = [Arm("s", "a+b", 8, 4, 40), Arm("s", "a", 10, 4, 40), Arm("t", "a", 10, 4, 40), Arm("t", "none", 14, 4, 40)]
    arms += [Arm("u", "a+b", 8, 4, 40), Arm("u", "none", 14, 4, 40)]
    found = component_network(from_arms(arms), inactive="none")
    assert isinstance(found, Network)
    effects = {effect.treatment: effect.estimate for effect in found.effects}
    assert effects["a"] == pytest.approx(1.0, abs=0.05)
    assert effects["b"] == pytest.approx(0.5, abs=0.05)


def test_a_row_that_was_not_rated_is_not_low_risk() -> None:
    table = rows("a;0,5;0,2;cbt;wl;NA;2001", "b;0,1;0,2;cbt;cau;3;2001", "c;0,2;0,2;cbt;cau;2;2002")
    assert [row.study for row in low_risk_of_bias(table.rows)] == ["b"]
    second = parse_metapsy("study;.g;.g_se;overall\nA;1;1;Low risk\nB;1;1;Some concerns\nC;1;1;NA\n", "m.csv")
    assert [row.study for row in low_risk_of_bias(second.rows)] == ["A"]


def test_the_number_needed_to_treat() -> None:
    """Source: Furukawa and Leucht 2011, table 1: d 0.5 at 20 % is 5.99."""
    assert number_needed_to_treat(0.5) == pytest.approx(6.0, abs=0.05)
    assert number_needed_to_treat(0.0) is None
    harm = number_needed_to_treat(-0.5)
    assert harm is not None
    assert harm < 0


def test_progress_is_told_after_each_step() -> None:
    told: list[tuple[int, int]] = []
    steps = (Step(number + 1, 3, number) for number in range(3))
    assert collect(steps, lambda done, total: told.append((done, total))) == (0, 1, 2)
    assert told == [(1, 3), (2, 3), (3, 3)]
