"""SAML 2.0 assertions as grants (RFC 7522) at the provider on Authlib, which has a place for grants of others, but not this one.

What Authlib does: client authentication, whether the client may have the grant, scopes, the token. What signxml does: canonical XML and the signature of the
assertion, as the identity provider's certificate demands it. Ours is what section 3 asks of the assertion beside that: audience, confirmation and times.
"""

from __future__ import annotations

import base64
import datetime
from typing import Any

from authlib.oauth2.rfc6749 import BaseGrant, InvalidGrantError, InvalidRequestError, TokenEndpointMixin, UnauthorizedClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from signxml import XMLSigner, XMLVerifier, methods
from signxml.exceptions import InvalidInput, InvalidSignature

from authlib_store import STORE, Person

SAML_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer"
IDENTITY_PROVIDER = "https://saml.example.test"
NAMESPACES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion"}
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


class IdentityProvider:
    """Who signs the assertions: a key and its certificate, made for this run."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "saml.example.test")])
        now = datetime.datetime.now(datetime.timezone.utc)
        day = datetime.timedelta(days=1)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        certificate = builder.not_valid_before(now - day).not_valid_after(now + day).sign(key, hashes.SHA256())
        self.key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.certificate = certificate.public_bytes(Encoding.PEM).decode()

    def assertion(self, subject: str, audience: str, recipient: str, lifetime_s: int) -> str:
        now = datetime.datetime.now(datetime.timezone.utc)
        issued, ends = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, now + datetime.timedelta(seconds=lifetime_s)))
        text = f"""<saml:Assertion xmlns:saml="{NAMESPACES["saml"]}" ID="a1" IssueInstant="{issued}" Version="2.0">
  <saml:Issuer>{IDENTITY_PROVIDER}</saml:Issuer>
  <saml:Subject>
    <saml:NameID>{subject}</saml:NameID>
    <saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{recipient}"/></saml:SubjectConfirmation>
  </saml:Subject>
  <saml:Conditions NotOnOrAfter="{ends}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
  <saml:AuthnStatement AuthnInstant="{issued}"><saml:AuthnContext>
    <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
</saml:Assertion>"""
        signer = XMLSigner(method=methods.enveloped, signature_algorithm="rsa-sha256", digest_algorithm="sha256")
        signed = signer.sign(etree.fromstring(text), key=self.key, cert=self.certificate, reference_uri="a1", id_attribute="ID")
        return etree.tostring(signed).decode()


PROVIDER = IdentityProvider()


class SamlBearerGrant(BaseGrant, TokenEndpointMixin):
    """RFC 7522 section 2.1."""

    GRANT_TYPE = SAML_BEARER
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def validate_token_request(self) -> None:
        client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError()
        self.request.client = client
        self.validate_requested_scope()
        self.request.user = Person(self._subject(self.request.form.get("assertion") or ""))

    def _subject(self, text: str) -> str:
        """Who the assertion is about."""
        # Section 2.1: base64url, without line breaks and without padding.
        if not text or set(text) & set("=+/\r\n "):
            raise InvalidRequestError("the assertion is not base64url")
        try:
            xml = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            signed = XMLVerifier().verify(xml, x509_cert=PROVIDER.certificate, id_attribute="ID").signed_xml
        except (InvalidSignature, InvalidInput, ValueError, etree.XMLSyntaxError) as error:
            raise InvalidGrantError(f"the assertion is not signed as it should be: {type(error).__name__}") from error

        def only(path: str) -> Any:
            found = signed.xpath(path, namespaces=NAMESPACES)
            if len(found) != 1:
                raise InvalidGrantError(f"the assertion has {len(found)} of {path}")
            return found[0]

        # Section 3: of whom, for whom, and for how long.
        confirmation = f"saml:Subject/saml:SubjectConfirmation[@Method='{BEARER}']/saml:SubjectConfirmationData"
        wanted = {
            "saml:Issuer/text()": IDENTITY_PROVIDER, "saml:Conditions/saml:AudienceRestriction/saml:Audience/text()": STORE.issuer,
            f"{confirmation}/@Recipient": f"{STORE.issuer}/token",
        }
        for path, value in wanted.items():
            if only(path) != value:
                raise InvalidGrantError(f"the assertion has another {path}")
        for path in ("saml:Conditions/@NotOnOrAfter", f"{confirmation}/@NotOnOrAfter"):
            if datetime.datetime.fromisoformat(only(path).replace("Z", "+00:00")) <= datetime.datetime.now(datetime.timezone.utc):
                raise InvalidGrantError("the assertion is over")
        return str(only("saml:Subject/saml:NameID/text()"))

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        token = self.generate_token(user=self.request.user, scope=self.request.payload.scope, include_refresh_token=False)
        self.save_token(token)
        return 200, token, self.TOKEN_RESPONSE_HEADER
