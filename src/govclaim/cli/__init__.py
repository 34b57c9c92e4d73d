"""The command line: verbs without logic, one module a family.

Exit status: 0 clean, 1 some records were rejected (or a check failed), 2 usage, 130 interrupted.
"""

from __future__ import annotations

# Each module hangs its verbs on `app` as it is imported: this order is the order in --help.
# isort: off
from govclaim.cli.frame import app
from govclaim.cli import annotate as _annotate, show as _show, report as _report, score as _score, system as _system  # noqa: F401
# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    app()
