"""What a PDF says of the e-invoice inside it, as Factur-X and PDF/A want it: XMP (ISO 16684-1)."""

import re
from collections.abc import Iterable
from typing import Literal

Level = Literal["MINIMUM", "BASIC WL", "BASIC", "EN 16931", "EXTENDED", "XRECHNUNG"]
"""How much of the invoice the XML holds, as Factur-X calls it."""


def merged(xmp: bytes, descriptions: Iterable[str]) -> bytes:
    """Put descriptions into the one rdf:RDF; write pdfaid as elements, which every reader knows.

    ValueError for metadata that WeasyPrint writes in another way than we know.
    """
    part = rb'<rdf:Description rdf:about="" pdfaid:part="(\d)" pdfaid:conformance="(\w)" ?/>'
    elements = (
        rb'<rdf:Description rdf:about=""><pdfaid:part>\1</pdfaid:part>'
        rb"<pdfaid:conformance>\2</pdfaid:conformance></rdf:Description>"
    )
    xmp, rewritten = re.subn(part, elements, xmp)
    if rewritten != 1 or xmp.count(b"</rdf:RDF>") != 1:
        raise ValueError("WeasyPrint writes its metadata in another way than we know")
    return xmp.replace(b"</rdf:RDF>", "".join(descriptions).encode() + b"</rdf:RDF>")


_EXTENSION = """
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
{properties}
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="{namespace}"><fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>{name}</fx:DocumentFileName><fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>{level}</fx:ConformanceLevel></rdf:Description>
"""
_PROPERTY = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"""
_PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}


def description(name: str, level: Level) -> str:
    """Describe an e-invoice in XMP: the values, and first the schema that PDF/A wants for them."""
    properties = [_PROPERTY.format(name=n, description=d) for n, d in _PROPERTIES.items()]
    return _EXTENSION.format(
        namespace="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        properties="\n".join(properties),
        name=name,
        level=level,
    )
