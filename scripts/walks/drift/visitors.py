"""Asks a service for the kinds of flowers, which are taken by chance.

    visitors.py GATEWAY HOST REQUESTS SEED [SHIFT [LABELLED]]

SHIFT is added to all sizes of the petals. Of the first LABELLED requests the truth is reported: what the model said, but for every
fifth flower. Prints how many were answered, and what became of the labels.
"""
import http.client, json, random, sys

gateway, host, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
shift, labelled = (float(sys.argv[5]) if len(sys.argv) > 5 else 0), (int(sys.argv[6]) if len(sys.argv) > 6 else 0)
chance = random.Random(seed)
connection = http.client.HTTPConnection(gateway, timeout=20)
KINDS = [(5.0, 3.4, 1.5, 0.2), (5.9, 2.8, 4.3, 1.3), (6.6, 3.0, 5.6, 2.0)]


def ask(path, body, headers={}):
    connection.request("POST", path, json.dumps(body), {"Host": host, "Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


answered, truths = 0, []
for number in range(count):
    flower = [chance.gauss(mean, 0.3) for mean in chance.choice(KINDS)]
    flower = [max(0.1, size + (shift if place > 1 else 0)) for place, size in enumerate(flower)]
    status, answer = ask("/v1/models/iris:predict", {"instances": [flower]}, {"x-request-id": f"{seed}-{number}"})
    answered += status == 200
    if number < labelled:
        kind = answer["predictions"][0]
        truths.append({"id": f"{seed}-{number}", "label": (kind + 1) % 3 if number % 5 == 0 else kind})
print(answered, "answered", ask("/.roost/labels", truths) if truths else "")
