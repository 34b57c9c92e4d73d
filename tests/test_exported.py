import importlib
import pkgutil
import subprocess
import sys

import govclaim


def modules():
    return [found.name for found in pkgutil.walk_packages(govclaim.__path__, "govclaim.")]


def in_order(names):
    """Constants, classes, the rest, each by the alphabet."""
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def test_every_module_states_its_public_names_in_order():
    for name in modules():
        module = importlib.import_module(name)
        if name.count(".") == 1 and hasattr(module, "__path__"):
            continue  # a room's door, empty on purpose
        assert list(module.__all__) == in_order(module.__all__), name
        for exported in module.__all__:
            assert hasattr(module, exported), f"{name}.{exported}"


def test_every_public_name_loads_and_is_documented():
    assert list(govclaim.__all__) == in_order(govclaim.__all__)
    assert dir(govclaim) == govclaim.__all__
    for name in govclaim.__all__:
        assert getattr(govclaim, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(govclaim, "no_such_name")


def test_importing_loads_neither_spacy_nor_pydantic_nor_numpy():
    code = "import sys, govclaim; print([m for m in ('spacy', 'pydantic', 'numpy', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
