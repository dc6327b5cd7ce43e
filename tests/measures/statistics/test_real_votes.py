"""Every statistic on real votes against another way to the same number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binomtest, ttest_ind

from measures.statistics import Known
from measures.statistics.combined import fit_combined
from measures.statistics.comparisons import Comparisons
from measures.statistics.deviation import flagged_votes, threshold_for
from measures.statistics.drift import drift
from measures.statistics.leaving_out import leaving_out
from measures.statistics.mos import mos_table
from measures.statistics.order_effect import order_effect
from measures.statistics.primary import fit_primary
from measures.statistics.rater_pairs import rater_pairs
from measures.statistics.residuals import standardised_residuals
from measures.statistics.scale_use import scale_use
from measures.statistics.side_bias import side_bias
from measures.statistics.straight_lining import straight_lining
from measures.statistics.thurstone import thurstone
from measures.statistics.ties import TieModel, tied_scores
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.pair_data import cadb_pairs, flickr_columns, flickr_pairs
from tests.measures.statistics.real_panel import as_columns, cadb_table
from tests.measures.statistics.test_bradley_terry import negative_probit
from tests.measures.statistics.test_order_effect import negative as negative_sided
from tests.measures.statistics.test_primary import negative_likelihood
from tests.measures.statistics.test_rater_pairs import negative as negative_careful
from tests.measures.statistics.test_ties import negative as negative_tied

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]

pytestmark = needs_reference_data
TIGHT = {"gtol": 1e-6}


def test_means_and_spreads() -> None:
    table = cadb_table()
    found = mos_table(*as_columns(table)[1:])
    assert found.mean == pytest.approx(table.mean(axis=1), abs=1e-6)
    assert found.sos == pytest.approx(table.std(axis=1, ddof=1), abs=1e-6)
    assert found.mean.mean() == pytest.approx(2.701278, abs=1e-6)


def test_the_primary_score_is_the_maximum_of_its_likelihood() -> None:
    votes = as_columns(cadb_table(60))
    fit = fit_primary(*votes, step=0, nu0=0, tolerance=1e-12, max_rounds=20_000)
    component = fit.components[0]
    at = np.concatenate([fit.bias[:4], np.log(fit.inconsistency), [component.mu],
                         [np.log(component.tau)]])  # fmt: skip
    best = minimize(negative_likelihood, at + 0.05, (votes, 5), "BFGS", options=TIGHT)
    assert negative_likelihood(at, votes, 5) == pytest.approx(best.fun, abs=1e-6)
    assert at == pytest.approx(best.x, abs=1e-4)


def test_flags_by_the_fixed_distance() -> None:
    table = cadb_table(2000)
    _, item, score = as_columns(table)
    others = (table.sum(axis=1, keepdims=True) - table) / 4
    expected = np.abs(table - others) > 4 / 3 + 1e-9
    assert (flagged_votes(item, score, threshold_for(1, 5)) == expected.ravel()).all()


@pytest.mark.parametrize("model", list(TieModel))
def test_ties(model: TieModel) -> None:
    columns = cadb_pairs(7)[1:]
    found = tied_scores(*columns, model=model)
    assert isinstance(found, Known)
    start = np.append(np.zeros(7), 0.5)
    best = minimize(negative_tied, start, (columns, model), "BFGS", options=TIGHT)
    worth = best.x[:-1] - best.x[:-1].mean()
    assert found.value.scores.worth == pytest.approx(worth, abs=1e-6)
    assert np.log(found.value.tie) == pytest.approx(best.x[-1], abs=1e-6)


def penalised(free: np.ndarray, columns: Columns, loss: Callable[..., float]) -> float:
    """With the prior on the twelve worths: some photo won or lost against all others."""
    return loss(free, columns) + 0.125 * float(free[:12] @ free[:12])


def test_the_order_effect_and_thurstone() -> None:
    _, left, right, choice = cadb_pairs(12)
    decided = choice != 0
    columns = left[decided], right[decided], choice[decided]
    found = order_effect(*columns, lam=0.25)
    start, args = np.zeros(13), (columns, negative_sided)
    best = minimize(penalised, start, args, "BFGS", options=TIGHT)
    assert isinstance(found, Known)
    assert found.value.gamma == pytest.approx(best.x[-1], abs=1e-6)
    worth = best.x[:12] - best.x[:12].mean()
    assert found.value.scores.worth == pytest.approx(worth, abs=1e-6)
    probit = minimize(penalised, start[:12], (columns, negative_probit), "BFGS", options=TIGHT)
    expected = probit.x - probit.x.mean()
    assert thurstone(*columns, lam=0.25).worth == pytest.approx(expected, abs=1e-6)


def test_raters_of_pairs() -> None:
    votes = cadb_pairs(6)
    found = rater_pairs(*votes)
    assert isinstance(found, Known)
    decided = votes[3] != 0
    kept = tuple(column[decided] for column in votes)
    at = np.append(found.value.scores.worth, np.log(found.value.eta / (1 - found.value.eta)))
    best = minimize(negative_careful, at + 0.05, (kept,), "BFGS", options=TIGHT)
    assert negative_careful(at, kept) == pytest.approx(best.fun, abs=1e-6)
    assert found.value.scores.worth == pytest.approx(best.x[:6], abs=1e-4)


def test_the_side_of_all_flickr_votes() -> None:
    first = second = 0
    for pairs in flickr_pairs():
        first += sum(pair["vote_for_0"] for pair in pairs)
        second += sum(pair["vote_for_1"] for pair in pairs)
    found = side_bias(np.repeat([1, -1], [first, second]))
    assert isinstance(found, Known)
    assert found.value.left.share == pytest.approx(first / (first + second), abs=1e-9)
    assert found.value.p == pytest.approx(binomtest(first, first + second).pvalue, abs=1e-9)
    assert found.value.is_biased


def reached(edges: list[tuple[int, int]], start: int) -> set[int]:
    """The crops to which a chain of edges leads."""
    found, fresh = {start}, {start}
    while fresh:
        fresh = {b for a, b in edges if a in fresh} - found
        found |= fresh
    return found


def test_which_flickr_photos_can_be_scaled() -> None:
    falls_apart = unbounded = 0
    for pairs in flickr_pairs():
        columns = flickr_columns(pairs)
        votes = Comparisons.of(**columns)
        rows = zip(columns["left"], columns["right"], columns["choice"], columns["counts"],
                   strict=True)  # fmt: skip
        wins = [(a, b)[::said] for a, b, said, count in rows if count]
        both = wins + [(b, a) for a, b in wins]
        assert (votes.n_groups == 1) == (len(reached(both, 0)) == votes.names.size)
        falls_apart += votes.n_groups > 1
        if votes.n_groups == 1:
            is_bounded = all(len(reached(wins, crop)) == 5 for crop in range(5))
            assert votes.is_bounded[0] == is_bounded
            unbounded += not is_bounded
    assert (falls_apart, unbounded) == (1632, 13)


def test_ratings_and_pairs_balance_each_other() -> None:
    # Four raters' grades and the fifth's choices between neighbours.
    table, tie = cadb_table(40), np.arange(0, 40, 2)
    choice = np.sign(table[tie, 4] - table[tie + 1, 4])
    ratings = as_columns(table[:, :4])
    found = fit_combined(ratings, (tie, tie + 1, choice))
    assert isinstance(found, Known)
    fit, (rater, item, score) = found.value, ratings
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    for group, members in enumerate(fit.members):
        block = fit.blocks[group]
        sd = np.sqrt(block[0, 0] + block[1, 1] - 2 * block[0, 1])
        d = fit.mean[members[0]] - fit.mean[members[1]]
        p = weight @ expit(fit.kappa * (d + sd * node)) / weight.sum()
        wins = (choice[group] + 1) / 2
        mine = item == members[0]
        pull = ((score - fit.bias[rater] - fit.mean[item]) / fit.inconsistency[rater] ** 2)[mine]
        prior = (fit.mu - fit.mean[members[0]]) / fit.tau**2
        assert pull.sum() + prior + fit.kappa * (wins - p) == pytest.approx(0, abs=1e-6)


def test_a_rater_over_time_and_over_the_scale() -> None:
    votes = as_columns(cadb_table(300))
    z = standardised_residuals(fit_primary(*votes), *votes).z[votes[0] == 2]
    course, use = drift(z), scale_use(votes[2][votes[0] == 2], low=1, high=5)
    line = straight_lining(votes[2][votes[0] == 2], low=1, high=5)
    test = ttest_ind(z[-100:], z[:100], equal_var=False).confidence_interval(0.95)
    assert isinstance(course, Known)
    assert course.value.interval.low == pytest.approx(test.low, abs=1e-6)
    assert isinstance(use, Known)
    assert use.value.sd == Known(pytest.approx(cadb_table(300)[:, 2].std(ddof=1), abs=1e-6))
    assert isinstance(line, Known)
    assert line.value.variance == pytest.approx(cadb_table(300)[:, 2].var(), abs=1e-6)


def test_leaving_a_rater_out() -> None:
    rater, item, score = votes = as_columns(cadb_table(200))
    kept = rater != 3
    change = fit_primary(rater[kept], item[kept], score[kept]).mean - fit_primary(*votes).mean
    found = leaving_out(3, *votes)
    assert isinstance(found, Known)
    assert found.value.mean_shift == pytest.approx(change.mean(), abs=1e-6)
    assert found.value.rms_change == pytest.approx(change.std(), abs=1e-6)
