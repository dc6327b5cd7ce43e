"""Who scores what: balanced, connected, seeded, and a report of how good the balance is.

Every item goes to ``overlap`` raters, all raters get the same number of items (+-1), and raters
who have met least so far are put together, so that each pair of raters shares items and the biases
can be told from the items' worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers
from measures.statistics.known import Known, Maybe, NotKnown

SHARED_WANTED = 10


@dataclass(frozen=True, slots=True)
class Balance:
    """``connectivity`` is the second smallest eigenvalue of the normalised Laplacian of the graph
    of raters and items: 0 where it falls apart, near 1 where it is as good as complete."""

    least_votes: int
    most_votes: int
    least_load: int
    most_load: int
    least_shared: int
    connectivity: float

    @property
    def warning(self) -> str:
        """What to change, or empty."""
        if self.connectivity <= 1e-9:
            return "Some raters share no item with the others, so their scores cannot be compared."
        if self.least_shared < SHARED_WANTED:
            return (
                f"Two raters share only {self.least_shared} of their items; with less than "
                f"{SHARED_WANTED} their severity is hardly known. Raise the overlap or have fewer "
                "raters."
            )
        return ""


def allocate(n_items: int, n_raters: int, overlap: int, *, seed: int = 0) -> Integers:
    """(n_items, overlap) numbers of the raters of each item. The same seed gives the same plan."""
    if n_items < 0 or n_raters < 1:
        raise InvalidInput("A design needs items and raters.")
    if not 1 <= overlap <= n_raters:
        raise InvalidInput("The overlap lies between 1 and the number of raters.", field="overlap")
    rng = np.random.default_rng(seed)
    plan = np.empty((n_items, overlap), dtype=np.int64)
    load = np.zeros(n_raters)
    met = np.zeros((n_raters, n_raters))
    for item in rng.permutation(n_items):
        # One more item counts more than any number of meetings; the draw breaks ties.
        cost = load * 1e9 + rng.random(n_raters)
        for place in range(overlap):
            rater = int(cost.argmin())
            plan[item, place] = rater
            cost += met[rater] * 2
            cost[rater] = np.inf
        chosen = plan[item]
        load[chosen] += 1
        met[np.ix_(chosen, chosen)] += 1
    return plan


def balance_of(plan: Integers, n_raters: int) -> Maybe[Balance]:
    """How balanced a plan is; ``plan`` as `allocate` gives it, whoever made it."""
    rows = np.repeat(np.arange(len(plan)), plan.shape[1] if plan.ndim > 1 else 0)
    return balance_of_votes(rows, plan.reshape(-1), n_raters)


def balance_of_votes(items: Integers, raters: Integers, n_raters: int) -> Maybe[Balance]:
    """The same of single votes: the number of the item, from 0 without a gap, and of the rater of
    each."""
    if raters.size == 0:
        return NotKnown("the plan is empty")
    if raters.min() < 0 or raters.max() >= n_raters:
        raise InvalidInput("The plan names a rater who is not there.")
    given = np.zeros((int(items.max()) + 1, n_raters))
    given[items, raters] = 1
    votes, load = given.sum(axis=1), given.sum(axis=0)
    shared = given.T @ given
    apart = shared[np.triu_indices(n_raters, 1)]
    return Known(
        Balance(
            least_votes=int(votes.min()),
            most_votes=int(votes.max()),
            least_load=int(load.min()),
            most_load=int(load.max()),
            least_shared=int(apart.min()) if apart.size else 0,
            connectivity=_connectivity(given, votes, load),
        )
    )


def _connectivity(given: Floats, votes: Floats, load: Floats) -> float:
    # Eigenvalues of the normalised Laplacian are 1 -+ the singular values of the scaled table.
    if (load == 0).any():
        return 0.0
    if load.size == 1:
        return 1.0
    scaled = given / np.sqrt(votes[:, None] * load[None, :])
    squares = np.linalg.eigvalsh(scaled.T @ scaled)
    return float(1 - np.sqrt(min(max(squares[-2], 0.0), 1.0)))
