"""How a case of a family is written: a model, rows, and what scikit-learn makes of them (or the error that it gives)."""
import base64, json, math, pathlib, pickle, warnings, zlib

import numpy as np
from scipy import sparse

warnings.filterwarnings("ignore")


def plain(values):
    """Numbers as JSON has them: no NaN, no infinity."""
    if isinstance(values, (list, tuple)):
        return [plain(value) for value in values]
    if isinstance(values, float) and not math.isfinite(values):
        return None if math.isnan(values) else str(values)
    return values


class Family:
    """Cases of one family of transformers; `write` puts them into one file."""

    def __init__(self, name):
        self.path, self.cases = pathlib.Path(__file__).parent / f"{name}.json", []

    def add(self, name, model, train, rows, target=None, protocol=4, error=False):
        """Fits the model to `train` and lets it transform `rows`."""
        if train is not None:
            model.fit(train, target)
        case = {"name": name, "model": base64.b64encode(zlib.compress(pickle.dumps(model, protocol), 9)).decode()}
        case["rows"] = rows if isinstance(rows, list) else plain(np.asarray(rows).tolist())
        try:
            answer = model.transform(rows)
            answer = answer.toarray() if sparse.issparse(answer) else np.asarray(answer)
            numbers = plain(answer.astype(float).ravel().tolist())
            if numbers.count(0.0) * 2 < len(numbers):
                case["answer"] = numbers
            else:
                # Mostly zeros: how many numbers, then place and value of each other one.
                others = [(index, number) for index, number in enumerate(numbers) if number != 0]
                case["count"], case["others"] = len(numbers), [part for pair in others for part in pair]
        except ValueError as reason:
            case["error"] = str(reason)
        assert error == ("error" in case), (name, case.get("error"))
        self.cases.append(case)

    def write(self):
        """One line a case."""
        lines = [json.dumps(case, ensure_ascii=False, allow_nan=False) for case in self.cases]
        self.path.write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(self.path.name, len(self.cases), "cases", self.path.stat().st_size, "bytes")
