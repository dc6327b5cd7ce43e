"""Why a proposed crop composes better, in one sentence made from its measured reasons."""

from __future__ import annotations

from inference.looking.cropping import Proposal


def explain_crop(proposal: Proposal) -> str:
    """One or two sentences; every figure in them is measured."""
    parts = [_placement(proposal), _kept(proposal)]
    removed = _removed(proposal)
    if removed:
        parts.append(removed)
    sentence = ", ".join(parts[:-1]) + f" and {parts[-1]}."
    caution = (
        "" if proposal.clean > 0.6 else " An edge still runs through something that draws the eye."
    )
    return sentence[0].upper() + sentence[1:] + caution


def _placement(proposal: Proposal) -> str:
    if proposal.placed < 0.35:
        x, y = (f"{value * 100:.0f} %" for value in proposal.centre)
        return f"puts the subject at {x} across and {y} down"
    if proposal.is_centred:
        return "sets the subject in the middle"
    across = "left" if proposal.centre[0] < 0.5 else "right"
    down = "upper" if proposal.centre[1] < 0.5 else "lower"
    return f"places the subject near the {down} {across} third"


def _kept(proposal: Proposal) -> str:
    whole = "all of it" if proposal.whole > 0.995 else f"{proposal.whole * 100:.0f} % of it"
    return f"keeps {whole} with {proposal.kept * 100:.0f} % of what draws the eye"


def _removed(proposal: Proposal) -> str:
    x1, y1, x2, y2 = proposal.box
    sides = {"left": x1, "top": y1, "right": 1 - x2, "bottom": 1 - y2}
    cut = sorted(((depth, side) for side, depth in sides.items() if depth >= 0.08), reverse=True)
    if not cut:
        return ""
    if len(cut) > 2:
        return "tightens the frame all round" if len(cut) == 4 else (
            f"tightens the frame on the {', '.join(side for _, side in cut[:2])} and {cut[2][1]}"
        )  # fmt: skip
    return "drops " + " and ".join(f"{depth * 100:.0f} % on the {side}" for depth, side in cut)
