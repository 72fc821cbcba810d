"""The counts of a history worked out slowly, with dictionaries: what the sums of the engine are held against."""

from collections.abc import Sequence

from solstice.ledger.adds import use_of
from solstice.ledger.counted import Counted
from solstice.ledger.tally import Case, Tally
from solstice.ledger.truth import Truth, all_of, any_of
from solstice.ledger.weigh import Weighed

MODALITY = {"ketamine": 0, "esketamine": 0, "psychotherapy": 1, "tms": 2, "ect": 2}


def counted_plainly(cases: Sequence[Case], *, bare: bool) -> Counted:
    counted, asked, strict, little = Tally(), Tally(), Tally(), Tally()
    optimised, started, in_vain = Tally(), Tally(), Tally()
    added = Tally()
    uses: list[Truth] = []
    for case in cases:
        weighed, role = case.weighed, case.need.role
        is_unlisted = role == "unlisted" and case.trial.kind != "augmentation"
        if role == "medicine" or is_unlisted:
            failed = _failure(weighed, bare=bare, strict=False)
            possible = _asked(weighed, bare=bare, strict=False)
            possible_strict = _asked(weighed, bare=bare, strict=True)
            _add(asked, case, possible)
            _add(strict, case, possible_strict)
            if role == "medicine":
                _add(counted, case, failed)
                _add(little, case, all_of(failed, weighed.is_little))
                _add(optimised, case, _named_only(case, all_of(possible_strict, weighed.at_label_max)))
        if role == "medicine" or case.trial.kind in {"ect", "tms"}:
            vain = all_of(weighed.in_episode, weighed.has_lasted, weighed.failing)
            _add(started, case, _named_only(case, weighed.in_episode))
            _add(in_vain, case, _named_only(case, vain))
        if _is_augmentation(case):
            sure, used = use_of(case, weighed, cases, bare=bare)
            _add(added, case, sure)
            uses.append(used)
    ect = [case for case in cases if case.trial.kind == "ect"]
    failures = [_course_failure(case, bare=bare) for case in ect]
    bilateral = [all_of(one, case.weighed.is_bilateral) for one, case in zip(failures, ect, strict=True)]
    return Counted(
        failed=counted.count,
        failed_or_asked=asked.count,
        failed_strict=strict.count,
        classes=counted.classes,
        augmentation=(_some(added), any_of(*uses)),
        augmentations=added.count,
        optimised=optimised.count,
        ect_used=any_of(*[case.weighed.in_episode for case in ect]),
        ect_failed=any_of(*failures),
        bilateral_ect_failed=any_of(*bilateral),
        little=little.count,
        register_started=started.count,
        register_failed=in_vain.count,
        modalities=_modalities(cases, counted, bare=bare),
    )


def _failure(weighed: Weighed, *, bare: bool, strict: bool) -> Truth:
    verdict = weighed.bare if bare else weighed.verdict
    return all_of(verdict.failed_strict if strict else verdict.failed, weighed.in_episode)


def _asked(weighed: Weighed, *, bare: bool, strict: bool) -> Truth:
    if bare or not weighed.is_asked_about:
        return _failure(weighed, bare=bare, strict=strict)
    possible = weighed.bare.failed_strict if strict else weighed.bare.failed
    return False if possible is False else all_of(None, weighed.in_episode)


def _is_augmentation(case: Case) -> bool:
    role, trial = case.need.role, case.trial
    if role == "augmentation" or (role == "unlisted" and trial.kind == "augmentation"):
        return True
    return trial.added_to is not None and role in {"medicine", "unlisted"}


def _add(tally: Tally, case: Case, failed: Truth) -> None:
    if failed is False:
        return
    if case.is_unnamed:
        tally.add_unnamed(case.unnamed, is_sure=failed is True)
    else:
        name = case.trial.kind if case.need.role == "course" else case.need.molecule or case.need.name
        tally.add_named(name, case.need.classes, is_sure=failed is True)


def _named_only(case: Case, truth: Truth) -> Truth:
    """An agent without a name may be one of the named ones: never sure."""
    return all_of(truth, None) if case.is_unnamed else truth


def _course_failure(case: Case, *, bare: bool) -> Truth:
    verdict = case.weighed.bare if bare else case.weighed.verdict
    return all_of(verdict.failed, case.weighed.in_episode)


def _modalities(cases: Sequence[Case], counted: Tally, *, bare: bool) -> tuple[Truth, Truth, Truth]:
    found: list[Truth] = [_some(counted), False, False]
    for case in cases:
        if case.trial.kind in MODALITY:
            place = MODALITY[case.trial.kind]
            found[place] = any_of(found[place], _course_failure(case, bare=bare))
    return found[0], found[1], found[2]


def _some(tally: Tally) -> Truth:
    return True if tally.count.low > 0 else None if tally.count.high > 0 else False
