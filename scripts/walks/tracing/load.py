"""Requests whose traces are kept, on four connections; every one must be answered well.

    load.py ADDRESS HOST PATH COUNT
"""
import http.client
import json
import secrets
import sys
import threading
import time

BODY = json.dumps({"instances": [[5.1, 3.5, 1.4, 0.2]]})
THREADS = 4


def main():
    address, host, path, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    times, failed = [], []

    def ask():
        connection = http.client.HTTPConnection(address, timeout=20)
        for _ in range(count // THREADS):
            begun = time.monotonic()
            headers = {"Host": host, "Content-Type": "application/json", "traceparent": f"00-{secrets.token_hex(16)}-00f067aa0ba902b7-01"}
            try:
                connection.request("POST", path, BODY, headers)
                answer = connection.getresponse()
                answer.read()
                (times if answer.status == 200 else failed).append(time.monotonic() - begun)
            except OSError as reason:
                failed.append(reason)
                connection.close()

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    print(f"{len(times)} answered, {len(failed)} failed, median {times[len(times) // 2] * 1e3:.2f} ms, 99 % {times[len(times) * 99 // 100] * 1e3:.2f} ms")


main()
