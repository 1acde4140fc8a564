"""Asks a program that loads model folders and answers lines of JSON."""

import json
import subprocess


class Server:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, folder, method, rows):
        request = {"folder": str(folder), "probabilities": method == "predict_proba", "instances": rows}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": f"the program died: {self.process.wait()}"}
