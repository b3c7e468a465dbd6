//! Encryption: the examples of RFC 7516 appendix A, RFC 7518 appendix C, RFC 7517 appendix C and RFC 8037 A.6.

use crate::error::ErrorCode;
use crate::jose::jwe::{
    ContentEncryption, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, KeyManagement,
};
use crate::jose::{EncryptionKey, base64url};
use crate::random::Random;

pub(super) const A1_KEY: &str = concat!(
    r#"{"kty":"RSA","alg":"RSA-OAEP","n":"oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds"#,
    r#"2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0v"#,
    r#"EhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQueGC-FC"#,
    r#"Mfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw","e":"AQAB","d":"kLdtI"#,
    r#"j6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV8n9"#,
    r#"Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIy"#,
    r#"h8Ripy40p24moOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL"#,
    r#"6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ","p":"1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaR"#,
    r#"Q-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI2_1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUb"#,
    r#"TrjjgieRbwC6Cl0","q":"wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa"#,
    r#"9XGrGnDew00J28cRUoeBB_jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc","dp":"#,
    r#""ZK-YwE7diUh0qR1tR7w8WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1dKiRTjVw_x4Nyq"#,
    r#"yXPM5nULPkcpU827rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd_zVpAmZZq60WPMBMfKcuE","dq":"Dq0gfgJ1DdFGXiLvQEZn"#,
    r#"uKEN0UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3FeiL19rk8g6Qn29Tt0cj8qqyFpz9vNDBUfCAi"#,
    r#"JVeESOjJDZPYHdHY8v1b-o-Z2X5tvLx-TCekf7oxyeKDUqKWjis","qi":"VIMpMYbPf47dT1w_zDUXfPimsSegnMOA1zTaX7aGk"#,
    r#"_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdy"#,
    r#"bVzxyjz9JF_XyaY14ardLSjf4L_FNY"}"#,
);
const A1: &str = concat!(
    r#"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckC"#,
    r#"L9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da1"#,
    r#"4B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0"#,
    r#"je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6U"#,
    r#"S04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZ"#,
    r#"odetZdvTiFvSkQ"#,
);

const A3_KEY: &str = r#"{"kty":"oct","alg":"A128KW","kid":"7","k":"GawgguFyGrWKav7AX4VKUg"}"#;
const A3: &str = concat!(
    "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.",
    "6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.",
    "AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ",
);
const A3_CEK: [u8; 32] = [
    4, 211, 31, 197, 84, 157, 252, 254, 11, 100, 157, 250, 63, 170, 106, 206, 107, 124, 212, 45, 111, 107, 9,
    219, 200, 177, 0, 240, 143, 156, 44, 207,
];
/// The first recipient's key travels under RSA1_5, which is passed over.
const A4: &str = concat!(
    r#"{"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","#,
    r#""unprotected":{"jku":"https://server.example.com/keys.jwks"},"#,
    r#""recipients":[{"header":{"alg":"RSA1_5","kid":"2011-04-29"},"encrypted_key":"UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1G"},"#,
    r#"{"header":{"alg":"A128KW","kid":"7"},"encrypted_key":"6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ"}],"#,
    r#""iv":"AxY8DCtDaGlsbGljb3RoZQ","ciphertext":"KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY","#,
    r#""tag":"Mz-VPPyU4RlcuYv1IwIvzw"}"#,
);
const A5: &str = concat!(
    r#"{"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","unprotected":{"jku":"https://server.example.com/keys.jwks"},"#,
    r#""header":{"alg":"A128KW","kid":"7"},"encrypted_key":"6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ","#,
    r#""iv":"AxY8DCtDaGlsbGljb3RoZQ","ciphertext":"KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY","#,
    r#""tag":"Mz-VPPyU4RlcuYv1IwIvzw"}"#,
);

