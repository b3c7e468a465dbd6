"""Scenarios: what each preset sends, a reply in the shape that its provider is known for, and that nothing but what it declares is used."""

from encoding import NOW, dumps, public
from provider import CHALLENGE, NONCE, STATE, VERIFIER
from scenario import CALLBACK, Scenarios, basic, begin, call, finish, get, id_token, post, reply
from tokens import token

TESTING = {"testing": {"now": NOW}}
REDIRECT = "https://app.example.com/callback"
RSA = {"keys": [public("rsa", kid="k1", use="sig", alg="RS256")]}
OPENID = ["openid", "profile", "email"]
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def build():
    suite = Scenarios("The presets: the request that each makes, and its provider's real shape of a reply.")
    google(suite)
    microsoft(suite)
    social(suite)
    hosted(suite)
    sites(suite)
    return suite


def preset(name, **options):
    return {"preset": name, "options": options | TESTING}


def signed(issuer, key="rsa", algorithm="RS256", **claims):
    return id_token({"alg": algorithm, "kid": "k1"}, key, algorithm, iss=issuer, **claims)


def login(suite, name, service, authorize, scope, endpoint, answer, expect, *, sent=None, jwks=None, keys=RSA, body=True, pkce=True, secret="s3cret", callback=CALLBACK, asked=None, row="E10", calls=()):
    """The URL, the exchange, and what comes of it. `scope` is as it goes over the wire."""
    first = begin(*(asked or []))
    parameters = {"response_type": "code", "client_id": "abc", "redirect_uri": REDIRECT, "state": STATE, "nonce": NONCE} | (sent or {})
    if scope:
        parameters["scope"] = scope
    if pkce:
        parameters |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    first["expect"]["ok"]["url"] = {"base": authorize, "parameters": parameters}
    form = {"grant_type": "authorization_code", "code": "c0de", "redirect_uri": REDIRECT} | ({"code_verifier": VERIFIER} if pkce else {})
    credentials = {"client_id": "abc", "client_secret": secret} if body else {}
    exchange = post(endpoint, form | credentials, answer, None if body else basic(secret=secret))
    fetched = [get(jwks, reply(keys))] if jwks else []
    suite.client(f"{row}-login-{name}", first, finish(expect, exchange, *fetched, callback=callback), *calls, service_text=service, client_secret=secret)


