//! Making DPoP proofs (RFC 9449 section 4.2).

use super::dpop::request_target;
use super::{Algorithm, Key, base64url};
use crate::crypto;
use crate::error::{Error, ErrorCode, Result};

/// Makes proofs of the possession of one key. Its header, which carries the public key, is made once.
#[derive(Clone, Debug)]
pub struct DpopSigner {
    key: Key,
    algorithm: Algorithm,
    /// Encoded, with its dot.
    header: String,
    thumbprint: String,
}

/// The request that a proof is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct DpopSubject<'a> {
    /// The method, as it is sent.
    pub method: &'a str,
    /// The absolute URL; query and fragment are left out of the proof.
    pub url: &'a str,
    /// The access token that the request carries, if it carries one.
    pub access_token: Option<&'a str>,
    /// The nonce that this server handed out last.
    pub nonce: Option<&'a str>,
}

impl DpopSigner {
    /// A signer for a private key. `announced` is what the server says that it accepts: the first that the key can do is
    /// used, unless the key is bound to one; a server that says nothing gets the usual algorithm of the key's kind.
    ///
    /// # Errors
    /// `config.dpop` for a secret, a public key, or a key of which the server accepts no algorithm.
    pub fn new(key: Key, announced: Option<&[String]>) -> Result<Self> {
        let refuse = |detail| Error::with(ErrorCode::ConfigDpop, detail);
        if key.is_symmetric() || !key.is_private() {
            return Err(refuse("a DPoP key is a private key"));
        }
        let mut able =
            Algorithm::asymmetric().into_iter().filter(|algorithm| key.check_sign(*algorithm).is_ok());
        let algorithm = match announced {
            Some(names) => {
                able.find(|algorithm| names.iter().any(|name| Algorithm::parse(name) == Some(*algorithm)))
            }
            None => able.next(),
        };
        let algorithm = algorithm.ok_or_else(|| refuse("the provider accepts no algorithm of the key"))?;
        let header =
            format!(r#"{{"typ":"dpop+jwt","alg":"{algorithm}","jwk":{}}}"#, key.required_public_jwk()?);
        let mut header = base64url::encode(header.as_bytes());
        header.push('.');
        Ok(Self { thumbprint: key.thumbprint()?, key, algorithm, header })
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The RFC 7638 thumbprint of the key: `dpop_jkt` of an authorization request, `cnf.jkt` of a token.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// A proof for one request. `id` must never repeat; `now` is in seconds since the epoch.
    ///
    /// # Errors
    /// `config.url` for a URL that is none, has user information, or is neither https nor http; `config.dpop` for a method
    /// that is no token.
    pub fn proof(&self, subject: &DpopSubject<'_>, id: &str, now: i64) -> Result<String> {
        let target = request_target(subject.url)
            .ok_or_else(|| Error::with(ErrorCode::ConfigUrl, "the URL of the request"))?;
        let method = subject.method;
        if method.is_empty() || method.len() > 32 || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(Error::with(ErrorCode::ConfigDpop, "the method of the request"));
        }
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let (id, target) = (text(id), text(&target));
        let mut claims = format!(r#"{{"jti":{id},"htm":"{method}","htu":{target},"iat":{now}"#);
        if let Some(token) = subject.access_token {
            let hash = base64url::encode(&crypto::sha256(token.as_bytes()));
            claims.push_str(&format!(r#","ath":"{hash}""#));
        }
        if let Some(nonce) = subject.nonce {
            claims.push_str(&format!(r#","nonce":{}"#, text(nonce)));
        }
        claims.push('}');
        let mut proof = self.header.clone();
        base64url::encode_into(claims.as_bytes(), &mut proof);
        let signature = self.key.sign(self.algorithm, proof.as_bytes())?;
        proof.push('.');
        base64url::encode_into(&signature, &mut proof);
        Ok(proof)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DpopRequest, DpopVerifier};
    use super::*;

    const NOW: i64 = 1_700_000_000;

    #[test]
    fn every_proof_passes_the_verifier_and_belongs_to_one_request() {
        for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
            let signer = DpopSigner::new(Key::generate(algorithm).unwrap(), None).unwrap();
            let subject = DpopSubject {
                method: "POST",
                url: "https://API.example.com:443/a?b=c#d",
                access_token: Some("at"),
                nonce: Some("n\"1"),
            };
            let proof = signer.proof(&subject, "id", NOW).unwrap();
            let verifier = DpopVerifier::new([algorithm], 60, 0).unwrap();
            let wanted = DpopRequest {
                method: "POST",
                url: "https://api.example.com/a?other",
                access_token: Some("at"),
                nonce: Some("n\"1"),
                thumbprint: Some(signer.thumbprint()),
            };
            let verified = verifier.verify(&proof, &wanted, NOW).unwrap().verified;
            assert_eq!(verified.claim_str("htu").unwrap(), "https://api.example.com/a");
            assert!(!verified.header_json.contains("\"d\""), "the private part");
            for other in [
                DpopRequest { method: "GET", ..wanted },
                DpopRequest { url: "https://api.example.com/b", ..wanted },
                DpopRequest { access_token: Some("other"), ..wanted },
                DpopRequest { nonce: Some("n2"), ..wanted },
            ] {
                assert!(verifier.verify(&proof, &other, NOW).is_err(), "{other:?}");
            }
        }
    }

    #[test]
    fn the_key_and_the_servers_list_decide_the_algorithm() {
        let key = Key::generate(Algorithm::ES256).unwrap();
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(DpopSigner::new(key.clone(), Some(&list(&["RS256", "ES256", "odd"]))).is_ok());
        for (key, announced) in [
            (key.clone(), Some(list(&["RS256"]))),
            (key.clone(), Some(Vec::new())),
            (key.public_half().unwrap(), None),
            (Key::hmac(&[7; 32]).unwrap(), None),
        ] {
            let refused = DpopSigner::new(key, announced.as_deref()).unwrap_err();
            assert_eq!(refused.code(), ErrorCode::ConfigDpop);
        }
    }

    #[test]
    fn a_url_with_credentials_gets_no_proof() {
        let signer = DpopSigner::new(Key::generate(Algorithm::ES256).unwrap(), None).unwrap();
        for url in ["https://u:p@api.example.com/", "/path", "ftp://api.example.com/", "https://a b/"] {
            let subject = DpopSubject { method: "GET", url, ..DpopSubject::default() };
            assert_eq!(signer.proof(&subject, "id", NOW).unwrap_err().code(), ErrorCode::ConfigUrl, "{url}");
        }
        for method in ["", "GET\"", "G ET"] {
            let subject = DpopSubject { method, url: "https://api.example.com/", ..DpopSubject::default() };
            assert_eq!(signer.proof(&subject, "id", NOW).unwrap_err().code(), ErrorCode::ConfigDpop);
        }
    }
}
