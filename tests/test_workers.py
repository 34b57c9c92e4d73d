"""Faults of worker processes, for real: records that end, stop or choke the process that unpickles them."""

import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest

import govclaim
from govclaim.knowledge import Knowledge
from govclaim.pipeline.load import Rejected
from govclaim.pipeline.workers import run

shout = partial(SimpleNamespace, zone=nullcontext, one=str.upper)


class Trap:
    """Calls something when it is unpickled."""

    def __init__(self, call, *arguments):
        self.trap = call, arguments

    def __reduce__(self):
        return self.trap


HARMFUL = {
    "dies": Trap(os._exit, 9),
    "sleeps": Trap(time.sleep, 600),
    "never lets go of the interpreter": Trap(re.fullmatch, "(a|a)*b", "a" * 60),
}


def test_order_is_kept_and_nothing_lost():
    records = [f"r{number}" for number in range(500)]
    assert list(run(iter(records), shout, 3)) == [record.upper() for record in records]


def test_a_harmful_record_is_set_aside_and_the_others_are_done():
    records = [f"r{number}" for number in range(60)]
    for place, harm in zip((0, 17, 31), HARMFUL.values(), strict=True):
        records[place] = harm
    results = list(run(records, shout, 2, timeout=2))
    aside = {place: result for place, result in enumerate(results) if isinstance(result, Rejected)}
    assert [result for result in results if not isinstance(result, Rejected)] == [
        record.upper() for record in records if isinstance(record, str)
    ]
    assert {place: result.record for place, result in aside.items()} == {
        place: record for place, record in enumerate(records) if not isinstance(record, str)
    }
    assert "died, 3 times" in aside[0].error
    assert "not annotated in 2 seconds" in aside[17].error
    assert all(result.hint for result in aside.values())


def test_a_longer_record_has_more_time():
    slow = partial(SimpleNamespace, zone=nullcontext, one=time.sleep)
    # 300,000 bytes of digits stand for a long document: ten times the time.
    assert list(run([SizedNap(1)], slow, 1, timeout=0.3)) == [None]


class SizedNap(float):
    size = 300_000

    def __reduce__(self):
        return float, (float(self),)


def test_workers_that_are_killed_lose_nothing():
    nap = partial(SimpleNamespace, zone=nullcontext, one=time.sleep)
    done = threading.Event()

    def kill():
        dice = random.Random(5)
        for _ in range(4):
            if done.wait(dice.uniform(0.2, 0.6)):
                return
            for child in dice.sample(multiprocessing.active_children(), 1):
                os.kill(child.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        assert list(run([0.02] * 200, nap, 2)) == [None] * 200
    finally:
        done.set()
        killer.join()


def test_reading_stays_near_to_writing():
    taken, others = [], set(multiprocessing.active_children())

    def source():
        for number in range(5000):
            taken.append(number)
            yield str(number)

    results = run(source(), shout, 2)
    for _ in range(16):
        next(results)
    assert len(taken) <= 16 * 17
    results.close()
    assert set(multiprocessing.active_children()) <= others


def test_a_task_that_cannot_be_made_is_an_error_of_its_own():
    with pytest.raises(govclaim.KnowledgeError, match="no folder"):
        list(run(["a"], partial(Knowledge, "no/such/folder"), 2))
    with pytest.raises(govclaim.InputError, match="cannot be sent"):
        list(run(["a"], lambda: None, 1))


def test_workers_end_with_their_parent():
    code = """
import multiprocessing, os, signal
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace
from govclaim.pipeline.workers import run
if __name__ == "__main__":
    shout = partial(SimpleNamespace, zone=nullcontext, one=str.upper)
    results = run(map(str, range(10**9)), shout, 2)
    for _ in range(100):
        next(results)
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    for _ in range(100):
        alive = [pid for pid in pids if _alive(pid)]
        if not alive:
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {alive}")


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
