"""Build the layer: Saxon, which runs the official rules. Its size is why it stands alone.

python -m layers.saxon.build [FOLDER]
"""

from pathlib import Path

from layers import layer

HERE = Path(__file__).parent
REQUIREMENTS = layer.ROOT / "requirements/saxon.txt"
_NEVER_RUN = ("saxonc",)  # headers


def recipe(architecture: str, folder: Path) -> layer.Manifest:
    """Install the package without what no function runs."""
    python = folder / "python"
    layer.install(REQUIREMENTS, architecture, python)
    layer.remove(python, _NEVER_RUN)
    layer.compile_ahead(python)
    return {"python": layer.installed(python)}


def build(architecture: str) -> Path:
    """Give the folder of the layer, built if it is out of date."""
    return layer.build("saxon", architecture, [HERE, REQUIREMENTS], recipe)


if __name__ == "__main__":
    layer.deliver("saxon", [HERE, REQUIREMENTS], recipe)
