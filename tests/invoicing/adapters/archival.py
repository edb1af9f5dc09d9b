"""What stands against a file as PDF/A-3 with Factur-X inside.

veraPDF says it where it is installed. The checks below are what it was seen to find in deliberately
broken files (ISO 19005-3; Factur-X 1.0, 6): they are asked everywhere.
"""

import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdf
from lxml import etree
from pypdf.generic import DictionaryObject

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
_PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"
_FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
_FACTS = {"DocumentType", "DocumentFileName", "Version", "ConformanceLevel"}


def findings(file: bytes) -> list[str]:
    """Give each clause that is broken; [] if none."""
    reader = pypdf.PdfReader(BytesIO(file))
    return [
        *_whole(reader),
        *_metadata(reader),
        *_attachments(reader),
        *_fonts(reader),
        *_verapdf(file),
    ]


def _whole(reader: pypdf.PdfReader) -> Iterator[str]:
    if len(reader.trailer.get("/ID", [])) != 2:
        yield "6.1.3 file identifier"
    if reader.is_encrypted:
        yield "6.1.3 encryption"
    intents = reader.root_object.get("/OutputIntents", [])
    if [each.get_object().get("/S") for each in intents] != ["/GTS_PDFA1"]:
        yield "6.2.3 output intent"


def _metadata(reader: pypdf.PdfReader) -> Iterator[str]:
    xmp = etree.fromstring(reader.root_object["/Metadata"].get_object().get_data())
    if len([*xmp.iter(f"{_RDF}RDF")]) != 1:
        yield "6.6.2.1 one rdf:RDF"
    level = [xmp.findtext(f".//{_PDFAID}{name}") for name in ("part", "conformance")]
    if level != ["3", "B"]:
        yield "6.6.4 version identification"
    said = {etree.QName(each).localname for each in xmp.iter(f"{_FX}*")}
    if said != _FACTS:
        yield "Factur-X 6.3 metadata"
    if said - _declared(xmp):
        yield "6.6.2.3.1 extension schema"


def _declared(xmp: etree._Element) -> set[str]:
    """Give the properties of Factur-X that an extension schema describes whole."""
    described = set()
    for schema in xmp.iter(f"{_RDF}li"):
        if schema.findtext(f"{_SCHEMA}namespaceURI") == _FX.strip("{}"):
            for each in schema.iter(f"{_RDF}li"):
                facts = [
                    each.findtext(f"{_PROPERTY}{name}")
                    for name in ("name", "valueType", "category", "description")
                ]
                described |= {facts[0]} if all(facts) else set()
    return described


def _attachments(reader: pypdf.PdfReader) -> Iterator[str]:
    catalog = reader.root_object
    names = catalog.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    embedded = [each.idnum for each in names[1::2]] if names else []
    associated = [each.idnum for each in catalog.get("/AF", [])]
    if associated != embedded or len(set(associated)) != len(associated):
        yield "6.8 associated files"
    for each in names[1::2]:
        specification = each.get_object()
        stream = specification["/EF"]["/F"].get_object()
        if specification.get("/AFRelationship") not in {"/Data", "/Source", "/Alternative"}:
            yield "6.8 relationship"
        if "/Subtype" not in stream or "/ModDate" not in stream.get("/Params", {}):
            yield "6.8 type and dates of the file"


def _fonts(reader: pypdf.PdfReader) -> Iterator[str]:
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object().get("/DescendantFonts", [font])[0].get_object()
            descriptor = inner.get("/FontDescriptor", DictionaryObject()).get_object()
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys():
                yield "6.2.11.4.1 embedded fonts"


def _verapdf(file: bytes) -> list[str]:
    command = shutil.which("verapdf")
    if command is None:
        return []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(file)
        ran = subprocess.run(  # noqa: S603  found on this machine
            [command, "--flavour", "3b", "--format", "xml", str(path)],
            capture_output=True,
            check=False,
        )
    report = etree.fromstring(ran.stdout)
    return [f"veraPDF {each.get('clause')}" for each in report.iter("rule")]
