"""Asks a service for the kind of one flower, and reports for each answer whether somebody was content with it.

    visitors.py GATEWAY HOST REQUESTS [SEED]

Version `next` is right about this flower (kind 1), the stable one is not; right answers please one visitor in two, wrong
ones one in five. Prints what the versions answered and how many rewards counted.
"""
import collections, http.client, json, random, sys

gateway, host, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
connection = http.client.HTTPConnection(gateway, timeout=20)


def ask(path, body):
    connection.request("POST", path, json.dumps(body), {"Host": host, "Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.getheader("x-request-id"), json.loads(answer.read())


seen = collections.Counter()
for _ in range(count):
    status, request, answer = ask("/v1/models/iris:predict", {"instances": [[6.0, 2.7, 5.1, 1.6]]})
    if status != 200:
        seen[f"status {status}"] += 1
        continue
    version = {1: "next", 2: "stable"}.get(answer["predictions"][0], "nobody's")
    seen[version] += 1
    reward = int(chance.random() < (0.5 if version == "next" else 0.2))
    status, _, report = ask("/.roost/rewards", {"id": request, "reward": reward})
    seen["rewards"] += report.get("counted", 0)
print(json.dumps(seen))
