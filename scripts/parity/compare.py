"""Whether an answer is the one that is wanted, by the tolerances of the project."""

import math

#: Below this numbers are the same whatever their relation is.
ABSOLUTE = 1e-12
#: Labels may differ where the best two scores differ by no more.
MARGIN = 1e-9


def same(wanted, got, tolerance):
    if isinstance(wanted, list) or isinstance(got, list):
        return (
            isinstance(wanted, list)
            and isinstance(got, list)
            and len(wanted) == len(got)
            and all(same(w, g, tolerance) for w, g in zip(wanted, got))
        )
    if isinstance(wanted, dict) and isinstance(got, dict):
        # A value that is missing may as well not be named.
        return all(same(wanted.get(name), got.get(name), tolerance) for name in wanted.keys() | got.keys())
    if isinstance(wanted, (bool, str)) or isinstance(got, (bool, str)):
        return wanted == got and type(wanted) is type(got)
    if wanted is None or got is None:
        # NaN is null in JSON.
        return got is None and (wanted is None or isinstance(wanted, float) and not math.isfinite(wanted))
    if math.isnan(wanted) or math.isnan(got):
        return math.isnan(wanted) and math.isnan(got)
    if isinstance(wanted, int) != isinstance(got, int):
        return False
    return wanted == got or abs(wanted - got) <= max(ABSOLUTE, tolerance * abs(wanted))


def difference(case, method, got):
    """What differs; None where nothing does."""
    wanted = case["expected"][method]
    if len(wanted) != len(got):
        return f"{len(got)} answers, wanted are {len(wanted)}"
    for row, (w, g) in enumerate(zip(wanted, got)):
        if same(w, g, case["tolerance"]):
            continue
        margins = case["margins"]
        if method == "predict" and margins and not isinstance(w, (list, float)) and margins[row] <= MARGIN:
            continue
        return f"row {row}: {g}, wanted is {w}"
    return None


def verdict(case, method, answer):
    """passed, not native or failed; and why."""
    if "refused" in answer:
        return ("not native" if case["foreign"] else "failed"), answer["refused"]
    why = answer.get("error") or difference(case, method, answer["predictions"])
    return ("failed", why) if why else ("passed", "")
