"""KServe Python servers around model files: what the answers and costs of `roost model-server` are compared with.

    kserve_model.py NAME=FOLDER:HTTP_PORT:GRPC_PORT[:proba]…

One process per model, as pods are; all are forks of one that has imported the libraries. Loading and predicting follow
KServe's sklearn, xgboost and lightgbm servers, which are not on PyPI: the first file with a known ending, rows by
get_predict_input, an exception in the model becomes an InferenceError.
"""
import os
import pathlib
import signal
import sys

arguments, sys.argv[1:] = sys.argv[1:], []  # KServe parses the command line when it is imported

import joblib
import lightgbm
import xgboost
from kserve import Model, ModelServer
from kserve.errors import InferenceError
from kserve.utils.utils import get_predict_input, get_predict_response


class FileModel(Model):
    """A model from a folder; subclasses know the library."""

    def __init__(self, name, file):
        super().__init__(name)
        self.file = file

    def predict(self, payload, headers=None):
        try:
            return get_predict_response(payload, self.answer(payload), self.name)
        except Exception as error:
            raise InferenceError(str(error))


class SklearnModel(FileModel):
    def load(self):
        self.model = joblib.load(self.file)
        wanted = os.environ.get("PREDICT_PROBA", "false").lower() == "true" and hasattr(self.model, "predict_proba")
        self.call = self.model.predict_proba if wanted else self.model.predict
        self.ready = True

    def answer(self, payload):
        return self.call(get_predict_input(payload))


class XGBoostModel(FileModel):
    def load(self):
        self.booster = xgboost.Booster(params={"nthread": 1}, model_file=str(self.file))
        self.ready = True

    def answer(self, payload):
        return self.booster.predict(xgboost.DMatrix(get_predict_input(payload), nthread=1))


class LightGBMModel(FileModel):
    def load(self):
        self.booster = lightgbm.Booster(params={"num_threads": 1}, model_file=str(self.file))
        self.ready = True

    def answer(self, payload):
        return self.booster.predict(get_predict_input(payload, columns=self.booster.feature_name()))


KINDS = {".joblib": SklearnModel, ".pkl": SklearnModel, ".json": XGBoostModel, ".ubj": XGBoostModel, ".bst": LightGBMModel}


def serve(argument):
    name, _, rest = argument.partition("=")
    folder, http_port, grpc_port, *proba = rest.split(":")
    if proba:
        os.environ["PREDICT_PROBA"] = "true"
    file = next(path for path in sorted(pathlib.Path(folder).iterdir()) if path.suffix in KINDS)
    model = KINDS[file.suffix](name, file)
    model.load()
    ModelServer(http_port=int(http_port), grpc_port=int(grpc_port), workers=1).start([model])


def main():
    if len(arguments) == 1:
        return serve(arguments[0])
    children = []
    for argument in arguments:
        child = os.fork()
        if child == 0:
            return serve(argument)
        children.append(child)
    signal.signal(signal.SIGTERM, lambda *_: [os.kill(child, signal.SIGTERM) for child in children])
    for child in children:
        os.waitpid(child, 0)


main()