fn decrypter(keys: Vec<EncryptionKey>) -> Decrypter {
    let options = DecrypterOptions {
        encryptions: Some(ContentEncryption::ALL.to_vec()),
        pbes2_max_iterations: Some(DecrypterOptions::PBES2_MAX_ITERATIONS),
        ..DecrypterOptions::default()
    };
    Decrypter::new(keys, options).unwrap()
}

fn scripted(draws: &[&[u8]]) -> EncrypterOptions {
    EncrypterOptions { random: Random::scripted(&draws.concat()), ..EncrypterOptions::default() }
}

fn has(name: &str) -> bool {
    name.parse::<KeyManagement>().is_ok()
}

#[test]
fn the_examples_of_rfc_7516_decrypt() {
    if !has("RSA-OAEP") {
        return;
    }
    let a1 = decrypter(vec![EncryptionKey::from_jwk(A1_KEY, None).unwrap()]).decrypt(A1).unwrap();
    assert_eq!(a1.plaintext(), b"The true sign of intelligence is not knowledge but imagination.");
    let a3 = decrypter(vec![EncryptionKey::from_jwk(A3_KEY, None).unwrap()]);
    assert_eq!(a3.decrypt(A3).unwrap().plaintext(), b"Live long and prosper.");
    for text in [A4, A5] {
        let decrypted = a3.decrypt_json(text).unwrap();
        assert_eq!(decrypted.plaintext(), b"Live long and prosper.");
        assert_eq!(decrypted.header_json, r#"{"enc":"A128CBC-HS256"}"#);
        let unprotected = r#"{"jku":"https://server.example.com/keys.jwks","alg":"A128KW","kid":"7"}"#;
        assert_eq!(decrypted.unprotected_json.unwrap(), unprotected);
    }
}

#[test]
fn the_example_with_rsa1_5_is_refused() {
    let header = base64url::encode(br#"{"alg":"RSA1_5","enc":"A128CBC-HS256"}"#);
    let token = A3.replacen("eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0", &header, 1);
    let key = EncryptionKey::generate("A256GCMKW", None).unwrap();
    let options = DecrypterOptions {
        encryptions: Some(vec![ContentEncryption::A256GCM]),
        ..DecrypterOptions::default()
    };
    let error = Decrypter::new(vec![key], options).unwrap().decrypt(&token).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TokenAlgorithm);
    for outcome in [
        EncryptionKey::from_jwk(&A1_KEY.replace("RSA-OAEP", "RSA1_5"), None),
        EncryptionKey::generate("RSA1_5", None),
    ] {
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::ConfigUnsupportedAlgorithm);
    }
}

#[test]
fn the_example_of_appendix_a_3_is_made_again() {
    if !has("A128KW") {
        return;
    }
    let key = EncryptionKey::from_secret(&base64url::decode("GawgguFyGrWKav7AX4VKUg").unwrap(), "A128KW");
    let iv = base64url::decode("AxY8DCtDaGlsbGljb3RoZQ").unwrap();
    let options = scripted(&[&A3_CEK, &iv]);
    let encrypter = Encrypter::new(vec![key.unwrap()], ContentEncryption::A128CbcHs256, options).unwrap();
    assert_eq!(encrypter.encrypt(b"Live long and prosper.", None).unwrap(), A3);
}

const ALICE: &str = "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo";
const BOB: &str = concat!(
    r#"{"kty":"EC","crv":"P-256","alg":"ECDH-ES","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","#,
    r#""y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#,
);

