"""The page of `solstice evidence`: in words what was pooled, how sure it is, what was left out; then the tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from solstice.evidence.reported import BASIS_WORDS

Answer = Mapping[str, Any]
MOST_SHOWN = 10


def page(answer: Answer) -> str:
    """The whole page from the JSON that `--json` would print."""
    parts = [_what(answer), _how_sure(answer)]
    if answer.get("effects"):
        parts.append(_network(answer))
    elif len(answer.get("coefficients") or []) > 1:
        parts.append(_coefficients(answer))
    else:
        parts.append(_pooled_table(answer))
    parts += [
        _group_words(answer),
        _listed("Keep in mind", [*(answer.get("group_cautions") or []), *answer["cautions"]]),
        _bias(answer.get("bias")),
        _sensitivity(answer.get("sensitivity")),
        _influence(answer.get("influence")),
        _left_out(answer),
    ]
    return "\n\n".join(part for part in parts if part)


def _what(answer: Answer) -> str:
    rows, studies = _many(answer["k"], "comparison"), _many(answer["studies"], "study", "studies")
    lines = [
        f"{rows} of {studies}. Model {answer['model']}: {answer['model_words']}.",
        "Hedges' g; above 0 the first arm did better.",
    ]
    computed = {name: count for name, count in answer["used"].items() if name != "given"}
    lines += [f"{count} effects from {BASIS_WORDS[name]}." for name, count in computed.items()]
    if answer["set_against"]:
        lines.append(f"Set against: {', '.join(answer['set_against'])}.")
    return "\n".join(lines)


def _many(number: int, one: str, more: str | None = None) -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def _how_sure(answer: Answer) -> str:
    if answer.get("g") is None or len(answer.get("coefficients") or []) > 1:
        return f"Spread between studies: tau² {answer['tau2']:.3f}, I² {answer['i2']:.1f} %."
    effect = f"Pooled effect {answer['g']:.2f}, 95 % interval {answer['lower']:.2f} to {answer['upper']:.2f}."
    if answer["tau2"] is None:
        return f"{effect} One comparison alone: how far studies differ is not known."
    kind = "share of tau² in the total" if answer["i2_from"] == "tau2" else "from Q"
    spread = f"Spread between studies: tau² {answer['tau2']:.3f}, I² {answer['i2']:.1f} % ({kind})."
    return f"{effect}\n{spread}"


def _pooled_table(answer: Answer) -> str:
    head = (
        f"{answer.get('by') or '':24} {'k':>5} {'studies':>8} {'g':>7} {'95 % interval':>18} {'tau²':>7} {'I²':>6}   "
        "prediction"
    )
    lines = [head, _line("all", answer)]
    lines += [_line(group["level"], group) for group in answer.get("groups") or []]
    return "\n".join(lines)


def _line(level: str, pooled: Answer) -> str:
    interval = f"{pooled['lower']:.3f} to {pooled['upper']:.3f}"
    tau2 = "–" if pooled["tau2"] is None else f"{pooled['tau2']:.3f}"
    i2 = "–" if pooled["i2"] is None else f"{pooled['i2']:.1f}"
    low, high = pooled["pi_lower"], pooled["pi_upper"]
    prediction = "–" if low is None or high is None else f"{low:.2f} to {high:.2f}"
    counts = f"{_short(level):24} {pooled['k']:5d} {pooled['studies']:8d}"
    return f"{counts} {pooled['g']:7.3f} {interval:>18} {tau2:>7} {i2:>6}   {prediction}"


def _short(text: str, width: int = 24) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _group_words(answer: Answer) -> str:
    test = answer.get("between")
    if test is None:
        return ""
    return f"Do the groups differ? Chi-square {test['q']:.1f} on {test['df']} degrees of freedom, p {_p(test['p'])}."


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _coefficients(answer: Answer) -> str:
    lines = [f"{'':34} {'b':>8} {'95 % interval':>18} {'df':>7}   p"]
    for row in answer["coefficients"]:
        interval = f"{row['lower']:.3f} to {row['upper']:.3f}"
        df = "–" if row["df"] is None else f"{row['df']:.1f}"
        lines.append(f"{_short(row['term'], 34):34} {row['estimate']:8.3f} {interval:>18} {df:>7}   {_p(row['p'])}")
    test = answer["moderator_test"]
    lines.append(f"All moderators together: chi-square {test['statistic']:.1f} on {test['df']}, p {_p(test['p'])}.")
    lines.append(
        "That p is too small where studies are few: no F test with small-sample degrees of freedom is made here."
    )
    return "\n".join(lines)


def _network(answer: Answer) -> str:
    against = f"against {answer['reference']}"
    lines = [f"{against:24} {'studies':>8} {'g':>7} {'95 % interval':>18} {'P-score':>8}   prediction"]
    for row in answer["effects"]:
        interval = f"{row['lower']:.3f} to {row['upper']:.3f}" if row["se"] > 0 else "reference"
        score = "–" if row["p_score"] is None else f"{row['p_score']:.2f}"
        low, high = row["pi_lower"], row["pi_upper"]
        prediction = "–" if low is None or high is None else f"{low:.2f} to {high:.2f}"
        effect = f"{_short(row['treatment']):24} {row['studies']:8d} {row['estimate']:7.3f} {interval:>18}"
        lines.append(f"{effect} {score:>8}   {prediction}")
    found = answer.get("inconsistency")
    if found:
        statistic = f"chi-square {found['statistic']:.1f} on {found['df']}, p {_p(found['p'])}"
        lines.append(f"Do studies of different designs agree? Inconsistency: {statistic}.")
    return "\n".join(lines)


def _bias(found: Answer | None) -> str:
    if found is None:
        return ""
    lines = [f"Small studies ({found['studies']} studies, each brought together)"]
    test = found["egger"]
    if test is None:
        lines.append("  Egger's test needs three studies of different size.")
    else:
        verdict = "smaller studies report larger effects" if test["p"] < 0.10 and test["slope"] > 0 else "no clear sign"
        lines.append(f"  Egger: {verdict} (z {test['statistic']:.2f}, p {_p(test['p'])}).")
        lines.append(f"  A study without sampling error would show {test['intercept']:.2f}.")
    for filled in found["trim_and_fill"]:
        pooled = filled["pooled"]
        interval = f"{pooled['lower']:.2f} to {pooled['upper']:.2f}"
        lines.append(
            f"  Trim and fill ({filled['estimator']}): {filled['filled']} studies imputed on the {filled['side']}, "
            f"then {pooled['g']:.2f}, {interval}."
        )
    return "\n".join(lines)


def _sensitivity(found: Sequence[Answer] | None) -> str:
    if found is None:
        return ""
    lines = [f"{'The same asked otherwise':50} {'k':>5} {'g':>6} {'95 % interval':>16}   NNT if 20 % get better anyway"]
    for row in found:
        interval = f"{row['lower']:.2f} to {row['upper']:.2f}"
        needed = "–" if row["needed_to_treat"] is None else f"{row['needed_to_treat']:.1f}"
        lines.append(f"{row['words']:50} {row['k']:5d} {row['g']:6.2f} {interval:>16}   {needed}")
    return "\n".join(lines)


def _influence(found: Sequence[Answer] | None) -> str:
    """Those whose absence moves the result most."""
    if found is None:
        return ""
    without = [row.get("without", row) for row in found]
    if not without:
        return "Influence: too few rows to leave one out."
    lowest, highest = min(without, key=_g), max(without, key=_g)
    low, high = (f"{row['g']:.3f} (without {row['label']})" for row in (lowest, highest))
    lines = [f"Leaving one out: from {low} to {high}."]
    marked = [row["label"] for row in found if row.get("is_influential")]
    if marked:
        lines.append(f"  Stand out by metafor's rules: {_some(marked)}.")
    return "\n".join(lines)


def _g(row: Answer) -> float:
    return float(row["g"])


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(names[:MOST_SHOWN]) + more


def _listed(title: str, sentences: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *(f"  - {sentence}" for sentence in sentences)]) if sentences else ""


def _left_out(answer: Answer) -> str:
    rows = answer["dropped"]
    if not rows:
        return "Nothing was left out."
    reasons = Counter(_reason(row) for row in rows)
    lines = [f"{_many(len(rows), 'row')} left out:"]
    for reason, count in reasons.most_common(MOST_SHOWN):
        lines_of = [str(row["line"]) for row in rows if _reason(row) == reason]
        lines.append(f"  - {reason} ({count}; line {_some(lines_of)})")
    if len(reasons) > MOST_SHOWN:
        lines.append(f"  - {len(reasons) - MOST_SHOWN} more reasons; --json lists every row")
    return "\n".join(lines)


def _reason(row: Answer) -> str:
    """The kind of reason, without what differs from study to study."""
    return str(row["dropped_because"]).partition(": ")[0]
