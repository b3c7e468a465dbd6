//! JOSE: keys, signatures and tokens, without any input or output.
//!
//! The order of things is the order of trust: [`Compact`] takes a token apart and refuses every spelling
//! but one; [`KeySet`] chooses the key, never the header; [`Policy`] applies the rules that its owner wrote
//! down; [`Verified`] is what remains. [`Signer`] makes tokens that pass.
//! [`JwsVerifier`] is for signatures over anything that is no token.

mod algorithm;
pub mod base64url;
mod claims;
mod compact;
mod dpop;
mod dpop_signer;
mod issuers;
pub mod json;
pub mod jwe;
mod jws;
mod key;
mod key_set;
mod policy;
mod profile;
mod signer;
mod verified;

pub use algorithm::Algorithm;
pub use compact::{Compact, TokenLimits};
pub use dpop::{DpopProof, DpopRequest, DpopVerifier};
pub use dpop_signer::{DpopSigner, DpopSubject};
pub use issuers::IssuerTemplate;
pub use jwe::{
    ContentEncryption, Decrypted, Decrypter, DecrypterOptions, Encrypter, EncrypterOptions, KeyManagement,
};
pub use jws::{JsonForm, JwsVerifier, VerifiedJws, VerifiedSignature, sign_general_json};
pub use key::{EncryptionKey, Key};
pub use key_set::{KeySet, Origin};
pub use policy::{Expected, Nonce, Policy, PolicyBuilder};
pub use profile::Profile;
pub use signer::Signer;
pub use verified::{ClaimPlace, Verified, decode_unverified};

#[cfg(test)]
mod tests;
