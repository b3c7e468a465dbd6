"""Vectors: what presets, provider files and records of Frappe say, what is refused of them, templates, and who a user is."""

from encoding import NOW, Suite, dumps
from provider import ISSUER

URLS = {"urlAuthorize": f"{ISSUER}/authorize", "urlAccessToken": f"{ISSUER}/token"}
PRESETS = ["apple", "auth0", "civi_connect", "drupal_simple_oauth", "exchange_online", "facebook", "farmos", "frappe", "github", "gitlab", "gmail", "google", "keycloak",
           "linkedin", "microsoft", "oidc", "okta", "salesforce", "slack"]


def build():
    suite = Suite("Services: presets, provider files of CiviCRM, records of Frappe, templates.")
    suite.case("E10-presets", "presets", {}, {"presets": [{"name": name} for name in PRESETS]})
    placeholders(suite)
    files(suite)
    records(suite)
    templates(suite)
    owners(suite)
    return suite


def file(**changed):
    return {"title": "Test", "options": {k: v for k, v in (URLS | changed).items() if v is not ...}}


def placeholders(suite):
    """A tenant, a realm and a domain say who, never where."""
    def preset(name, preset, expect, **options):
        suite.case(f"E1-service-{name}", "service", {"preset": preset, "options": options}, expect)

    for name, text in {"slash": "a/b", "dots": "..", "dot": ".", "query": "a?b", "fragment": "a#b", "percent": "a%2fb", "space": "a b", "backslash": "a\\b", "at": "a@evil.example", "colon": "a:b",
                       "crlf": "a\r\nb", "empty": "", "non-ascii": "\u0430", "template": "{{base_url}}", "braces": "{tenantid}", "long": "a" * 254}.items():
        preset(f"tenant-{name}", "microsoft", "config.tenant", tenant=text)
        preset(f"realm-{name}", "keycloak", "config.tenant", base_url="https://sso.example.org", realm=text)
    for name, text in {"slash": "a.example/x", "user": "u@a.example", "port": "a.example:8443", "query": "a.example?x", "fragment": "a.example#x", "single-label": "localhost", "address": "10.0.0.1",
                       "v6": "[::1]", "number": "2130706433", "empty-label": "a..example", "last-dot": "a.example.", "hyphen": "-a.example", "non-ascii": "idp.ex\u0430mple.com", "empty": "", "crlf": "a.example\r\n", "backslash": "a.example\\x"}.items():
        preset(f"domain-{name}", "auth0", "config.tenant", domain=text)
    preset("tenant-missing-is-common", "microsoft", {"issuer": None, "definition": {"tenant": "common", "issuer_template": "https://login.microsoftonline.com/{tenantid}/v2.0"}})
    tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    preset("tenant-by-id", "microsoft", {"issuer": f"https://login.microsoftonline.com/{tenant}/v2.0"}, tenant=tenant)
    preset("tenant-by-name", "microsoft", {"issuer": None, "definition": {"tenant": "contoso.onmicrosoft.com"}}, tenant="contoso.onmicrosoft.com")
    preset("realm-missing", "keycloak", "config.invalid", base_url="https://sso.example.org")
    preset("domain-missing", "auth0", "config.invalid")
    preset("base-url-with-query", "frappe", "config.url", base_url="https://erp.example.com/?x=1")
    preset("base-url-with-last-slash", "frappe", {"issuer": "https://erp.example.com"}, base_url="https://erp.example.com/")
    preset("base-url-of-a-subfolder", "frappe", {"issuer": "https://example.com/erp", "document": {"token_endpoint": "https://example.com/erp/api/method/frappe.integrations.oauth2.get_token"}}, base_url="https://example.com/erp")
    for name, quirks in {"unknown": ["lenient"], "empty": [""], "case": ["NO_PKCE"], "all": ["*"]}.items():
        preset(f"quirk-{name}", "google", "config.quirk", quirks=quirks)
    preset("quirk-added", "google", {"definition": {"quirks": ["expires_in_string", "revocation_unknown_token"]}}, quirks=["expires_in_string"])
    overlaid = {"scopes": ["openid"], "prompt": "login", "quirks": ["no_nonce"]}
    preset("overlay", "google", {"definition": {"scopes": ["openid"], "parameters": {"prompt": "login"}, "quirks": ["no_nonce"]}}, overlay=overlaid)
    preset("overlay-with-http", "google", "metadata.endpoint", overlay={"urlAccessToken": "http://oauth2.googleapis.com/token"})
    preset("overlay-with-a-private-address", "google", "metadata.endpoint", overlay={"jwks_uri": "https://10.0.0.1/jwks"})


