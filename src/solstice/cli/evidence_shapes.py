"""The JSON that `evidence` prints, as models: a contract; keys may be added, never renamed."""

from typing import Literal

from pydantic import Field

from solstice.content.read import Frozen


class CoefficientShape(Frozen):
    term: str
    estimate: float
    se: float
    lower: float
    upper: float
    p: float
    df: float | None = Field(description="null where the normal distribution was used")


class ModeratorTestShape(Frozen):
    statistic: float
    df: int
    p: float


class PooledShape(Frozen):
    model: str
    k: int
    studies: int
    g: float | None = Field(description="null for a network, which has no single effect")
    se: float | None
    lower: float | None
    upper: float | None
    tau2: float | None
    i2: float | None = Field(description="percent; see i2_from")
    i2_from: Literal["tau2", "q"]
    q: float
    pi_lower: float | None
    pi_upper: float | None
    p: float | None = None
    df: float | None = None
    s2_study: float | None = None
    s2_effect: float | None = Field(None, description="null where every study has one effect")
    i2_study: float | None = None
    i2_effect: float | None = None
    log_likelihood: float | None = None
    test: Literal["z", "t", "cr2"] | None = None
    rho: float | None = None
    coefficients: list[CoefficientShape] | None = None
    moderator_test: ModeratorTestShape | None = None


class GroupShape(PooledShape):
    level: str


class TreatmentShape(Frozen):
    treatment: str
    estimate: float
    se: float
    lower: float
    upper: float
    pi_lower: float | None
    pi_upper: float | None
    p_score: float | None
    studies: int


class PairShape(Frozen):
    first: str
    second: str
    estimate: float
    se: float
    lower: float
    upper: float
    direct: int


class EdgeShape(Frozen):
    first: str
    second: str
    studies: int


class DroppedShape(Frozen):
    line: int
    study: str | None
    dropped_because: str


class EggerShape(Frozen):
    statistic: float
    p: float
    slope: float
    intercept: float
    df: int | None


class FilledPooledShape(Frozen):
    model: str
    k: int
    studies: int
    g: float
    se: float
    lower: float
    upper: float
    tau2: float | None
    i2: float | None
    q: float
    pi_lower: float | None
    pi_upper: float | None


class TrimAndFillShape(Frozen):
    estimator: Literal["L0", "R0"]
    filled: int
    side: Literal["left", "right"]
    pooled: FilledPooledShape
    y: list[float]
    v: list[float]


class BiasShape(Frozen):
    studies: int
    egger: EggerShape | None
    trim_and_fill: list[TrimAndFillShape]


class LeftOutShape(Frozen):
    label: str
    g: float
    se: float
    lower: float
    upper: float
    tau2: float | None


class InfluenceShape(Frozen):
    label: str
    residual: float
    dffits: float
    cook: float
    covariance_ratio: float
    tau2_without: float
    q_without: float
    hat: float
    weight: float
    dfbeta: float
    is_influential: bool
    without: LeftOutShape


class AnalysisShape(Frozen):
    id: str
    words: str
    k: int
    studies: int
    g: float
    lower: float
    upper: float
    tau2: float | None
    i2: float | None
    i2_from: Literal["tau2"]
    i2_from_q: float | None
    pi_lower: float | None
    pi_upper: float | None
    needed_to_treat: float | None


class BetweenShape(Frozen):
    q: float
    df: int
    p: float


class InconsistencyShape(Frozen):
    statistic: float
    df: int
    p: float


class EvidenceShape(PooledShape):
    model_words: str
    cautions: list[str] = Field(description="what limits the result, the gravest first")
    set_against: list[str]
    used: dict[str, int] = Field(description="how many effects rest on which figures")
    dropped: list[DroppedShape] = Field(description="every row not used, and why")
    left_out: int = Field(description="rows without an effect")
    incomplete: list[int] = Field(description="lines with half of an effect")
    where: list[str]
    by: str | None = None
    groups: list[GroupShape] | None = None
    between: BetweenShape | None = None
    group_cautions: list[str] | None = None
    bias: BiasShape | None = None
    influence: list[InfluenceShape] | list[LeftOutShape] | None = None
    sensitivity: list[AnalysisShape] | None = None
    reference: str | None = None
    comparisons: int | None = None
    effects: list[TreatmentShape] | None = None
    pairs: list[PairShape] | None = None
    edges: list[EdgeShape] | None = None
    inconsistency: InconsistencyShape | None = None
