"""Asks one URL steadily and tells what came of it: steady.py URL HOST SECONDS RATE [BODY]."""
import http.client, json, sys, threading, time
from urllib.parse import urlsplit

url, host, seconds, rate = urlsplit(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
body = sys.argv[5] if len(sys.argv) > 5 else '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
THREADS = 4
times, failed, lock = [], [], threading.Lock()


def run(number):
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    end, due = time.monotonic() + seconds, time.monotonic() + number / rate
    while due < end:
        time.sleep(max(0, due - time.monotonic()))
        begun = time.monotonic()
        try:
            connection.request("POST", url.path, body, {"Host": host, "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            fault = None if answer.status == 200 else str(answer.status)
        except Exception as error:
            fault = repr(error)
            connection.close()
        with lock:
            times.append(time.monotonic() - begun)
            if fault:
                failed.append(fault)
        due += THREADS / rate


threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
times.sort()
print(json.dumps({
    "sent": len(times), "failed": len(failed), "why": sorted(set(failed))[:3],
    "p50_ms": round(times[len(times) // 2] * 1000, 2), "p99_ms": round(times[len(times) * 99 // 100] * 1000, 2),
    "max_ms": round(times[-1] * 1000, 2),
}))
