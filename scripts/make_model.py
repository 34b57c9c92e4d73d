"""Run the training steps of a recipe, one after the other.

Usage::

    python scripts/make_model.py models/recipe.toml --data DATA [--work WORK] [--only STEP ...]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def command(step: dict[str, Any], data: Path, work: Path) -> list[str]:
    """The command line of one step."""
    return [sys.executable, step["script"], *(part.format(data=data, work=work) for part in step["arguments"])]


def main() -> None:
    """Read the recipe and run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("out/model"))
    parser.add_argument("--only", nargs="*", default=[], help="names of steps")
    options = parser.parse_args()
    steps = tomllib.loads(options.recipe.read_text(encoding="utf-8"))["step"]
    unknown = set(options.only) - {step["name"] for step in steps}
    if unknown:
        parser.error(f"the recipe has no step {', '.join(sorted(unknown))}")
    options.work.mkdir(parents=True, exist_ok=True)
    for step in steps:
        if options.only and step["name"] not in options.only:
            continue
        print(f"== {step['name']}", flush=True)
        began = time.monotonic()
        done = subprocess.run(command(step, options.data, options.work), check=False)
        if done.returncode:
            needs = f" (needs {step['needs']})" if "needs" in step else ""
            sys.exit(f"the step {step['name']}{needs} stopped with {done.returncode}; the steps before it are done")
        print(f"== {step['name']}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
