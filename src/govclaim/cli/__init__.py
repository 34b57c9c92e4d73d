"""The command line: verbs without logic, one module a family.

Exit status: 0 clean, 1 some records were rejected (or a check failed), 2 usage, 130 interrupted.
"""

from __future__ import annotations

import os

# Each module hangs its verbs on `app` as it is imported: this order is the order in --help.
# isort: off
from govclaim.cli.frame import app
from govclaim.cli import annotate as _annotate  # noqa: F401
from govclaim.cli import show as _show  # noqa: F401
from govclaim.cli import report as _report  # noqa: F401
from govclaim.cli import review as _review  # noqa: F401
from govclaim.cli import score as _score  # noqa: F401
from govclaim.cli import train as _train  # noqa: F401
from govclaim.cli import check as _check  # noqa: F401
from govclaim.cli import reconcile as _reconcile  # noqa: F401
from govclaim.cli import verify as _verify  # noqa: F401
from govclaim.cli import exchange as _exchange  # noqa: F401
from govclaim.cli import dataset as _dataset  # noqa: F401
from govclaim.cli import corpus as _corpus  # noqa: F401
from govclaim.cli import serve as _serve  # noqa: F401
from govclaim.cli import system as _system  # noqa: F401
# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    # Threads of numpy do not make our small matrices faster, and much slower where all cores are busy.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    app()
