"""The recipe names scripts that exist, and a step that fails stops it with a word to the user."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(recipe: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/make_model.py", str(recipe), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def recipe(folder: Path, *steps: tuple[str, str]) -> Path:
    path = folder / "recipe.toml"
    text = "".join(
        f'[[step]]\nname = "{name}"\nscript = "{script}"\narguments = ["{{data}}"]\n' for name, script in steps
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_scripts_of_the_shipped_recipe_exist() -> None:
    lines = (ROOT / "models" / "recipe.toml").read_text(encoding="utf-8").splitlines()
    scripts = [line.split('"')[1] for line in lines if line.startswith("script = ")]
    assert len(scripts) >= 6
    assert all((ROOT / script).is_file() for script in scripts)


def test_steps_run_in_order_with_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "say.py").write_text("import sys\nprint('data is', sys.argv[1], flush=True)\n", encoding="utf-8")
    script = (tmp_path / "say.py").as_posix()
    done = run(recipe(tmp_path, ("one", script), ("two", script)), "--data", "d", "--work", str(tmp_path / "w"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("== one") < done.stdout.index("data is d") < done.stdout.index("== two")


def test_a_failing_step_stops_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "fail.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    script = (tmp_path / "fail.py").as_posix()
    done = run(recipe(tmp_path, ("one", script), ("two", script)), "--data", "d", "--work", str(tmp_path / "w"))
    assert done.returncode == 1
    assert "step one stopped with 3" in done.stderr
    assert "== two" not in done.stdout


def test_an_unknown_step_is_named(tmp_path: Path) -> None:
    done = run(recipe(tmp_path, ("one", "x.py")), "--data", "d", "--only", "three")
    assert done.returncode == 2
    assert "no step three" in done.stderr