#[test]
fn the_agreement_of_rfc_7518_appendix_c_is_made_again() {
    if !has("ECDH-ES") {
        return;
    }
    let bob = EncryptionKey::from_jwk(BOB, None).unwrap();
    let iv = [7; 12];
    let options = EncrypterOptions {
        parties: (b"Alice".to_vec(), b"Bob".to_vec()),
        ..scripted(&[&base64url::decode(ALICE).unwrap(), &iv])
    };
    let encrypter =
        Encrypter::new(vec![bob.public_half().unwrap()], ContentEncryption::A128GCM, options).unwrap();
    let token = encrypter.encrypt(b"content", None).unwrap();
    let header = String::from_utf8(base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(
        header,
        concat!(
            r#"{"alg":"ECDH-ES","epk":{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","#,
            r#""y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"},"apu":"QWxpY2U","apv":"Qm9i","enc":"A128GCM"}"#,
        )
    );
    // The derived key of the appendix is the one that the content is encrypted under.
    let key = base64url::decode("VqqN6vgjbSBcIijNcacQGg").unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let (ciphertext, tag) = (base64url::decode(parts[3]).unwrap(), base64url::decode(parts[4]).unwrap());
    let cipher = ContentEncryption::A128GCM.cipher();
    let opened = cipher.open(&key, &iv, parts[0].as_bytes(), &ciphertext, &tag);
    assert_eq!(opened.unwrap(), b"content");
    assert_eq!(decrypter(vec![bob]).decrypt(&token).unwrap().plaintext(), b"content");
}

#[cfg(feature = "aws-lc-rs")] // ring has no agreement with a kept key
#[test]
fn the_agreement_of_rfc_8037_a_6_is_made_again() {
    let ephemeral = [
        0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45, 0xdf,
        0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a,
    ];
    let bob = EncryptionKey::from_jwk(
        r#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#,
        Some("ECDH-ES+A128KW"),
    )
    .unwrap();
    let own = crate::crypto::AgreementKey::new(crate::crypto::Group::X25519, &ephemeral).unwrap();
    let secret = own.agree(bob.agreement_public().unwrap().1).unwrap();
    assert_eq!(base64url::encode(secret.expose()), "Sl2dW6TOLeFyjjv0gDUPJeB-IclH0Z4zdvCbPB4WF0I");
    let options = scripted(&[&[1; 16], &ephemeral, &[2; 12]]);
    let token =
        Encrypter::new(vec![bob], ContentEncryption::A128GCM, options).unwrap().encrypt(b"x", None).unwrap();
    let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
    let expected = concat!(
        r#"{"alg":"ECDH-ES+A128KW","kid":"Bob","epk":{"kty":"OKP","crv":"X25519","#,
        r#""x":"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"},"enc":"A128GCM"}"#,
    );
    assert_eq!(String::from_utf8(header).unwrap(), expected);
}

#[test]
fn the_wrapped_key_of_rfc_7517_appendix_c_is_made_again() {
    if !has("PBES2-HS256+A128KW") {
        return;
    }
    let password = b"Thus from my lips, by yours, my sin is purged.";
    let key = EncryptionKey::from_secret(password, "PBES2-HS256+A128KW").unwrap();
    let content_key = [
        111, 27, 25, 52, 66, 29, 20, 78, 92, 176, 56, 240, 65, 208, 82, 112, 161, 131, 36, 55, 202, 236, 185,
        172, 129, 23, 153, 194, 195, 48, 253, 182,
    ];
    let decode = |text: &str| base64url::decode(text).unwrap();
    let (salt, iv) = (decode("2WCTcJZ1Rvd_CJuJripQ1w"), decode("Ye9j1qs22DmRSAddIh-VnA"));
    let options = EncrypterOptions { pbes2_iterations: Some(4096), ..scripted(&[&content_key, &salt, &iv]) };
    let encrypter = Encrypter::new(vec![key.clone()], ContentEncryption::A128CbcHs256, options).unwrap();
    let token = encrypter.encrypt(b"{}", Some("jwk+json")).unwrap();
    assert_eq!(token.split('.').nth(1).unwrap(), "TrqXOwuNUfDV9VPTNbyGvEJ9JMjefAVn-TR1uIxR9p6hsRQh9Tk7BA");
    assert_eq!(decrypter(vec![key]).decrypt(&token).unwrap().plaintext(), b"{}");
}
