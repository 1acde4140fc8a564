"""A predictor written with KServe's SDK, as its documentation teaches: nothing in it knows of Roost."""
import argparse
import os

import numpy
from kserve import InferOutput, InferResponse, Model, ModelServer, model_server


class Doubler(Model):
    def __init__(self, name):
        super().__init__(name)
        self.load()

    def load(self):
        print(f"factor {os.environ.get('FACTOR', '2')}", flush=True)
        self.factor = float(os.environ.get("FACTOR", "2"))
        self.ready = True

    def predict(self, payload, headers=None):
        if isinstance(payload, dict):
            return {"predictions": (numpy.array(payload["instances"]) * self.factor).tolist()}
        rows = payload.inputs[0].as_numpy() * self.factor
        output = InferOutput("output-0", list(rows.shape), "FP64")
        output.set_data_from_numpy(rows.astype("float64"), binary_data=False)
        return InferResponse(payload.id or "1", self.name, [output])


arguments, _ = argparse.ArgumentParser(parents=[model_server.parser]).parse_known_args()

if __name__ == "__main__":
    ModelServer().start([Doubler(arguments.model_name)])
