"""Quantiles and tails of the normal, t and chi-square distributions; scipy is loaded when first needed."""

import math
from statistics import NormalDist

STANDARD = NormalDist()


def z_upper(p: float) -> float:
    """The normal quantile of `p`."""
    return STANDARD.inv_cdf(p)


def t_upper(p: float, df: float) -> float:
    """The t quantile of `p` with `df` degrees of freedom."""
    from scipy.special import stdtrit  # noqa: PLC0415 - scipy is slow to import

    return float(stdtrit(df, p))


def normal_two_sided(z: float) -> float:
    """The chance of a value at least as far from 0."""
    return math.erfc(abs(z) / math.sqrt(2))


def t_two_sided(t: float, df: float) -> float:
    """The chance of a value at least as far from 0, with `df` degrees of freedom."""
    from scipy.special import stdtr  # noqa: PLC0415 - scipy is slow to import

    return float(2 * stdtr(df, -abs(t)))


def chi2_above(value: float, df: float) -> float:
    """The chance of a chi-square at least as large."""
    from scipy.special import chdtrc  # noqa: PLC0415 - scipy is slow to import

    return float(chdtrc(df, value))


def chi2_upper(p: float, df: float) -> float:
    """The chi-square quantile of `p`."""
    from scipy.special import chdtri  # noqa: PLC0415 - scipy is slow to import

    return float(chdtri(df, 1 - p))
