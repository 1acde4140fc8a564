"""Asks a service of several versions and prints a line for each answer, then what each version answered.

    test-request.py ADDRESS HOST MODEL COUNT [HEADER=VALUE…]

HEADER=user-%d numbers the users. Exit 1 where a request fails."""
import collections
import http.client
import json
import sys

address, host, model, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
headers = dict(pair.split("=", 1) for pair in sys.argv[5:])
body = json.dumps({"instances": [[5.1, 3.5, 1.4, 0.2]]})
connection = http.client.HTTPConnection(address, timeout=60)
versions, failed = collections.Counter(), 0
for number in range(count):
    sent = {name: value.replace("%d", str(number % 50)) for name, value in headers.items()}
    sent |= {"Host": host, "Content-Type": "application/json"}
    connection.request("POST", f"/v1/models/{model}:predict", body, sent)
    response = connection.getresponse()
    text = response.read().decode()
    if response.status != 200:
        failed += 1
        print(f"{number} {response.status} {text}")
        continue
    answer = json.loads(text)
    versions[answer.get("version")] += 1
    print(f"{number} {sent.get('x-user', '-')} {answer.get('version')} {answer['predictions']}")
print("total", *(f"{name}={versions[name]}" for name in sorted(versions, key=str)), f"failed={failed}")
sys.exit(failed > 0)
