"""A transformer written with KServe's SDK: adds one to what goes to the predictor, which it finds by --predictor_host."""
import argparse

from kserve import Model, ModelServer, model_server
from kserve.model import PredictorConfig


class AddOne(Model):
    def __init__(self, name, predictor):
        super().__init__(name, predictor)
        self.ready = True

    def preprocess(self, payload, headers=None):
        return {"instances": [[cell + 1 for cell in row] for row in payload["instances"]]}

    def postprocess(self, answer, headers=None, response_headers=None):
        return {**answer, "by": "transformer"}


arguments, _ = argparse.ArgumentParser(parents=[model_server.parser]).parse_known_args()

if __name__ == "__main__":
    predictor = PredictorConfig(arguments.predictor_host, arguments.predictor_protocol)
    ModelServer().start([AddOne(arguments.model_name, predictor)])
