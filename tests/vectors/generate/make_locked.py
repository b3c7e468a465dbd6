"""Makes `locked.json`: test keys under a passphrase, as the program `openssl` (3.0 or newer) writes them.

Run once, by hand, and stored beside this file for the same reason as `keys.json`: every run draws another salt. The keys are those of
`keys.json`; neither they nor the passphrase protect anything.
"""

import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
PASSPHRASE = "correct horse \u00e9"
PBES2 = {
    "aes-256-sha-256": ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"], "aes-256-sha-1": ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"],
    "aes-256-sha-384": ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"], "aes-256-sha-512": ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
    "aes-128-sha-256": ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA256"], "aes-192-sha-256": ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA256"],
    "one-iteration": ["-v2", "aes-256-cbc", "-iter", "1"], "a-hundred-thousand-iterations": ["-v2", "aes-256-cbc", "-iter", "100000"],
}
OTHERS = {
    "scrypt": ["-scrypt"], "triple-des": ["-v2", "des3"], "camellia": ["-v2", "camellia-256-cbc"], "aes-ofb": ["-v2", "aes-256-ofb"],
    "sha-224": ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA224"], "pkcs12-triple-des": ["-v1", "PBE-SHA1-3DES"],
}


def openssl(*arguments, data):
    run = ["openssl", *arguments, "-passout", f"pass:{PASSPHRASE}"]
    return subprocess.run(run, input=data, check=True, capture_output=True, text=True).stdout


def main():
    keys = json.loads((HERE / "keys.json").read_text())
    out = {"passphrase": PASSPHRASE, "read": {}, "refused": {}}
    for name in ("rsa", "p256", "p384", "p521", "ed25519"):
        out["read"][name] = openssl("pkcs8", "-topk8", data=keys[name]["pem"]["pkcs8"])
    for name, options in PBES2.items():
        out["read"][f"p256-{name}"] = openssl("pkcs8", "-topk8", *options, data=keys["p256"]["pem"]["pkcs8"])
    out["encryption"] = {"x25519": openssl("pkcs8", "-topk8", data=keys["x25519"]["pem"]["pkcs8"])}
    for name, options in OTHERS.items():
        out["refused"][name] = openssl("pkcs8", "-topk8", *options, data=keys["p256"]["pem"]["pkcs8"])
    out["legacy"] = {
        "rsa": openssl("rsa", "-aes256", "-traditional", data=keys["rsa"]["pem"]["pkcs8"]),
        "p256": openssl("ec", "-aes128", data=keys["p256"]["pem"]["sec1_private"]),
    }
    (HERE / "locked.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