def files(suite):
    """CiviCRM's provider files, as they lie in a site's folder."""
    def read(name, document, expect, **options):
        suite.case(f"E10-provider-file-{name}", "service", {"text": dumps(document), "options": options}, expect)

    civi = {
        "title": "Microsoft Exchange Online", "class": "Civi\\OAuth\\CiviGenericProvider", "tags": ["mail", "CiviConnect"], "permissions": {"get": "administer"},
        "options": {"urlAuthorize": "https://login.example.com/{{tenant}}/authorize", "urlAccessToken": "https://login.example.com/{{tenant}}/token", "urlResourceOwnerDetails": "{{use_id_token}}",
                    "scopeSeparator": " ", "scopes": ["openid", "mail"], "prompt": "select_account", "accessType": "offline", "tenancy": True, "responseModes": ["query", "web_message"], "pkceMethod": None},
        "contactTemplate": {"values": {"first_name": "{{token.resource_owner.givenName}}"}}, "mailSettingsTemplate": {"username": "{{token.resource_owner.mail}}"}, "templates": {"PaymentProcessor": {"user_name": "{{token.access_token}}"}},
    }
    whole = {"title": "Microsoft Exchange Online", "class": "Civi\\OAuth\\CiviGenericProvider", "tags": ["mail", "CiviConnect"], "scopes": ["openid", "mail"], "scope_separator": " ", "tenancy": True, "tenant": "common",
             "parameters": {"prompt": "select_account", "access_type": "offline"}, "response_modes": ["query", "web_message"], "use_id_token": True}
    endpoints = lambda tenant: {"authorization_endpoint": f"https://login.example.com/{tenant}/authorize", "token_endpoint": f"https://login.example.com/{tenant}/token", "token_endpoint_auth_methods_supported": ["client_secret_post"]}
    read("whole", civi, {"issuer": None, "document": endpoints("common"), "definition": whole})
    read("with-a-tenant", civi, {"document": endpoints("t1"), "definition": whole | {"tenant": "t1"}}, tenant="t1")
    # The effective options of CiviCRM: those of the client over those of the provider.
    read("with-a-clients-options", civi, {"document": endpoints("t2"), "definition": {"tenant": "t2", "client_id": "guid-1", "redirect_uri": "https://site.example/return"}},
         overlay={"clientId": "guid-1", "clientSecret": "s3cret-of-a-record", "tenant": "t2", "redirectUri": "https://site.example/return"})
    read("bridge", {"title": "x", "tags": ["CiviConnect"], "options": {"urlAuthorize": "{civi_connect_url}/stripe-connect/authorize", "urlAccessToken": "{civi_connect_url}/stripe-connect/token"}},
         {"document": {"token_endpoint": "https://connect.civicrm.org/stripe-connect/token"}}, base_url="https://connect.civicrm.org")
    read("issuer-in-an-overlay", file(), {"issuer": ISSUER, "document": {"jwks_uri": f"{ISSUER}/jwks"}}, overlay={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})
    read("without-separator", file(scopes=["a"]), {"definition": {"scope_separator": ",", "quirks": ["scope_comma"]}})
    read("empty-map-of-php", file() | {"templates": []}, {"definition": {"title": "Test"}})
    read("null-members", file(scopes=None, prompt=None, urlResourceOwnerDetails=None) | {"tags": None}, {"definition": {"title": "Test"}})
    refused = {
        "scopes-number": {"scopes": 1}, "scopes-of-numbers": {"scopes": [1]}, "separator-number": {"scopeSeparator": 1}, "separator-odd": {"scopeSeparator": "+"}, "separator-empty": {"scopeSeparator": ""},
        "url-number": {"urlAccessToken": 1}, "tenancy-text": {"tenancy": "yes"}, "modes-object": {"responseModes": {}}, "prompt-list": {"prompt": ["a"]}, "placeholder-unknown": {"urlAccessToken": "https://{{host}}/token"},
        "placeholder-open": {"urlAccessToken": "https://idp.example.com/{{tenant"}, "use-id-token-elsewhere": {"urlAccessToken": "{{use_id_token}}"}, "parameters-list": {"parameters": []}, "parameters-number": {"parameters": {"a": 1}},
        "parameter-state": {"parameters": {"state": "x"}}, "parameter-redirect-uri": {"parameters": {"redirect_uri": "https://evil.example/"}}, "parameter-challenge": {"parameters": {"code_challenge": "x"}},
        "parameter-with-crlf": {"parameters": {"a": "b\r\nc"}}, "lifetime-text": {"default_lifetime": "60"},
    }
    for name, changed in refused.items():
        read(name, file(**changed), "config.provider_file")
    read("scope-with-a-space", file(scopes=["a b"]), "config.invalid")
    read("quirk-unknown", file(quirks=["lenient"]), "config.quirk")
    read("http", file(urlAccessToken="http://idp.example.com/token"), "metadata.endpoint")
    read("tenant-out-of-its-place", civi, "config.tenant", tenant="x/../../evil")
    read("tenant-in-a-host", file(urlAccessToken="https://{{tenant}}/token"), {"document": {"token_endpoint": "https://idp.example.org/token"}}, tenant="idp.example.org")
    suite.case("E10-provider-file-repeated-member", "service", {"text": '{"options":{},"options":{}}', "options": {}}, "config.invalid")