def google(suite):
    authorize, endpoint, jwks = "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/certs"
    answer = {"access_token": "ya29.x", "expires_in": 3599, "scope": "openid https://www.googleapis.com/auth/userinfo.profile https://www.googleapis.com/auth/userinfo.email", "token_type": "Bearer"}
    identity = signed("https://accounts.google.com", azp="abc", email="a@example.com", email_verified=True, at_hash=...)
    revoke = call("revoke", None, [post("https://oauth2.googleapis.com/revoke", {"token": "t"}, reply({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400), basic())], token="t")
    login(suite, "google", preset("google"), authorize, " ".join(OPENID), endpoint, reply(answer | {"id_token": identity}),
          {"access_token": "ya29.x", "expires_at": NOW + 3599, "quirks": [], "id_token": {"claims": {"email": "a@example.com"}}}, jwks=jwks, body=False, calls=[revoke])
    login(suite, "gmail", preset("gmail"), authorize, "https://mail.google.com/ openid email", endpoint,
          reply(answer | {"id_token": identity, "refresh_token": "1//r", "refresh_token_expires_in": 604799}), {"refresh_token": "1//r", "quirks": [], "extra": {"refresh_token_expires_in": 604799}},
          jwks=jwks, body=False, sent={"prompt": "consent", "access_type": "offline"})
    # A call's own scopes and parameters stand in place of the preset's.
    named = begin("openid", parameters={"prompt": "login"})
    named["expect"]["ok"]["url"] = {"parameters": {"scope": "openid", "prompt": "login", "access_type": "offline"}}
    suite.client("E10-preset-gmail-with-scopes-of-its-own", named, service_text=preset("gmail"))


def microsoft(suite):
    def place(tenant):
        base = f"https://login.microsoftonline.com/{tenant}"
        return {"authorize": f"{base}/oauth2/v2.0/authorize", "endpoint": f"{base}/oauth2/v2.0/token", "jwks": f"{base}/discovery/v2.0/keys"}

    issuer = f"https://login.microsoftonline.com/{TENANT}/v2.0"
    answer = {"token_type": "Bearer", "scope": "openid profile email", "expires_in": 4021, "ext_expires_in": 4021, "access_token": "EwB"}
    # Its keys have no alg; each names its issuer, by a template where many share it.
    shared = {"keys": [public("rsa", kid="k1", use="sig", issuer="https://login.microsoftonline.com/{tenantid}/v2.0")]}

    def enter(name, identity, expect, tenant=None, keys=shared, row="E10"):
        where = place(tenant or "common")
        options = {"tenant": tenant} if tenant else {}
        login(suite, f"microsoft-{name}", preset("microsoft", **options), where["authorize"], " ".join(OPENID), where["endpoint"], reply(answer | {"id_token": identity}), expect, jwks=where["jwks"], keys=keys, row=row, body=False)

    fine = {"quirks": [], "extra": {"ext_expires_in": 4021}, "id_token": {"claims": {"tid": TENANT}}}
    enter("common", signed(issuer, tid=TENANT), fine)
    enter("tenant", signed(issuer, tid=TENANT), fine, TENANT)
    enter("tenant-by-name", signed(issuer, tid=TENANT), fine, "contoso.onmicrosoft.com")
    other = "11111111-2222-3333-4444-555555555555"
    elsewhere = f"https://login.microsoftonline.com/{other}/v2.0"
    enter("tenant-of-another", signed(elsewhere, tid=other), "token.issuer", TENANT, row="C4")
    enter("common-with-another-tid", signed(issuer, tid=other), "token.issuer", row="C4")
    enter("common-without-tid", signed(issuer), "token.issuer", row="C4")
    enter("common-of-another-host", signed(f"https://login.evil.example/{TENANT}/v2.0", tid=TENANT), "token.issuer", row="C4")
    enter("common-under-the-key-of-another-tenant", signed(issuer, tid=TENANT), "token.issuer", keys={"keys": [public("rsa", kid="k1", use="sig", issuer=elsewhere)]}, row="C4")
    consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    enter("consumers", signed(f"https://login.microsoftonline.com/{consumers}/v2.0", tid=consumers), {"quirks": []}, "consumers")
    enter("consumers-with-a-company", signed(issuer, tid=TENANT), "token.issuer", "consumers", row="C4")
    # RFC 9207: the answer of a provider that is none of the tenants'.
    where = place("common")
    suite.client("F3-preset-microsoft-with-an-answer-of-another", begin(), finish("callback.issuer_mismatch", callback=CALLBACK + "&iss=https%3A%2F%2Fidp.evil.example"), service_text=preset("microsoft"))
    exchange = post(place("contoso.com")["endpoint"], {"grant_type": "authorization_code", "code": "c0de", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}, reply(answer | {"id_token": signed(issuer, tid=TENANT)}))
    suite.client("F3-preset-microsoft-with-an-answer-of-its-tenant", begin(), finish({"quirks": []}, exchange, get(place("contoso.com")["jwks"], reply(shared)), callback=CALLBACK + f"&iss=https%3A%2F%2Flogin.microsoftonline.com%2F{TENANT}%2Fv2.0"),
                 service_text=preset("microsoft", tenant="contoso.com"))
    mail = "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/POP.AccessAsUser.All https://outlook.office.com/SMTP.Send openid email offline_access"
    login(suite, "exchange-online", preset("exchange_online"), where["authorize"], mail, where["endpoint"], reply(answer | {"scope": mail, "refresh_token": "0.A", "id_token": signed(issuer, tid=TENANT, email="a@example.com")}),
          {"refresh_token": "0.A", "quirks": [], "unrequested_scopes": []}, jwks=where["jwks"], keys=shared, body=False, sent={"prompt": "select_account"})


def social(suite):
    user = lambda url, answer, expect, **given: call("userinfo", expect, [get(url, answer, authorization="Bearer at")], token="at", **given)
    github = ("https://github.com/login/oauth/authorize", "read:user user:email", "https://github.com/login/oauth/access_token")
    profile = {"login": "ann", "id": 583231, "email": None}
    login(suite, "github", preset("github"), *github, reply({"access_token": "gho_x", "scope": "read:user,user:email", "token_type": "bearer"}),
          {"scopes": ["read:user", "user:email"], "expires_at": None, "quirks": ["scope_comma"]}, calls=[user("https://api.github.com/user", reply(profile), profile)])
    expiring = {"access_token": "ghu_x", "expires_in": 28800, "refresh_token": "ghr_x", "refresh_token_expires_in": 15897600, "scope": "", "token_type": "bearer"}
    login(suite, "github-app", preset("github"), *github, reply(expiring), {"scopes": [], "expires_at": NOW + 28800, "refresh_token": "ghr_x", "quirks": []})
    login(suite, "github-refusal", preset("github"), *github, reply({"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}), ("oauth.invalid_grant", {"oauth_error": "bad_verification_code"}))
    login(suite, "github-answers-with-its-issuer", preset("github"), *github, reply({"access_token": "gho_x", "scope": "", "token_type": "bearer"}), {"quirks": []}, callback=CALLBACK + "&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth")
    suite.client("F3-preset-github-with-an-answer-of-another", begin(), finish("callback.issuer_mismatch", callback=CALLBACK + "&iss=https%3A%2F%2Fidp.evil.example"), service_text=preset("github"))

    facebook = ("https://www.facebook.com/dialog/oauth", "public_profile,email", "https://graph.facebook.com/oauth/access_token")
    profile = {"id": "1020", "name": "Ann", "email": "a@example.com"}
    login(suite, "facebook", preset("facebook"), *facebook, reply({"access_token": "EAA", "token_type": "bearer", "expires_in": 5183944}, content_type="application/json; charset=UTF-8"),
          {"expires_at": NOW + 5183944, "scopes": ["public_profile", "email"], "quirks": []}, calls=[user("https://graph.facebook.com/me?fields=id,name,email", reply(profile), profile)])
    login(suite, "facebook-refusal", preset("facebook"), *facebook, reply({"error": {"message": "This authorization code has been used.", "type": "OAuthException", "code": 100, "fbtrace_id": "A"}}, 400),
          ("oauth.other", {"oauth_error": "OAuthException", "oauth_error_description": "This authorization code has been used."}))

    linkedin = ("https://www.linkedin.com/oauth/v2/authorization", "openid profile email", "https://www.linkedin.com/oauth/v2/accessToken")
    answer = {"access_token": "AQX", "expires_in": 5183999, "scope": "email,openid,profile", "token_type": "Bearer"}
    identity = signed("https://www.linkedin.com/oauth", nonce=..., email="a@example.com")
    jwks = "https://www.linkedin.com/oauth/openid/jwks"
    login(suite, "linkedin", preset("linkedin"), *linkedin, reply(answer | {"id_token": identity}), {"scopes": ["email", "openid", "profile"], "unrequested_scopes": [], "quirks": ["scope_comma", "no_nonce", "no_pkce"]}, jwks=jwks, pkce=False)
    bare = {k: v for k, v in answer.items() if k != "token_type"} | {"scope": "openid"}
    login(suite, "linkedin-without-type", preset("linkedin"), *linkedin, reply(bare | {"id_token": identity}), {"quirks": ["token_type_absent", "no_nonce", "no_pkce"]}, jwks=jwks, pkce=False)
    login(suite, "linkedin-with-a-foreign-nonce", preset("linkedin"), *linkedin, reply(answer | {"id_token": signed("https://www.linkedin.com/oauth", nonce="x")}), "token.nonce", jwks=jwks, pkce=False, row="C10")

    slack = ("https://slack.com/openid/connect/authorize", "openid profile email", "https://slack.com/api/openid.connect.token")
    identity = signed("https://slack.com", **{"https://slack.com/team_id": "T0"})
    profile = {"ok": True, "sub": "user-1", "email": "a@example.com"}
    login(suite, "slack", preset("slack"), *slack, reply({"ok": True, "access_token": "xoxp-1", "token_type": "Bearer", "id_token": identity}), {"expires_at": None, "extra": {"ok": True}, "quirks": []}, jwks="https://slack.com/openid/connect/keys",
          calls=[user("https://slack.com/api/openid.connect.userInfo", reply(profile), profile, subject="user-1")])
    login(suite, "slack-refusal", preset("slack"), *slack, reply({"ok": False, "error": "invalid_code"}), ("oauth.invalid_grant", {"oauth_error": "invalid_code"}))

    apple = ("https://appleid.apple.com/auth/authorize", "openid name email", "https://appleid.apple.com/auth/token")
    posted = {"state": STATE, "code": "c0de", "user": '{"name":{"firstName":"Ann"},"email":"a@example.com"}'}
    answer = {"access_token": "a0", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r0", "id_token": signed("https://appleid.apple.com", email="a@example.com", email_verified="true", nonce_supported=True)}
    login(suite, "apple", preset("apple"), *apple, reply(answer), {"refresh_token": "r0", "quirks": [], "id_token": {"claims": {"email": "a@example.com"}}}, jwks="https://appleid.apple.com/auth/keys", sent={"response_mode": "form_post"}, callback=posted,
          calls=[call("userinfo", "metadata.missing_endpoint", token="at")])
    # What the browser posts beside the code is nobody's word for who logged in.
    login(suite, "apple-with-a-token-in-the-browser", preset("apple"), *apple, reply(answer), {"quirks": []}, jwks="https://appleid.apple.com/auth/keys", sent={"response_mode": "form_post"}, callback=posted | {"user": "{"})


def hosted(suite):
    def openid(name, service, base, authorize, endpoint, jwks, issuer, answer=None, **more):
        answer = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 300, "scope": "openid profile email", "id_token": signed(issuer)} | (answer or {})
        login(suite, name, service, base + authorize, " ".join(OPENID), base + endpoint, reply(answer), {"quirks": [], "id_token": {"claims": {"sub": "user-1"}}}, jwks=base + jwks, body=False, **more)

    for name, base, options in (("gitlab", "https://gitlab.com", {}), ("gitlab-of-ones-own", "https://git.example.org/gitlab", {"base_url": "https://git.example.org/gitlab/"})):
        openid(name, preset("gitlab", **options), base, "/oauth/authorize", "/oauth/token", "/oauth/discovery/keys", base, {"created_at": NOW, "expires_in": 7200})
    base = "https://sso.example.org/realms/staff"
    openid("keycloak", preset("keycloak", base_url="https://sso.example.org", realm="staff"), base, *(f"/protocol/openid-connect/{part}" for part in ("auth", "token", "certs")), base,
           {"refresh_expires_in": 1800, "not-before-policy": 0, "session_state": "s"})
    openid("auth0", preset("auth0", domain="dev-1.eu.auth0.com"), "https://dev-1.eu.auth0.com", "/authorize", "/oauth/token", "/.well-known/jwks.json", "https://dev-1.eu.auth0.com/")
    for name, options, server in (("okta", {}, "default"), ("okta-with-its-server", {"realm": "aus1"}, "aus1")):
        base = f"https://dev-1.okta.com/oauth2/{server}"
        openid(name, preset("okta", domain="dev-1.okta.com", **options), base, "/v1/authorize", "/v1/token", "/v1/keys", base)
    openid("oidc", preset("oidc", base_url="https://id.example.org", overlay={"urlAuthorize": "https://id.example.org/a", "urlAccessToken": "https://id.example.org/t", "jwks_uri": "https://id.example.org/k"}),
           "https://id.example.org", "/a", "/t", "/k", "https://id.example.org")
    suite.client("E10-preset-oidc-without-endpoints", call("begin_authorization", "metadata.missing_endpoint", options={"scopes": []}), service_text=preset("oidc", base_url="https://id.example.org"))
    # issued_at is text, and expires_in is not there.
    for name, base, options in (("salesforce", "https://login.salesforce.com", {}), ("salesforce-my-domain", "https://acme.my.salesforce.com", {"base_url": "https://acme.my.salesforce.com"})):
        answer = {"access_token": "00D!", "signature": "s=", "scope": "openid profile email", "id_token": signed(base), "instance_url": "https://acme.my.salesforce.com", "id": f"{base}/id/00D/005", "token_type": "Bearer", "issued_at": "1699999999999"}
        login(suite, name, preset("salesforce", **options), f"{base}/services/oauth2/authorize", " ".join(OPENID), f"{base}/services/oauth2/token", reply(answer),
              {"expires_at": None, "extra": {"issued_at": "1699999999999", "instance_url": "https://acme.my.salesforce.com"}, "quirks": []}, jwks=f"{base}/id/keys", body=False)


def sites(suite):
    base, api = "https://erp.example.com", "https://erp.example.com/api/method/frappe.integrations.oauth2"

    def symmetric(secret, **claims):
        usual = {"iss": base, "sub": "7a9f", "aud": "abc", "iat": NOW, "exp": NOW + 3600, "nonce": NONCE, "name": "Ann", "email": "a@example.com", "roles": ["All"]}
        return token(usual | claims, {"alg": "HS256", "typ": "jwt"}, "HS256", secret.encode())

    answer = lambda identity: {"access_token": "fr4ppe", "expires_in": 3600, "token_type": "Bearer", "scope": "openid all", "refresh_token": "r3fresh", "id_token": identity}
    frappe = (preset("frappe", base_url=base), f"{api}.authorize", "openid all", f"{api}.get_token")
    profile = {"sub": None, "name": "Ann", "given_name": "Ann", "family_name": None, "email": "a@example.com", "picture": None, "roles": ["All"], "iss": base}
    asked = call("userinfo", profile, [get(f"{api}.openid_profile", reply(profile), authorization="Bearer at")], token="at")
    revoked = call("revoke", None, [post(f"{api}.revoke_token", {"token": "t"}, reply({"exc_type": "DoesNotExistError"}, 404), basic(secret="3f1c9a07de"))], token="t")
    short, long = "3f1c9a07de", "a secret that somebody made longer than Frappe does"
    login(suite, "frappe", *frappe, reply(answer(symmetric(short))), {"refresh_token": "r3fresh", "quirks": ["id_token_hs256", "short_secret"], "id_token": {"claims": {"roles": ["All"]}}}, secret=short, body=False, asked=["openid", "all"], calls=[asked, revoked])
    login(suite, "frappe-with-a-long-secret", *frappe, reply(answer(symmetric(long))), {"quirks": ["id_token_hs256"]}, secret=long, body=False, asked=["openid", "all"])
    login(suite, "frappe-of-another-secret", *frappe, reply(answer(symmetric(long))), "token.signature", secret=short, body=False, asked=["openid", "all"], row="B2")
    login(suite, "frappe-for-another-client", *frappe, reply(answer(symmetric(short, aud="other"))), "token.audience", secret=short, body=False, asked=["openid", "all"], row="B2")
    login(suite, "frappe-refusal", *frappe, reply({"error": "invalid_client"}, 400), "oauth.invalid_client", secret=short, body=False, asked=["openid", "all"])

    # Without scopes Frappe grants all of the client's. The ID token that then comes is verified with a secret, and left out unread without.
    named = {"access_token": "fr4ppe", "scope": "openid all", "token_type": "Bearer", "expires_in": 3600}
    unnamed = (preset("frappe", base_url=base), f"{api}.authorize", None, f"{api}.get_token")
    login(suite, "frappe-without-scopes", *unnamed, reply(answer(symmetric(short))), {"quirks": ["id_token_hs256", "short_secret"], "id_token": {"claims": {"sub": "7a9f"}}}, secret=short, body=False)
    form = {"grant_type": "authorization_code", "code": "c0de", "redirect_uri": REDIRECT, "code_verifier": VERIFIER, "client_id": "abc"}
    suite.client("B2-login-frappe-public-client", begin(), finish({"id_token": None, "quirks": ["unsolicited_id_token"]}, post(f"{api}.get_token", form, reply(named | {"id_token": symmetric(short)}), None)), service_text=preset("frappe", base_url=base), client_secret=...)
    suite.client("B2-login-frappe-public-client-asks-for-openid", call("begin_authorization", "config.algorithms", options={"scopes": ["openid"]}), service_text=preset("frappe", base_url=base), client_secret=...)

    site, plain = "https://site.example.org", ["content_author"]
    for name in ("drupal_simple_oauth", "farmos"):
        title = name.replace("_", "-")
        endpoint = f"{site}/oauth/token"
        answer = {"token_type": "Bearer", "expires_in": 300, "access_token": "ey.x.y", "refresh_token": "def5"}
        again = call("refresh", ("oauth.invalid_grant", {"oauth_error": "invalid_request"}), [post(endpoint, {"grant_type": "refresh_token", "refresh_token": "rt-0"}, reply({"error": "invalid_request", "error_description": "The refresh token is invalid.", "hint": "Token has been revoked", "message": "x"}, 401))], token="rt-0")
        # No scope in the reply, so what was asked for counts.
        login(suite, title, preset(name, base_url=site), f"{site}/oauth/authorize", "content_author", endpoint, reply(answer), {"scopes": plain, "unrequested_scopes": [], "quirks": []}, asked=plain, body=False, calls=[again])
        # The key set has one key, with neither id nor algorithm nor use, and tokens name none.
        identity = id_token({"alg": "RS256", "typ": "JWT"}, "rsa", "RS256", iss=site)
        login(suite, f"{title}-openid", preset(name, base_url=site), f"{site}/oauth/authorize", "openid", endpoint, reply(answer | {"id_token": identity}), {"quirks": []}, asked=["openid"], jwks=f"{site}/oauth/jwks", keys={"keys": [public("rsa")]}, body=False)
    bridge = "https://connect.civicrm.org/stripe-connect"
    login(suite, "civi-connect", preset("civi_connect", realm="stripe-connect"), f"{bridge}/authorize", "read_write", f"{bridge}/token", reply({"access_token": "sk_x", "token_type": "bearer", "scope": "read_write"}), {"quirks": []}, asked=["read_write"])
    # A provider file that does not speak of a separator is joined and split with commas, as CiviCRM does it.
    file = {"title": "x", "options": {"urlAuthorize": "https://idp.example.com/authorize", "urlAccessToken": "https://idp.example.com/token", "scopes": ["a", "b"], "responseModes": ["query", "web_message"]}}
    text = {"text": dumps(file), "options": TESTING}
    login(suite, "civicrm-file-without-separator", text, "https://idp.example.com/authorize", "a,b", "https://idp.example.com/token", reply({"access_token": "x", "token_type": "Bearer", "scope": "a,b"}), {"scopes": ["a", "b"], "quirks": ["scope_comma"]})
    form = {"grant_type": "client_credentials", "scope": "a,b", "client_id": "abc", "client_secret": "s3cret"}
    suite.client("E10-preset-civicrm-file-client-credentials", call("client_credentials", {"scopes": ["a", "b"], "quirks": []}, [post("https://idp.example.com/token", form, reply({"access_token": "x", "token_type": "Bearer"}), None)]), service_text=text)
