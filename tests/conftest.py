"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Before numpy is there: where all cores are busy, its threads wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No timing assertions: the first example of a test may load tables, and machines differ.
settings.register_profile("govclaim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("govclaim")