def records(suite):
    """What a Frappe site exports."""
    def read(name, document, expect, **options):
        suite.case(f"E10-frappe-{name}", "service", {"text": dumps(document), "options": options}, expect)

    app = {"doctype": "Connected App", "name": "a1b2", "provider_name": "Google", "client_id": "abc", "client_secret": "s3cret-of-a-record", "redirect_uri": "https://erp.example.com/api/method/frappe.integrations.doctype.connected_app.connected_app.callback/a1b2",
           "authorization_uri": f"{ISSUER}/authorize", "token_uri": f"{ISSUER}/token", "revocation_uri": f"{ISSUER}/revoke", "userinfo_uri": "", "introspection_uri": None, "openid_configuration": f"{ISSUER}/.well-known/openid-configuration",
           "scopes": [{"doctype": "OAuth Scope", "idx": 1, "scope": "email"}, {"scope": "openid"}], "query_parameters": [{"key": "access_type", "value": "offline"}, {"key": "prompt", "value": "consent"}]}
    known = {"name": "a1b2", "title": "Google", "client_id": "abc", "redirect_uri": app["redirect_uri"], "scopes": ["email", "openid"], "parameters": {"access_type": "offline", "prompt": "consent"},
             "openid_configuration": app["openid_configuration"], "quirks": ["token_type_mac"], "scope_separator": " "}
    document = {"authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token", "revocation_endpoint": f"{ISSUER}/revoke"}
    read("connected-app", app, {"issuer": None, "document": document, "definition": known})
    read("connected-app-with-an-issuer", app, {"issuer": ISSUER}, overlay={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})
    key = {"doctype": "Social Login Key", "name": "frappe", "provider_name": "Frappe", "enable_social_login": 1, "client_id": "abc", "client_secret": "s3cret-of-a-record", "base_url": "https://erp.example.com/", "custom_base_url": 1,
           "authorize_url": "/api/method/frappe.integrations.oauth2.authorize", "access_token_url": "/api/method/frappe.integrations.oauth2.get_token", "redirect_url": "/api/method/frappe.integrations.oauth2_logins.login_via_frappe",
           "api_endpoint": "/api/method/frappe.integrations.oauth2.openid_profile", "api_endpoint_args": None, "auth_url_data": '{"response_type": "code", "scope": "openid"}', "user_id_property": "", "sign_ups": "Allow"}
    api = "https://erp.example.com/api/method/frappe.integrations.oauth2"
    read("social-login-key", key, {"document": {"authorization_endpoint": f"{api}.authorize", "token_endpoint": f"{api}.get_token", "userinfo_endpoint": f"{api}.openid_profile"},
                                   "definition": {"name": "frappe", "client_id": "abc", "scopes": ["openid"]}})
    facebook = key | {"custom_base_url": 0, "authorize_url": "https://www.facebook.com/dialog/oauth", "access_token_url": "https://graph.facebook.com/oauth/access_token", "api_endpoint": "https://graph.facebook.com/v2.5/me",
                      "api_endpoint_args": '{"fields": "first_name,last_name,email"}', "auth_url_data": '{"display": "page", "response_type": "code", "scope": "email,public_profile"}', "user_id_property": "id"}
    read("social-login-key-of-facebook", facebook, {"document": {"userinfo_endpoint": "https://graph.facebook.com/v2.5/me?fields=first_name%2Clast_name%2Cemail"},
                                                    "definition": {"scopes": ["email", "public_profile"], "parameters": {"display": "page"}, "user_id_property": "id"}})
    read("social-login-key-relative-without-base", key | {"custom_base_url": 0}, "config.provider_file")
    read("social-login-key-token-in-the-browser", key | {"auth_url_data": '{"response_type": "token"}'}, "config.provider_file")
    read("social-login-key-with-a-state", key | {"auth_url_data": '{"state": "x"}'}, "config.provider_file")
    read("social-login-key-with-no-json", key | {"auth_url_data": "{"}, "config.provider_file")
    read("social-login-key-of-another-host", key | {"authorize_url": "//evil.example/"}, "config.provider_file")
    read("connected-app-with-http", app | {"token_uri": "http://idp.example.com/token"}, "metadata.endpoint")
    read("connected-app-scopes-text", app | {"scopes": "openid"}, "config.provider_file")


