"""The libraries that answers are compared with: their versions, and what each of these needs."""

import dataclasses


@dataclasses.dataclass
class Version:
    #: Pythons that it runs on, the most wanted first.
    pythons: tuple = ("3.11", "3.12", "3.10", "3.13")
    #: What is installed beside the library.
    beside: tuple = ()
    #: What PyPI calls the library, where that is not its name.
    package: str = ""


@dataclasses.dataclass
class Library:
    #: The folder of cases/.
    cases: str
    versions: dict

    def version(self, name):
        """What a version needs; one that is not listed gets the newest of everything."""
        return self.versions.get(name, Version())


OLD = ("3.9", "3.8")

#: By the name that PyPI knows them by.
LIBRARIES = {
    "scikit-learn": Library(
        "sklearn",
        {
            "0.24.2": Version(OLD, ("numpy==1.22.4", "scipy==1.8.1", "pandas==1.4.4", "joblib==1.4.2", "lz4")),
            "1.0.2": Version(OLD, ("numpy==1.22.4", "scipy==1.8.1", "pandas==1.4.4", "joblib==1.4.2", "lz4")),
            "1.1.3": Version(beside=("numpy==1.24.4", "scipy==1.10.1", "pandas==2.0.3", "lz4")),
            "1.2.2": Version(beside=("numpy==1.26.4", "scipy==1.11.4", "pandas==2.2.3", "lz4")),
            "1.3.2": Version(beside=("numpy==1.26.4", "scipy==1.11.4", "pandas==2.1.4", "lz4")),
            "1.5.2": Version(beside=("numpy==2.1.3", "pandas==2.2.3", "lz4")),
            "1.7.2": Version(beside=("pandas==2.3.3", "lz4")),
            "1.9.1": Version(("3.11", "3.12", "3.13"), ("pandas==3.1.1", "lz4")),
        },
    ),
    "jpmml_evaluator": Library(
        "jpmml_evaluator",
        {
            "0.16.0": Version(
                ("3.11", "3.12"),
                (
                    "sklearn2pmml==0.133.1", "scikit-learn==1.7.2", "xgboost-cpu==3.2.0", "lightgbm==4.7.0", "pandas==3.1.1",
                    "joblib==1.5.2", "py4j==0.10.9.9",
                ),
            ),
        },
    ),
    "catboost": Library(
        "catboost",
        {
            "1.0.6": Version(OLD, ("numpy==1.22.4", "pandas==1.4.4", "scikit-learn==1.0.2", "joblib==1.4.2")),
            "1.1.1": Version(OLD, ("numpy==1.22.4", "pandas==1.4.4", "scikit-learn==1.0.2", "joblib==1.4.2")),
            "1.2.2": Version(beside=("numpy==1.26.4", "pandas==2.2.3", "scikit-learn==1.3.2", "joblib==1.4.2")),
            "1.2.10": Version(beside=("pandas==2.3.3", "scikit-learn==1.7.2", "joblib==1.5.2")),
        },
    ),
    "xgboost": Library(
        "xgboost",
        {
            "1.5.2": Version(OLD, ("scikit-learn==1.0.2", "numpy==1.22.4", "scipy==1.8.1", "pandas==1.4.4")),
            "1.7.6": Version(beside=("scikit-learn==1.2.2", "numpy==1.26.4", "scipy==1.11.4", "pandas==2.1.4")),
            "2.1.4": Version(beside=("scikit-learn==1.5.2", "numpy==2.1.3", "pandas==2.2.3"), package="xgboost-cpu"),
            "3.2.0": Version(beside=("scikit-learn==1.9.1", "pandas==2.3.3"), package="xgboost-cpu"),
            "3.4.1": Version(("3.13", "3.12"), ("scikit-learn==1.9.1", "pandas==3.1.1"), package="xgboost-cpu"),
        },
    ),
    "lightgbm": Library(
        "lightgbm",
        {
            "3.3.5": Version(beside=("scikit-learn==1.2.2", "numpy==1.23.5", "scipy==1.10.1", "pandas==2.0.3")),
            "4.3.0": Version(beside=("scikit-learn==1.4.2", "numpy==1.26.4", "scipy==1.13.1", "pandas==2.2.3")),
            "4.7.0": Version(beside=("scikit-learn==1.9.1", "pandas==2.3.3")),
        },
    ),
}


def chosen(words):
    """Libraries and versions as `make parity VERSIONS=` names them: scikit-learn==1.5.2, scikit-learn (all of its
    versions), 1.5.2 (of scikit-learn); all of all where nothing is named."""
    words = words.replace(",", " ").split() or list(LIBRARIES)
    for word in words:
        if word in LIBRARIES:
            yield from ((word, version) for version in LIBRARIES[word].versions)
        else:
            name, _, version = word.rpartition("==")
            name = name or "scikit-learn"
            if name not in LIBRARIES:
                raise SystemExit(f"parity: {word}: known are {', '.join(LIBRARIES)}")
            yield name, version
