"""What is an e-mail address: the one door to email-validator."""

from email_validator import EmailNotValidError, validate_email


def why_no_address(address: str) -> str:
    """Return why this is no e-mail address; empty if it is one.

    Nobody is asked, neither a name server nor a mail server. Domains for tests (RFC 2606) pass.
    """
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        said = str(error).rstrip(".")
        return said[:1].lower() + said[1:]
    return ""
