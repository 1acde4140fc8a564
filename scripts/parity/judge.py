"""JPMML's evaluator, which KServe's PMML server answers with: what a document answers for rows."""

import functools
import math
import tempfile

import numpy


class Document:
    """A PMML document's text, with the evaluator over it."""

    def __init__(self, text):
        from jpmml_evaluator import make_evaluator

        self.text = text
        with tempfile.NamedTemporaryFile("w", suffix=".pmml", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            self.evaluator = make_evaluator(file.name, backend())
        self.inputs = [field.getName() for field in self.evaluator.getInputFields()]

    def answer(self, row):
        values = row if isinstance(row, dict) else dict(zip(self.inputs, row))
        answer = self.evaluator.evaluate(values)
        # A target without a name has none in an answer either.
        return {name: plain(value) for name, value in answer.items() if name is not None}


@functools.cache
def backend():
    from jpmml_evaluator.py4j import Py4JBackend

    return Py4JBackend()


def plain(value):
    if isinstance(value, numpy.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def fit(steps, rows, answers):
    """Fits steps as a pipeline and has sklearn2pmml write it."""
    from sklearn2pmml import sklearn2pmml
    from sklearn2pmml.pipeline import PMMLPipeline

    pipeline = PMMLPipeline(steps)
    pipeline.fit(rows) if answers is None else pipeline.fit(rows, answers)
    with tempfile.NamedTemporaryFile("r", suffix=".pmml", encoding="utf-8") as file:
        sklearn2pmml(pipeline, file.name)
        return Document(file.read())


def save(document, folder):
    (folder / "model.pmml").write_text(document.text, encoding="utf-8")


def ask(document, method, rows):
    """One object of named values a row, as KServe's server makes them of the answers: through a data frame."""
    import pandas

    rows = rows.to_frame() if isinstance(rows, pandas.Series) else rows
    rows = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    answers = pandas.DataFrame([document.answer(row) for row in rows])
    records = [{name: plain(value) for name, value in row.to_dict().items()} for _, row in answers.iterrows()]
    return numpy.array(records, dtype=object)
