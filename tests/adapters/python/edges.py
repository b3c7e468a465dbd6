"""The operations about redirect URIs and mail."""

from ferroauth import RedirectUri, sasl

from objects import text


def classify_redirect_uri(given):
    made = RedirectUri.classify(text(given["url"]))
    assert all(len(reason["text"]) > 10 for reason in made.reasons)
    assert made.accepted != any(reason["refuses"] for reason in made.reasons)
    names = ("url", "kind", "accepted", "scheme", "host", "port", "civi_warning")
    return {name: getattr(made, name) for name in names} | {"codes": [reason["code"] for reason in made.reasons]}


def respond(given):
    user, token = given.get("user"), text(given["access_token"])
    if given["mechanism"] == "XOAUTH2":
        made = sasl.xoauth2(user, token)
    else:
        made = sasl.oauthbearer(user, token, host=given.get("host"), port=given.get("port"))
    assert made.text not in repr(made) and made() == made.text
    return {name: getattr(made, name) for name in ("mechanism", "text", "encoded", "error_answer")}


def read_challenge(given):
    made = sasl.challenge(text(given["challenge"]))
    return {"status": made.status, "schemes": list(made.schemes), "scopes": list(made.scopes), "hint": made.hint,
            "openid_configuration": made.openid_configuration, "error": made.error.code}


OPERATIONS = {"classify_redirect_uri": classify_redirect_uri, "sasl": respond, "sasl_challenge": read_challenge}
