"""What every host must show: the rows of the demo's table, in order. A host that skips one has failed it."""

from __future__ import annotations

HOSTS = ("python", "node", "php")

LOGIN = {
    "discovery": "discover the provider",
    "pkce": "make a PKCE pair (S256)",
    "authorization": "authorization at the browser",
    "callback": "callback, pending one unsealed",
    "exchange": "exchange the code",
    "id_token": "ID token verified by JWK set",
    "api_token": "JWT access token verified",
    "introspect": "introspect the access token",
    "userinfo": "userinfo",
    "refresh": "refresh",
    "revoke": "revoke",
    "inactive": "introspect again",
    "post": "client_secret_post, ES256",
    "public": "public client, EdDSA",
    "pss": "client_secret_basic, PS256",
    "own_transport": "the host carries the traffic",
    "wrong_state": "a callback of somebody else",
    "forged": "a forged ID token",
}
SIGN = {"sign": "sign HS256 RS256 ES256 EdDSA"}
VERIFY = {f"from_{host}": f"verify what {host} signed" for host in HOSTS}
EXAMPLES = {"example_login": "example: log in, call the API", "example_driver": "example: own HTTP client"}

ROWS = {**LOGIN, **SIGN, **VERIFY, **EXAMPLES}
