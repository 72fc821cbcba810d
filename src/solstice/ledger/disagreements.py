"""Where the models disagree about the same history, which trial or rule makes the difference, and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from solstice.kernel import Span
from solstice.kernel.number_words import number_words
from solstice.ledger.result import Definition, Disagreement, Regulatory, Staged
from solstice.ledger.tally import Case
from solstice.ledger.truth import all_of

WORDS = {"yes": "met", "no": "not met", "cannot_tell": "not known yet"}


def disagreements(
    cases: Sequence[Case],
    regulatory: Regulatory,
    staging: Mapping[str, Staged],
    definitions: Mapping[str, Definition],
) -> tuple[Disagreement, ...]:
    """Each pair of readings that differ. Nothing where the models are refused."""
    if any(one.refused is not None and one.refused.code != "no_failed_adequate_trial" for one in staging.values()):
        return ()
    found: list[Disagreement] = []
    found += _of_duration(cases, regulatory, staging)
    found += _of_classes(cases, regulatory, staging)
    found += _of_ect(cases, staging)
    found += _of_augmentation(cases, staging)
    found += _of_other_points(regulatory, staging)
    found += _of_definitions(cases, regulatory, definitions)
    found += _of_uncounted_courses(cases)
    return tuple(found)


def _which(cases: Sequence[Case], wanted: Callable[[Case], bool]) -> list[Case]:
    return [case for case in cases if wanted(case)]


def _named(cases: Sequence[Case]) -> str:
    return ", ".join(f"{case.need.name} (trial {case.index + 1})" for case in cases)


def _verb(cases: Sequence[Case], word: str) -> str:
    """`counts` of one, `count` of several."""
    return word if len(cases) == 1 else word.removesuffix("s")


def _of(models: tuple[str, str], rule: str, cases: Sequence[Case], text: str) -> Disagreement:
    return Disagreement(models, rule, tuple(case.index for case in cases), text)


def _said(span: Span | None, *, is_open: bool = False) -> str:
    return "not given" if span is None else number_words(span, is_open=is_open)


def _of_duration(
    cases: Sequence[Case], regulatory: Regulatory, staging: Mapping[str, Staged]
) -> Iterator[Disagreement]:
    """Four weeks or six: the regulatory answer, and the models that ask for six."""
    short = _which(cases, lambda case: case.marks.counted is True and case.marks.strict is not True)
    if not short:
        return
    if regulatory.answer != regulatory.strict_answer:
        now, strict = WORDS[regulatory.answer], WORDS[regulatory.strict_answer]
        text = (
            f"The regulatory definition is {now} with 4 weeks and {strict} "
            f"with 6: {_named(short)} reached 4 weeks and not surely 6"
        )
        yield _of(("regulatory_trd", "regulatory_trd_strict"), "weeks", short, text)
    points = staging["mgh_s"]
    text = (
        f"The European stage ({_said(staging['european'].span)}) and the MGH points "
        f"({_said(points.span, is_open=points.is_open)}) ask for 6 weeks, the others for 4: "
        f"{_named(short)} {_verb(short, 'counts')} surely only with 4"
    )
    yield _of(("maudsley", "european"), "weeks", short, text)


def _of_classes(cases: Sequence[Case], regulatory: Regulatory, staging: Mapping[str, Staged]) -> Iterator[Disagreement]:
    strict, lenient = staging["thase_rush_strict"].span, staging["thase_rush_lenient"].span
    failed = _which(cases, lambda case: case.marks.counted is True)
    if strict != lenient:
        base = _which(
            cases, lambda case: case.marks.counted is not False and bool({"TCA", "MAOI"} & set(case.need.classes))
        )
        text = (
            f"Thase–Rush is {_said(strict)} read strictly and {_said(lenient)} read leniently: strictly "
            f"{_named(base) or 'a tricyclic'} must come on top of two other classes"
        )
        yield _of(("thase_rush_strict", "thase_rush_lenient"), "two_other_classes", base, text)
    classes = {one for case in failed for one in case.need.classes}
    if regulatory.answer == "yes" and strict is not None and strict.high <= 1 and len(classes) == 1:
        text = (
            f"The regulatory definition is met, Thase–Rush stays at {_said(strict)}: {_named(failed)} are all of one "
            f"class ({', '.join(classes)}), which Thase–Rush counts once"
        )
        yield _of(("regulatory_trd", "thase_rush_strict"), "one_class", failed, text)


def _of_ect(cases: Sequence[Case], staging: Mapping[str, Staged]) -> Iterator[Disagreement]:
    used = _which(cases, lambda case: case.trial.kind == "ect" and case.weighed.in_episode is not False)
    if not used:
        return
    failed = [case for case in used if all_of(case.weighed.verdict.failed, case.weighed.in_episode) is True]
    strict = staging["thase_rush_strict"].span
    if failed and strict is not None and strict.high < 5:
        text = (
            f"{_named(failed)} without enough benefit {_verb(failed, 'adds')} 3 MGH points and one European stage; "
            f"Thase–Rush ({_said(strict)}) counts ECT only after a tricyclic and an MAO inhibitor, the regulatory "
            "definition never"
        )
        yield _of(("mgh_s", "thase_rush_strict"), "ect", failed, text)
    if not failed:
        text = (
            f"{_named(used)} {_verb(used, 'adds')} a point to the Maudsley method because ECT was used; "
            "the others ask whether it failed"
        )
        yield _of(("maudsley", "european"), "ect_used", used, text)


def _of_augmentation(cases: Sequence[Case], staging: Mapping[str, Staged]) -> Iterator[Disagreement]:
    parts = staging["maudsley"].parts
    if not parts or parts["augmentation"].high == 0:
        return
    added = _which(cases, lambda case: case.is_augmentation and case.weighed.in_episode is not False)
    added = [case for case in added if case.weighed.verdict.adequate is not False]
    if added:
        text = (
            f"{_named(added)} can add a point to the Maudsley method and half a point to MGH; the regulatory "
            "definition and Thase–Rush do not count augmentation"
        )
        yield _of(("maudsley", "thase_rush_strict"), "augmentation", added, text)


def _of_other_points(regulatory: Regulatory, staging: Mapping[str, Staged]) -> Iterator[Disagreement]:
    """Maudsley also weighs how long and how severe, so that it can be high without two failed trials, and low with."""
    maudsley = staging["maudsley"]
    if maudsley.span is None or not maudsley.labels:
        return
    points = f"{_said(maudsley.parts['duration'])} for its length and {_said(maudsley.parts['severity'])} for severity"
    if regulatory.answer == "no" and "mild" not in maudsley.labels:
        text = (
            f"Maudsley is {_said(maudsley.span)} ({maudsley.labels[0]}) although the regulatory definition is not met: "
            f"{points} come from the episode, not from trials"
        )
        yield Disagreement(("maudsley", "regulatory_trd"), "duration_and_severity", (), text)
    if regulatory.answer == "yes" and maudsley.labels == ("mild",):
        text = (
            f"Maudsley is {_said(maudsley.span)} (mild) although the regulatory definition is met: it gives {points}, "
            "and one point for the first two failed trials"
        )
        yield Disagreement(("maudsley", "regulatory_trd"), "duration_and_severity", (), text)


def _of_definitions(
    cases: Sequence[Case], regulatory: Regulatory, definitions: Mapping[str, Definition]
) -> Iterator[Disagreement]:
    delphi, register = definitions["delphi"], definitions["karolinska"]
    partial = _which(cases, lambda case: case.marks.counted is True and case.marks.little is not True)
    if delphi.answer is not None and {delphi.answer, regulatory.answer} == {"yes", "no"} and partial:
        text = (
            f"{delphi.name} is {WORDS[delphi.answer]}, the regulatory definition {WORDS[regulatory.answer]}: after "
            f"{_named(partial)} the improvement was not surely below 25 %"
        )
        yield _of(("delphi", "regulatory_trd"), "little_benefit", partial, text)
    if register.answer is not None and {register.answer, regulatory.answer} == {"yes", "no"}:
        low = _which(cases, lambda case: case.marks.lasted_in_vain is True and case.marks.counted is not True)
        why = (
            f"{_named(low)} {_verb(low, 'counts')} in the register, which looks at no dose"
            if low
            else "it asks for a third treatment"
        )
        text = (
            f"{register.name} is {WORDS[register.answer]}, the regulatory definition {WORDS[regulatory.answer]}: {why}"
        )
        yield _of(("karolinska", "regulatory_trd"), "register", low, text)


def _of_uncounted_courses(cases: Sequence[Case]) -> Iterator[Disagreement]:
    kinds = {"tms", "ketamine", "esketamine", "psychotherapy"}
    failed = _which(
        cases,
        lambda case: case.trial.kind in kinds and all_of(case.weighed.verdict.failed, case.weighed.in_episode) is True,
    )
    if failed:
        text = (
            f"{_named(failed)} without enough benefit {_verb(failed, 'counts')} as a modality; "
            "no staging model above has a place for it"
        )
        yield _of(("multi_therapy", "maudsley"), "modality", failed, text)
