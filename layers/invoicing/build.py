"""Build the layer: the domain, its templates and the packages that every function needs.

python -m layers.invoicing.build [FOLDER]
"""

import shutil
from pathlib import Path

from layers import layer

HERE = Path(__file__).parent
TEMPLATES = layer.ROOT / "templates"
REQUIREMENTS = layer.ROOT / "requirements/invoicing.txt"

# The services that functions call, and X-Ray, for which its SDK makes a client when it is imported
# (nothing would start without); the descriptions of all others are most of botocore.
SERVICES = {"dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sqs", "sts", "xray"}
LOCALES = {"root", "fr", "en", "en_001", "en_GB", "de", "es", "it", "nl"}
_NEVER_RUN = (
    "bin",
    "boto3/examples",
    "botocore/data/*/*/examples-1.json",
    "holidays/financial",
    "holidays/locale",  # of names, which nobody reads
    "stdnum/imsi.dat",
    "stdnum/oui.dat",
)


def recipe(architecture: str, folder: Path) -> layer.Manifest:
    """Install the packages without what no function runs, and put our own beside them."""
    python = folder / "python"
    layer.install(REQUIREMENTS, architecture, python)
    layer.remove(python, _NEVER_RUN)
    for service in (python / "botocore/data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    for locale in (python / "babel/locale-data").glob("*.dat"):
        if locale.stem not in LOCALES:
            locale.unlink()
    shutil.copytree(HERE / "invoicing", python / "invoicing", ignore=_caches)
    shutil.copytree(TEMPLATES, python / "templates")
    layer.compile_ahead(python)
    return {"python": layer.installed(python)}


def _caches(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__"]


def build(architecture: str) -> Path:
    """Give the folder of the layer, built if it is out of date."""
    return layer.build("invoicing", architecture, [HERE, TEMPLATES, REQUIREMENTS], recipe)


if __name__ == "__main__":
    layer.deliver("invoicing", [HERE, TEMPLATES, REQUIREMENTS], recipe)
