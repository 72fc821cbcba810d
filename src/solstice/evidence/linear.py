"""Small dense systems in double precision: the inverse and the solution, with types that numpy's own lack."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def inverse(matrix: Array) -> Array:
    """The inverse of a matrix or of each of a stack. Raises numpy.linalg.LinAlgError where there is none."""
    return np.linalg.inv(matrix).astype(np.float64, copy=False)


def solution(matrix: Array, right: Array) -> Array:
    """X in matrix·x = right, also for stacks. Raises numpy.linalg.LinAlgError where there is none."""
    return np.linalg.solve(matrix, right).astype(np.float64, copy=False)
