"""What a case is; the tables in cases/ are made of these."""

import dataclasses
import typing


@dataclasses.dataclass
class Case:
    """An estimator, made when it is needed (a version that lacks it skips it), and the name of its data."""

    name: str
    make: typing.Callable[[], object]
    data: str
    #: Relative difference that numbers may have.
    tolerance: float = 1e-9
    #: Methods that are asked, where the estimator has them.
    methods: tuple = ("predict", "predict_proba")
    #: How the model is saved: joblib or pickle.
    format: str = "joblib"
    #: The first version of which the case holds.
    since: tuple = (0, 0)
