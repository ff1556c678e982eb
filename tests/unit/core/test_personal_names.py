import pytest

from driver.core.personal_names import Lookalike, lookalike

CARD, SECURITY, ACCOUNT = Lookalike.CARD, Lookalike.SECURITY, Lookalike.ACCOUNT


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CARD-NUM", CARD),
        ("XREF-CARD-NUMBER", CARD),
        ("CARDNO", CARD),
        ("TRAN-CARD-NBR-2", CARD),
        ("CC_NUM", CARD),
        ("PAN", CARD),
        ("CREDIT-CARD", CARD),
        ("CARD-CVV-CD", CARD),
        ("CUST-SSN", SECURITY),
        ("SSN1", SECURITY),
        ("SOC-SEC-NO", SECURITY),
        ("SOCIAL-SECURITY-NUMBER", SECURITY),
        ("FEDERAL-TAX-ID", SECURITY),
        ("CUST-TIN", SECURITY),
        ("ACCT-NO", ACCOUNT),
        ("acct_number", ACCOUNT),
        ("CARD-ACCT-ID", ACCOUNT),
        ("ACCOUNTNUM", ACCOUNT),
        ("PAYEE-IBAN", ACCOUNT),
        ("FROM-ACCT", ACCOUNT),
    ],
)
def test_numbers_of_people_are_known_by_their_names(name: str, kind: Lookalike) -> None:
    assert lookalike(name) is kind


@pytest.mark.parametrize(
    "name",
    [
        "ACCT-BALANCE",
        "ACCT-TYPE",
        "ACCT-STATUS",
        "ACCT-NO-OF-OWNERS",
        "ACCOUNT-OPEN-DATE",
        "ACCT-TXN-COUNT",
        "ACCT-BRANCH",
        "ACCT-NUM-LEN",
        "CARD-TYPE",
        "CARD-EXPIRY",
        "CARD-EMBOSSED-NAME",
        "SSN-IND",
        "TAX-AMOUNT",
        "COMPANY",
        "EXPANSION",
        "ACCRUAL",
        "MARTIN",
        "PAY-ID",
        "DISCARD-NOTE",
        "ORDER-NO",
    ],
)
def test_what_is_about_them_is_not_personal(name: str) -> None:
    assert lookalike(name) is None


def test_the_parts_of_a_number_are_known_by_their_group() -> None:
    assert lookalike("SERIAL", ["CUSTOMER", "CUST-SSN"]) is SECURITY
    assert lookalike("BALANCE", ["ACCOUNT"]) is None  # the whole of an account, not its number
    assert lookalike("NUMBER-TYPE", ["CARD-NUM"]) is None