def templates(suite):
    mail = {"name": "{{token.resource_owner.mail}}", "domain": "{{token.resource_owner.mail|getMailDomain}}", "localpart": None, "port": 993, "is_ssl": True, "username": "{{token.resource_owner.mail|getMailUser|lowercase}} at {{provider.title}}",
            "password": "{{token.access_token}}", "none": "{{token.nobody}}", "filter": "{{token.resource_owner.mail|exec}}"}
    contact = {"values": {"email": "{{token.resource_owner.mail|lowercase}}", "id": "{{token.resource_owner.id}}", "flags": [True, "{{token.resource_owner.active}}", "plain"], "whole": "x {{token.resource_owner.id}} {{token.none}}", "none": "{{token.none}}"}}
    document = file() | {"mailSettingsTemplate": mail, "contactTemplate": contact, "templates": {"PaymentProcessor": {"user_name": "{{client.guid}}"}}}
    token = {"access_token": "s3cret-token", "resource_owner": {"mail": "Ann@Mail.Example", "id": 7, "active": False}}

    def render(name, expect, template, **context):
        given = {"service": {"text": dumps(document), "options": {}}, "question": "render", "options": {"template": template} | context}
        suite.case(f"I5-template-{name}", "service_ask", given, expect if isinstance(expect, str) else {"answer": expect["answer"]})

    render("mail", {"answer": {"name": "Ann@Mail.Example", "domain": "Mail.Example", "localpart": None, "port": 993, "is_ssl": True, "username": "ann at Test", "password": "s3cret-token", "none": "", "filter": ""}}, "mailSettingsTemplate", token=token)
    render("contact", {"answer": {"values": {"email": "ann@mail.example", "id": 7, "flags": [True, False, "plain"], "whole": 7, "none": None}}}, "contactTemplate", token=token)
    render("named", {"answer": {"user_name": "g-1"}}, "PaymentProcessor", client={"guid": "g-1"})
    render("given", {"answer": {"a": ["Ann@Mail.Example"]}}, {"a": ["{{token.resource_owner.mail}}"]}, token=token)
    render("given-as-contact", {"answer": {"a": 7}}, {"a": "id {{token.resource_owner.id}}"}, token=token, mode="contact")
    render("value-is-no-template", {"answer": {"a": "{{token.b}}"}}, {"a": "{{token.a}}"}, token={"a": "{{token.b}}", "b": "s3cret"})
    render("unknown", "config.template", "nobody", token=token)
    render("mode-unknown", "config.invalid", "mailSettingsTemplate", mode="eval")


def owners(suite):
    def ask(name, question, answer, claims, **options):
        given = {"service": {"text": dumps(file(**options)), "options": {}}, "question": question, "options": {"claims": claims}}
        suite.case(f"C10-{question.replace('_', '-')}-{name}", "service_ask", given, {"answer": answer})

    every = {"id": "i", "email": "e", "mail": "m", "userPrincipalName": "u", "upn": "n"}
    for first in ("upn", "userPrincipalName", "mail", "email", "id"):
        ask(f"{first}-first", "owner_name", every[first], dict(every))
        del every[first]
    ask("nobody", "owner_name", None, {"sub": "x", "name": "Ann"})
    ask("number", "owner_name", "42", {"id": 42, "email": None})
    ask("empty", "owner_name", "e", {"upn": "", "email": "e"})
    ask("odd", "owner_name", None, {"id": ["x"], "mail": {"x": 1}, "email": True})
    ask("sub", "user_id", "user-1", {"sub": "user-1", "id": 42})
    ask("named", "user_id", "42", {"sub": "user-1", "id": 42}, user_id_property="id")
    ask("nobody", "user_id", None, {"email": "e"})
