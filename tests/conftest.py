"""Settings of all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No timing assertions: the first example of a test may load tables, and machines differ.
settings.register_profile("govclaim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("govclaim")
