//! Threat B2: no spelling of an asymmetric key becomes an HMAC secret, and every ordinary secret does.

use super::{EC, ED, RSA, key};
use crate::error::ErrorCode;
use crate::jose::{Key, base64url};
use crate::random::Random;

fn standard(bytes: &[u8]) -> String {
    let mut text = base64url::encode(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    text.encode_utf16().flat_map(unit).collect()
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64url::decode(body.replace('+', "-").replace('/', "_").trim_end_matches('=')).unwrap()
}

fn wire(parts: &[&[u8]]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| [&u32::try_from(part.len()).unwrap().to_be_bytes(), *part].concat())
        .collect()
}

/// One element of DER with a short or two-byte length.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

/// The PEM and DER forms of a key, and what a person might paste in their place.
fn spellings(jwk: &str) -> Vec<(&'static str, Vec<u8>)> {
    let key = key(jwk);
    let pem = key.public_pem().unwrap();
    let private = key.private_pem().unwrap().expose().to_owned();
    let public = der(&pem);
    let public_jwk = key.public_jwk().unwrap();
    let hex: String = public.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    // Name, validity and serial number do not matter to the guard; the structure does.
    let certificate =
        tlv(0x30, &[tlv(0x30, &[tlv(2, &[1]), public.clone()].concat()), tlv(3, &[0, 1])].concat());
    let text = |text: String| text.into_bytes();
    vec![
        ("pem", text(pem.clone())),
        ("pem without last line break", text(pem.trim_end().into())),
        ("pem, crlf", text(pem.replace('\n', "\r\n"))),
        ("pem, cr", text(pem.replace('\n', "\r"))),
        ("pem, one line", text(pem.replace('\n', ""))),
        ("pem, escaped line breaks", text(pem.replace('\n', "\\n"))),
        ("pem, space before", text(format!("  \n\t{pem}"))),
        ("pem, mark before", [b"\xef\xbb\xbf", pem.as_bytes()].concat()),
        ("pem, text before", text(format!("Bag Attributes: <No Attributes>\nsubject=x\n{pem}"))),
        ("pem, comment before", text(format!("# key of the provider\n{pem}"))),
        ("pem, nul before", text(format!("\0{pem}"))),
        ("pem, lower case", text(pem.replace("BEGIN PUBLIC", "begin public"))),
        ("pem, other label", text(pem.replace("PUBLIC KEY", "TRUSTED CERTIFICATE"))),
        ("pem, pkcs1 label", text(pem.replace("PUBLIC KEY", "RSA PUBLIC KEY"))),
        ("pem in quotes", text(format!("\"{}\"", pem.replace('\n', "\\n")))),
        ("pem in utf-16le", utf16(&pem, true)),
        ("pem in utf-16be", utf16(&pem, false)),
        ("pem in utf-16le with mark", utf16(&format!("\u{feff}{pem}"), true)),
        ("private pem", text(private.clone())),
        ("private der", der(&private)),
        ("base64 of pem", text(standard(pem.as_bytes()))),
        ("base64url of pem", text(base64url::encode(pem.as_bytes()))),
        ("base64 of base64 of pem", text(standard(standard(pem.as_bytes()).as_bytes()))),
        ("body of pem", text(body.clone())),
        ("body of pem, one line", text(body.replace('\n', ""))),
        ("body of pem with text before", text(format!("key: {body}"))),
        ("der", public.clone()),
        ("der, line break after", [&public[..], b"\n"].concat()),
        ("der, text before", [b"key=", &public[..]].concat()),
        ("base64 of der", text(standard(&public))),
        ("base64url of der", text(base64url::encode(&public))),
        ("hex of der", text(hex.clone())),
        ("hex of der, upper case", text(hex.to_uppercase())),
        ("jwk", text(public_jwk.clone())),
        ("jwk, space before", text(format!("\n {public_jwk}"))),
        ("jwk, mark before", [b"\xef\xbb\xbf", public_jwk.as_bytes()].concat()),
        ("private jwk", text(jwk.into())),
        ("jwk set", text(format!("{{\"keys\":[{public_jwk}]}}"))),
        ("array of jwk", text(format!("[{public_jwk}]"))),
        ("array of pem", text(format!("[{pem:?}]"))),
        ("array of bytes", text(format!("{public:?}"))),
        ("jwk with text before", text(format!("JWK={public_jwk}"))),
        ("jwk in quotes", text(format!("{public_jwk:?}"))),
        ("base64 of jwk", text(standard(public_jwk.as_bytes()))),
        ("base64url of jwk set", text(base64url::encode(format!("{{\"keys\":[{public_jwk}]}}").as_bytes()))),
        ("certificate", certificate.clone()),
        ("base64 of certificate, as in x5c", text(standard(&certificate))),
        (
            "certificate in pem",
            text(format!(
                "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----",
                standard(&certificate)
            )),
        ),
    ]
}

