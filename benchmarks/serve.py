"""A minute of `govclaim serve` under load: errors, and how long the answers take.

    python benchmarks/serve.py [--clients 64] [--seconds 60] [--workers 2] [--address http://127.0.0.1:8000]

Each client sends one composed document of 400 to 600 characters after the other over a connection of its own. Without
``--address`` the service is started here. Exit status 1 where any answer was not 200.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import count
from urllib.parse import urlsplit

import composed

os.environ.setdefault("OMP_NUM_THREADS", "1")
DOCUMENTS = 500


class Client(threading.Thread):
    """Asks until the time is over."""

    def __init__(self, place, bodies, first, until):
        super().__init__()
        self.place, self.bodies, self.first, self.until = place, bodies, first, until
        self.seconds, self.statuses, self.characters = [], Counter(), 0

    def run(self):
        connection = http.client.HTTPConnection(self.place, timeout=120)
        for number in count(self.first):
            body, characters = self.bodies[number % len(self.bodies)]
            began = time.monotonic()
            if began > self.until:
                break
            try:
                connection.request("POST", "/annotate", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                outcome = answer.status
            except OSError as error:
                connection.close()
                outcome = type(error).__name__
            self.seconds.append(time.monotonic() - began)
            self.statuses[outcome] += 1
            self.characters += characters
        connection.close()


def service(workers):
    """The service as a process, and its address."""
    command = [sys.executable, "-m", "govclaim.cli", "serve", "--port", "0", "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return process, process.stdout.readline().strip()


def load():
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--address")
    options = parser.parse_args()
    found = list(composed.documents(DOCUMENTS, shortest=400, longest=600))
    bodies = [(json.dumps(document, ensure_ascii=False).encode(), len(document["text"])) for document in found]

    print(f"{options.clients} clients, {os.cpu_count()} cores, load average before: {load()}")
    process, address = (None, options.address) if options.address else service(options.workers)
    began = time.monotonic()
    place, step = urlsplit(address).netloc, DOCUMENTS // options.clients or 1
    clients = [Client(place, bodies, step * n, began + options.seconds) for n in range(options.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    seconds = time.monotonic() - began
    if process:
        process.terminate()
        print(f"the service ended with status {process.wait()}, {options.workers} workers")

    statuses = sum((client.statuses for client in clients), Counter())
    times = sorted(one for client in clients for one in client.seconds)
    answers, characters = len(times), sum(client.characters for client in clients)
    print(f"answers: {', '.join(f'{status}: {number:,}' for status, number in statuses.items())}")
    print(f"in {seconds:.1f} s: {answers / seconds:.1f} documents and {characters / seconds:,.0f} characters a second")
    shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"), (1, "longest"))
    print(", ".join(f"{name} {times[min(answers - 1, int(answers * share))]:.3f} s" for share, name in shares))
    print(f"load average after: {load()}")
    sys.exit(set(statuses) != {200})


if __name__ == "__main__":
    main()
