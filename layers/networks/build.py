"""Build the layer: the rules of Peppol and XRechnung, from the only package that has them.

It is young, and stands alone so that it can be left out without touching what is official.

python -m layers.networks.build [FOLDER]
"""

from pathlib import Path

from layers import layer

HERE = Path(__file__).parent
REQUIREMENTS = layer.ROOT / "requirements/networks.txt"


def recipe(architecture: str, folder: Path) -> layer.Manifest:
    """Install the package without its command."""
    python = folder / "python"
    layer.install(REQUIREMENTS, architecture, python)
    layer.remove(python, ["bin"])
    layer.compile_ahead(python)
    return {"python": layer.installed(python)}


def build(architecture: str) -> Path:
    """Give the folder of the layer, built if it is out of date."""
    return layer.build("networks", architecture, [HERE, REQUIREMENTS], recipe)


if __name__ == "__main__":
    layer.deliver("networks", [HERE, REQUIREMENTS], recipe)
