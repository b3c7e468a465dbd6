//! The operations about signatures over bytes.

use super::Outcome;
use super::objects::{self, bytes, parsed, text};
use ferroauth::Result;
use ferroauth::host::{JwsVerifier, Signer, VerifiedJws, signatures_json};
use ferroauth::jose::base64url;
use serde_json::{Value, json};

fn verifier(given: &Value) -> Result<JwsVerifier> {
    let config = json!({"algorithms": given["algorithms"]});
    JwsVerifier::new(&config.to_string(), objects::verifier_keys(&given["keys"])?)
}

fn value(verified: &VerifiedJws) -> Value {
    json!({"payload": base64url::encode(verified.payload()), "signatures": parsed(&signatures_json(verified))})
}

/// Verifies `jws` in the compact form or `json` in one of the others; `payload` if it is detached.
pub(crate) fn verify(given: &Value) -> Outcome {
    let verifier = verifier(given)?;
    let payload = given.get("payload").map(bytes);
    let verified = match given.get("json") {
        Some(json) => verifier.verify_json(&text(json), payload.as_deref())?,
        None => verifier.verify(&text(&given["jws"]), payload.as_deref())?,
    };
    Ok(value(&verified))
}

/// Signs in the form that the case names, and verifies what came of it.
pub(crate) fn sign(given: &Value) -> Outcome {
    let signers =
        given["signers"].as_array().expect("signers").iter().map(signer).collect::<Result<Vec<_>>>()?;
    let payload = bytes(&given["payload"]);
    let options = given["options"].to_string();
    let check = verifier(&given["verify"])?;
    let detached = given["options"]["detached"] == true || given["form"] == "detached";
    let outside = detached.then_some(payload.as_slice());
    let compact = |jws: String| Ok(json!({"verified": value(&check.verify(&jws, outside)?), "jws": jws}));
    let json = |jws: String| {
        Ok(json!({"verified": value(&check.verify_json(&jws, outside)?), "json": parsed(&jws)}))
    };
    match given["form"].as_str().expect("a form") {
        "compact" => compact(signers[0].sign_bytes(&payload)?),
        "detached" => {
            let encode = given["options"]["encode_payload"].as_bool().unwrap_or(true);
            compact(signers[0].sign_detached(&payload, encode)?)
        }
        "flattened" => json(signers[0].sign_json(&payload, &options)?),
        _ => json(Signer::sign_general_json(&signers, &payload, &options)?),
    }
}

fn signer(given: &Value) -> Result<Signer> {
    Signer::new(objects::key(&given["key"])?, &given["config"].to_string())
}
