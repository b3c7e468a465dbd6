"""Challenges: RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9470, threat F17."""

from encoding import Suite, repeat


def challenge(scheme, parameters=None, token68=None, options=None):
    parameters = parameters or {}
    return {"scheme": scheme, "token68": token68, "parameters": parameters, "error": parameters.get("error"), "options": options or {}}


def build():
    suite = Suite("Challenges of WWW-Authenticate fields: RFC 9110 section 11.6.1, RFC 9470.")

    def good(name, fields, *expected):
        suite.case(f"F17-{name}", "parse_challenges", {"fields": [fields] if isinstance(fields, (str, dict)) else fields}, {"challenges": list(expected)})

    def bad(name, *fields):
        suite.case(f"F17-{name}", "parse_challenges", {"fields": list(fields)}, "oauth.challenge")

    rfc = challenge("Newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'})
    good("the-example-of-rfc-9110", 'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""', challenge("Basic", {"realm": "simple"}), rfc)
    good("several-fields", ["Negotiate", "", 'Bearer realm="x"', "NTLM"], challenge("Negotiate"), challenge("Bearer", {"realm": "x"}), challenge("NTLM"))
    good("nothing", [])
    good("empty-elements", ' , ,Bearer realm="x" ,, , scope=a ,', challenge("Bearer", {"realm": "x", "scope": "a"}))
    good("token68", "Negotiate oRQwEqADCgEBoQsGCSqGSIb3EgECAg==, NTLM a/b+c-d._~", challenge("Negotiate", token68="oRQwEqADCgEBoQsGCSqGSIb3EgECAg=="), challenge("NTLM", token68="a/b+c-d._~"))
    good("spaces-around-the-sign", 'Bearer realm \t = \t "x"', challenge("Bearer", {"realm": "x"}))
    good("names-in-any-case", 'bEARER ERROR="invalid_token"', challenge("bEARER", {"error": "invalid_token"}))
    good("a-challenge-inside-a-quoted-text", 'Bearer realm="a, DPoP error=\\"invalid_token\\"", scope="b"', challenge("Bearer", {"realm": 'a, DPoP error="invalid_token"', "scope": "b"}))
    good("a-scheme-that-looks-like-a-parameter", "Bearer realm=x, error", challenge("Bearer", {"realm": "x"}), challenge("error"))
    good("a-parameter-without-space-behind-a-scheme", "Bearer a=b,c=d,Basic e=f", challenge("Bearer", {"a": "b", "c": "d"}), challenge("Basic", {"e": "f"}))
    good("the-error-of-another-scheme", 'Digest error="insufficient_user_authentication", max_age=x', challenge("Digest", {"error": "insufficient_user_authentication", "max_age": "x"}))
    good("odd-names", 'Bearer __proto__="a", constructor="b", 0="c"', challenge("Bearer", {"__proto__": "a", "constructor": "b", "0": "c"}))
    good("text-outside-of-ascii", 'Basic realm="Höfe"', challenge("Basic", {"realm": "Höfe"}))
    metadata = {"error": "invalid_token", "resource_metadata": "https://api.example.com/.well-known/oauth-protected-resource"}
    good("where-the-resource-describes-itself", f'Bearer error="invalid_token", resource_metadata="{metadata["resource_metadata"]}"', challenge("Bearer", metadata))

    def step_up(name, text, options, scheme="Bearer"):
        parameters = dict(part.split("=", 1) for part in text.split("; "))
        field = f"{scheme} " + ", ".join(f'{k}="{v}"' for k, v in parameters.items())
        good(name, field, challenge(scheme, parameters, options=options))

    again = "error=insufficient_user_authentication"
    step_up("step-up-acr", f"{again}; acr_values=mfa  phr", {"acr_values": ["mfa", "phr"]})
    step_up("step-up-age", f"{again}; max_age=5", {"max_age": 5})
    step_up("step-up-now", f"{again}; max_age=0; acr_values=mfa; scope=a b", {"max_age": 0, "acr_values": ["mfa"], "scopes": ["a", "b"]})
    step_up("step-up-dpop", f"{again}; max_age=60", {"max_age": 60}, "DPoP")
    step_up("step-up-says-nothing", again, {})
    step_up("more-scope", "error=insufficient_scope; scope=read write", {"scopes": ["read", "write"]})
    step_up("more-scope-has-no-age", "error=insufficient_scope; max_age=5", {})
    step_up("another-error", "error=invalid_token; scope=read; max_age=5", {})

    for name, field in {
        "no-scheme": '="x"', "bare-value": 'Bearer "x"', "open-quote": 'Bearer realm="x', "escaped-end": 'Bearer realm="x\\"', "no-comma": 'Bearer realm="x" error="y"',
        "text-behind-a-quote": 'Bearer realm="x"y', "no-value": "Bearer realm=, a=b", "two-signs": "Bearer a==b", "repeated": 'Bearer error="a", error="b"',
        "repeated-in-other-case": 'Bearer error="a", ERROR="b"', "control": 'Bearer realm="a\x01b"', "line-break": 'Bearer realm="a\r\nb"', "escaped-control": 'Bearer realm="a\\\x00"',
        "semicolon": "Bearer realm=x; a=b", "token68-and-more": "Negotiate abc def", "parameter-first": "realm=x", "odd-scheme": "Bea(rer realm=x", "non-ascii-scheme": "Béarer",
        "non-ascii-token": "Bearer realm=é", "tab-behind-the-scheme": "Bearer\trealm=x", "control-behind-the-scheme": "Bearer\x0brealm=x",
        "age-text": 'Bearer error="insufficient_user_authentication", max_age="soon"', "age-negative": 'Bearer error="insufficient_user_authentication", max_age="-5"',
        "age-fraction": 'Bearer error="insufficient_user_authentication", max_age="5.5"', "age-sign": 'Bearer error="insufficient_user_authentication", max_age="+5"',
        "age-huge": 'Bearer error="insufficient_user_authentication", max_age="99999999999"', "age-empty": 'Bearer error="insufficient_user_authentication", max_age=""',
        "scope-quote": 'Bearer error="insufficient_scope", scope="a\\"b"', "scope-non-ascii": 'Bearer error="insufficient_scope", scope="é"',
    }.items():
        bad(name, field)
    bad("large", {"concat": ['Bearer realm="', repeat("a", 17_000), '"']})
    bad("large-in-parts", *[{"concat": ['Bearer realm="', repeat("a", 6_000), '"']}] * 3)
    bad("many-challenges", {"concat": [repeat("A, ", 33), "A"]})
    bad("many-parameters", "Bearer " + ", ".join(f"p{n}=1" for n in range(33)))
    bad("megabyte-of-commas", repeat(",", 1_000_000))
    bad("second-field-broken", 'Bearer realm="x"', 'Bearer realm="')
    return suite
