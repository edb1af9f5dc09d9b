"""Where EN 16931 puts each business term in CII and in UBL (parts 3-2 and 3-3), and what is there.

It shares nothing with what writes: paths are those of the standard, read without namespaces.
"""

from lxml import etree

_A = "SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement"
_D = "SupplyChainTradeTransaction/ApplicableHeaderTradeDelivery"
_S = "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
_L = "SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem"
_PRODUCT = f"{_L}/SpecifiedTradeProduct"
_MEANS = f"{_S}/SpecifiedTradeSettlementPaymentMeans"
_SUMS = f"{_S}/SpecifiedTradeSettlementHeaderMonetarySummation"
_VAT = f"{_S}/ApplicableTradeTax"
_LINE = "*[local-name()='InvoiceLine' or local-name()='CreditNoteLine']"


def _party(cii: str, ubl: str, numbers: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give the places of a party's terms; `numbers` says which term is what."""
    places = {
        "name": ("Name", "PartyLegalEntity/RegistrationName"),
        "trading_name": ("SpecifiedLegalOrganization/TradingBusinessName", "PartyName/Name"),
        "identifier": ("GlobalID", "PartyIdentification/ID"),
        "identifier_scheme": ("GlobalID/@schemeID", "PartyIdentification/ID/@schemeID"),
        "registration": ("SpecifiedLegalOrganization/ID", "PartyLegalEntity/CompanyID"),
        "vat_number": (
            "SpecifiedTaxRegistration/ID[@schemeID='VA']",
            "PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID",
        ),
        "tax_number": (
            "SpecifiedTaxRegistration/ID[@schemeID='FC']",
            "PartyTaxScheme[TaxScheme/ID!='VAT']/CompanyID",
        ),
        "legal_form": ("Description", "PartyLegalEntity/CompanyLegalForm"),
        "address": ("URIUniversalCommunication/URIID", "EndpointID"),
        "address_scheme": ("URIUniversalCommunication/URIID/@schemeID", "EndpointID/@schemeID"),
        "contact": ("DefinedTradeContact/PersonName", "Contact/Name"),
        "phone": (
            "DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber",
            "Contact/Telephone",
        ),
        "email": (
            "DefinedTradeContact/EmailURIUniversalCommunication/URIID",
            "Contact/ElectronicMail",
        ),
    }
    return {
        number: (f"{cii}/{places[what][0]}", f"{ubl}/{places[what][1]}")
        for what, number in numbers.items()
    }


def _address(cii: str, ubl: str, first: int) -> dict[str, tuple[str, str]]:
    """Give the places of an address, whose terms are numbered in the standard's order."""
    places = [
        ("LineOne", "StreetName"),
        ("LineTwo", "AdditionalStreetName"),
        ("CityName", "CityName"),
        ("PostcodeCode", "PostalZone"),
        ("CountrySubDivisionName", "CountrySubentity"),
        ("CountryID", "Country/IdentificationCode"),
    ]
    return {
        f"BT-{first + n}": (f"{cii}/PostalTradeAddress/{each[0]}", f"{ubl}/{each[1]}")
        for n, each in enumerate(places)
    }


def _change(cii: str, ubl: str, terms: tuple[str, str, str], charge: str) -> dict:
    """Give the places of amount, percentage and reason of an allowance or a charge."""
    here = f"{cii}/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator='{charge}']"
    there = f"{ubl}AllowanceCharge[ChargeIndicator='{charge}']"
    places = [
        ("ActualAmount", "Amount"),
        ("CalculationPercent", "MultiplierFactorNumeric"),
        ("Reason", "AllowanceChargeReason"),
    ]
    return {
        term: (f"{here}/{each[0]}", f"{there}/{each[1]}")
        for term, each in zip(terms, places, strict=True)
    }


PLACES: dict[str, tuple[str, str]] = {
    "BT-5": (f"{_S}/InvoiceCurrencyCode", "DocumentCurrencyCode"),
    "BT-9": (
        f"{_S}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",
        "DueDate | PaymentMeans/PaymentDueDate",
    ),
    "BT-10": (f"{_A}/BuyerReference", "BuyerReference"),
    "BT-11": (f"{_A}/SpecifiedProcuringProject/ID", "ProjectReference/ID"),
    "BT-12": (
        f"{_A}/ContractReferencedDocument/IssuerAssignedID",
        "ContractDocumentReference/ID",
    ),
    "BT-13": (f"{_A}/BuyerOrderReferencedDocument/IssuerAssignedID", "OrderReference/ID"),
    "BT-14": (
        f"{_A}/SellerOrderReferencedDocument/IssuerAssignedID",
        "OrderReference/SalesOrderID",
    ),
    "BT-15": (
        f"{_D}/ReceivingAdviceReferencedDocument/IssuerAssignedID",
        "ReceiptDocumentReference/ID",
    ),
    "BT-16": (
        f"{_D}/DespatchAdviceReferencedDocument/IssuerAssignedID",
        "DespatchDocumentReference/ID",
    ),
    "BT-17": (
        f"{_A}/AdditionalReferencedDocument[TypeCode='50']/IssuerAssignedID",
        "OriginatorDocumentReference/ID",
    ),
    "BT-19": (f"{_S}/ReceivableSpecifiedTradeAccountingAccount/ID", "AccountingCost"),
    "BT-22": ("ExchangedDocument/IncludedNote/Content", "Note"),
    "BT-25": (
        f"{_S}/InvoiceReferencedDocument/IssuerAssignedID",
        "BillingReference/InvoiceDocumentReference/ID",
    ),
    "BT-26": (
        f"{_S}/InvoiceReferencedDocument/FormattedIssueDateTime/DateTimeString",
        "BillingReference/InvoiceDocumentReference/IssueDate",
    ),
    **_party(
        f"{_A}/SellerTradeParty",
        "AccountingSupplierParty/Party",
        {
            "name": "BT-27",
            "trading_name": "BT-28",
            "identifier": "BT-29",
            "identifier_scheme": "BT-29-1",
            "registration": "BT-30",
            "vat_number": "BT-31",
            "tax_number": "BT-32",
            "legal_form": "BT-33",
            "address": "BT-34",
            "address_scheme": "BT-34-1",
            "contact": "BT-41",
            "phone": "BT-42",
            "email": "BT-43",
        },
    ),
    **_address(f"{_A}/SellerTradeParty", "AccountingSupplierParty/Party/PostalAddress", 35),
    **_party(
        f"{_A}/BuyerTradeParty",
        "AccountingCustomerParty/Party",
        {
            "name": "BT-44",
            "trading_name": "BT-45",
            "identifier": "BT-46",
            "identifier_scheme": "BT-46-1",
            "registration": "BT-47",
            "vat_number": "BT-48",
            "address": "BT-49",
            "address_scheme": "BT-49-1",
            "contact": "BT-56",
            "phone": "BT-57",
            "email": "BT-58",
        },
    ),
    **_address(f"{_A}/BuyerTradeParty", "AccountingCustomerParty/Party/PostalAddress", 50),
    "BT-59": (f"{_S}/PayeeTradeParty/Name", "PayeeParty/PartyName/Name"),
    "BT-61": (
        f"{_S}/PayeeTradeParty/SpecifiedLegalOrganization/ID",
        "PayeeParty/PartyLegalEntity/CompanyID",
    ),
    "BT-70": (f"{_D}/ShipToTradeParty/Name", "Delivery/DeliveryParty/PartyName/Name"),
    "BT-72": (
        f"{_D}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString",
        "Delivery/ActualDeliveryDate",
    ),
    "BT-73": (
        f"{_S}/BillingSpecifiedPeriod/StartDateTime/DateTimeString",
        "InvoicePeriod/StartDate",
    ),
    "BT-74": (f"{_S}/BillingSpecifiedPeriod/EndDateTime/DateTimeString", "InvoicePeriod/EndDate"),
    **_address(f"{_D}/ShipToTradeParty", "Delivery/DeliveryLocation/Address", 75),
    "BT-81": (f"{_MEANS}/TypeCode", "PaymentMeans/PaymentMeansCode"),
    "BT-83": (f"{_S}/PaymentReference", "PaymentMeans/PaymentID"),
    "BT-84": (
        f"{_MEANS}/PayeePartyCreditorFinancialAccount/IBANID",
        "PaymentMeans/PayeeFinancialAccount/ID",
    ),
    "BT-85": (
        f"{_MEANS}/PayeePartyCreditorFinancialAccount/AccountName",
        "PaymentMeans/PayeeFinancialAccount/Name",
    ),
    "BT-86": (
        f"{_MEANS}/PayeeSpecifiedCreditorFinancialInstitution/BICID",
        "PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID",
    ),
    **_change(_S, "", ("BT-92", "BT-94", "BT-97"), "false"),
    **_change(_S, "", ("BT-99", "BT-101", "BT-104"), "true"),
    "BT-109": (f"{_SUMS}/TaxBasisTotalAmount", "LegalMonetaryTotal/TaxExclusiveAmount"),
    "BT-110": (f"{_SUMS}/TaxTotalAmount", "TaxTotal[TaxSubtotal]/TaxAmount"),
    "BT-112": (f"{_SUMS}/GrandTotalAmount", "LegalMonetaryTotal/TaxInclusiveAmount"),
    "BT-113": (f"{_SUMS}/TotalPrepaidAmount", "LegalMonetaryTotal/PrepaidAmount"),
    "BT-114": (f"{_SUMS}/RoundingAmount", "LegalMonetaryTotal/PayableRoundingAmount"),
    "BT-120": (f"{_VAT}/ExemptionReason", "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason"),
    "BT-121": (
        f"{_VAT}/ExemptionReasonCode",
        "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode",
    ),
    "BT-127": (f"{_L}/AssociatedDocumentLineDocument/IncludedNote/Content", f"{_LINE}/Note"),
    "BT-129": (
        f"{_L}/SpecifiedLineTradeDelivery/BilledQuantity",
        f"{_LINE}/InvoicedQuantity | {_LINE}/CreditedQuantity",
    ),
    "BT-130": (
        f"{_L}/SpecifiedLineTradeDelivery/BilledQuantity/@unitCode",
        f"{_LINE}/InvoicedQuantity/@unitCode | {_LINE}/CreditedQuantity/@unitCode",
    ),
    "BT-132": (
        f"{_L}/SpecifiedLineTradeAgreement/BuyerOrderReferencedDocument/LineID",
        f"{_LINE}/OrderLineReference/LineID",
    ),
    "BT-133": (
        f"{_L}/SpecifiedLineTradeSettlement/ReceivableSpecifiedTradeAccountingAccount/ID",
        f"{_LINE}/AccountingCost",
    ),
    "BT-134": (
        f"{_L}/SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/StartDateTime/DateTimeString",
        f"{_LINE}/InvoicePeriod/StartDate",
    ),
    "BT-135": (
        f"{_L}/SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/EndDateTime/DateTimeString",
        f"{_LINE}/InvoicePeriod/EndDate",
    ),
    **_change(
        f"{_L}/SpecifiedLineTradeSettlement", f"{_LINE}/", ("BT-136", "BT-138", "BT-139"), "false"
    ),
    **_change(
        f"{_L}/SpecifiedLineTradeSettlement", f"{_LINE}/", ("BT-141", "BT-143", "BT-144"), "true"
    ),
    "BT-146": (
        f"{_L}/SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
        f"{_LINE}/Price/PriceAmount",
    ),
    "BT-149": (
        f"{_L}/SpecifiedLineTradeAgreement/NetPriceProductTradePrice/BasisQuantity",
        f"{_LINE}/Price/BaseQuantity",
    ),
    "BT-153": (f"{_PRODUCT}/Name", f"{_LINE}/Item/Name"),
    "BT-154": (f"{_PRODUCT}/Description", f"{_LINE}/Item/Description"),
    "BT-155": (f"{_PRODUCT}/SellerAssignedID", f"{_LINE}/Item/SellersItemIdentification/ID"),
    "BT-156": (f"{_PRODUCT}/BuyerAssignedID", f"{_LINE}/Item/BuyersItemIdentification/ID"),
    "BT-157": (f"{_PRODUCT}/GlobalID", f"{_LINE}/Item/StandardItemIdentification/ID"),
    "BT-157-1": (
        f"{_PRODUCT}/GlobalID/@schemeID",
        f"{_LINE}/Item/StandardItemIdentification/ID/@schemeID",
    ),
    "BT-158": (
        f"{_PRODUCT}/DesignatedProductClassification/ClassCode",
        f"{_LINE}/Item/CommodityClassification/ItemClassificationCode",
    ),
    "BT-158-1": (
        f"{_PRODUCT}/DesignatedProductClassification/ClassCode/@listID",
        f"{_LINE}/Item/CommodityClassification/ItemClassificationCode/@listID",
    ),
    "BT-158-2": (
        f"{_PRODUCT}/DesignatedProductClassification/ClassCode/@listVersionID",
        f"{_LINE}/Item/CommodityClassification/ItemClassificationCode/@listVersionID",
    ),
    "BT-159": (
        f"{_PRODUCT}/OriginTradeCountry/ID",
        f"{_LINE}/Item/OriginCountry/IdentificationCode",
    ),
    "BT-160": (
        f"{_PRODUCT}/ApplicableProductCharacteristic/Description",
        f"{_LINE}/Item/AdditionalItemProperty/Name",
    ),
    "BT-161": (
        f"{_PRODUCT}/ApplicableProductCharacteristic/Value",
        f"{_LINE}/Item/AdditionalItemProperty/Value",
    ),
}


def read(xml: bytes, term: str) -> list[str]:
    """Give every value of a term, in the order in which they stand."""
    root = _bare(xml)
    place = PLACES[term][0 if root.tag == "CrossIndustryInvoice" else 1]
    found = root.xpath(place)
    return [each if isinstance(each, str) else each.text or "" for each in found]


def _bare(xml: bytes) -> etree._Element:
    """Parse without namespaces."""
    root = etree.fromstring(xml)
    for each in root.iter():
        each.tag = etree.QName(each).localname
    return root