fn refused(secret: &[u8]) -> bool {
    matches!(Key::hmac(secret), Err(error) if error.code() == ErrorCode::KeyAsymmetricAsSecret)
}

#[test]
fn no_spelling_of_an_asymmetric_key_is_a_secret() {
    for jwk in [RSA, EC, ED] {
        let kind = jwk.get(..20).unwrap();
        for (name, secret) in spellings(jwk) {
            assert!(refused(&secret), "{name} of {kind}");
            let jwk = format!("{{\"kty\":\"oct\",\"k\":\"{}\"}}", base64url::encode(&secret));
            assert_eq!(
                Key::from_jwk(&jwk).unwrap_err().code(),
                ErrorCode::KeyAsymmetricAsSecret,
                "{name} of {kind} inside a JWK"
            );
        }
    }
}

#[test]
fn no_ssh_or_xml_key_is_a_secret() {
    let ed = wire(&[b"ssh-ed25519", &[7; 32]]);
    let rsa = wire(&[b"ssh-rsa", &[1, 0, 1], &[9; 257]]);
    let ec = wire(&[b"ecdsa-sha2-nistp256", b"nistp256", &[4; 65]]);
    for (kind, blob) in [("ssh-ed25519", &ed), ("ssh-rsa", &rsa), ("ecdsa-sha2-nistp256", &ec)] {
        let line = format!("{kind} {} user@host", standard(blob));
        for text in [
            line.clone(),
            format!("command=\"x\",no-pty {line}"),
            format!("# mine\n{line}\n"),
            format!("\u{feff}{line}"),
            format!("host.example {line}"),
            standard(blob),
            standard(line.as_bytes()),
            format!("---- BEGIN SSH2 PUBLIC KEY ----\n{}\n---- END SSH2 PUBLIC KEY ----", standard(blob)),
            format!("PuTTY-User-Key-File-3: {kind}\n{}", standard(blob)),
            format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}", standard(b"openssh-key-v1\0none")),
        ] {
            assert!(refused(text.as_bytes()), "{text}");
        }
        assert!(refused(blob), "{kind} as bytes");
    }
    assert!(refused(b"<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>"));
}

#[test]
fn a_bare_curve_point_and_a_pkcs1_key_are_not_secrets() {
    let point = |jwk: &str| {
        let value: serde_json::Value = serde_json::from_str(jwk).unwrap();
        let bytes = |name: &str| base64url::decode(value[name].as_str().unwrap()).unwrap();
        [vec![4], bytes("x"), bytes("y")].concat()
    };
    assert!(refused(&point(EC)));
    assert!(refused(standard(&point(EC)).as_bytes()));
    let pkcs1 = tlv(0x30, &[tlv(2, &[0x11; 256]), vec![2, 3, 1, 0, 1]].concat());
    assert!(refused(&pkcs1) && refused(standard(&pkcs1).as_bytes()));
}

#[test]
fn ordinary_secrets_are_taken() {
    for text in [
        "0123456789abcdef0123456789abcdef",
        "correct horse battery staple, and then some more words",
        "{not json at all, but a passphrase that begins oddly}",
        "[brackets are fine in a passphrase too",
        "my-ssh-like-secret-that-is-no-key-000000",
        "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        assert!(Key::hmac(text.as_bytes()).is_ok(), "{text}");
    }
    assert!(Key::hmac(&[0; 32]).is_ok() && Key::hmac(&[0xff; 64]).is_ok() && Key::hmac(&[0x30; 64]).is_ok());
    let random = Random::seeded(b"ordinary secrets");
    let mut bytes = [0_u8; 130];
    for round in 0..3000 {
        random.fill(&mut bytes).unwrap();
        let secret = &bytes[..16 + round % 114];
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(Key::hmac(secret).is_ok(), "{secret:?}");
        assert!(Key::hmac(standard(secret).as_bytes()).is_ok(), "{secret:?}");
        assert!(Key::hmac(base64url::encode(secret).as_bytes()).is_ok(), "{secret:?}");
        assert!(Key::hmac(hex.as_bytes()).is_ok(), "{secret:?}");
    }
}

#[test]
fn an_empty_secret_is_no_key() {
    assert_eq!(Key::hmac(b"").unwrap_err().code(), ErrorCode::KeyEmpty);
    assert_eq!(Key::from_jwk(r#"{"kty":"oct","k":""}"#).unwrap_err().code(), ErrorCode::KeyEmpty);
}
