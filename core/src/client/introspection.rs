//! Introspection: what the provider says about a token, RFC 7662, also as a signed reply, RFC 9701.
//!
//! A reply is believed when each member that has a meaning has its type, and, where the client demands signed replies, only when
//! the provider's signature, issuer and audience are right. Answers can be kept for a moment (threat H5): active ones alone, for at
//! most a minute, and never beyond the token's own expiry.

mod reply;

pub use reply::Introspection;

use super::endpoints::TokenTypeHint;
use super::questions::{Asking, Leave, Turn};
use super::request::Endpoint;
use super::{Client, provider_token};
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, HttpResponse, Io};
use crate::jose::{Algorithm, Expected, Profile, json};
use crate::reply::{json_object, media_type, refusal};
use crate::token_cache::{Entry, TokenCache, TokenId};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// How often a question that is under way is looked at: a second in all, so that an outage costs those who wait no more than that.
const MAX_WAITS: u32 = 38;
/// The media type of a signed reply, RFC 9701 section 4.
const SIGNED: &str = "application/token-introspection+jwt";
/// Longest time that an answer is kept, seconds.
const MAX_KEPT: u32 = 60;
/// Answers that are kept.
const MAX_ENTRIES: u32 = 10_000;

/// How a client introspects.
#[derive(Debug)]
pub(super) struct Settings {
    /// The algorithms of signed replies; empty if plain ones are expected.
    algorithms: Vec<Algorithm>,
    cache: Option<Cache>,
}

#[derive(Debug)]
struct Cache {
    seconds: i64,
    answers: TokenCache<Answer>,
    asking: Asking,
}

/// An answer with the time in which it serves.
#[derive(Debug)]
struct Answer {
    introspection: Arc<Introspection>,
    size: usize,
    valid: Range<i64>,
}

impl Entry for Answer {
    fn size(&self) -> usize {
        self.size
    }

    fn valid(&self) -> &Range<i64> {
        &self.valid
    }
}

impl Settings {
    /// # Errors
    /// `config.algorithms`, and `config.invalid` for a cache of more than a minute.
    pub(super) fn new(algorithms: Option<&[String]>, cache: u32) -> Result<Self> {
        if cache > MAX_KEPT {
            return Err(Error::with(ErrorCode::ConfigInvalid, "introspection_cache is 0 to 60 seconds"));
        }
        let algorithms = algorithms.map(provider_token::algorithms).transpose()?.unwrap_or_default();
        let answers = if cache == 0 { None } else { TokenCache::new(MAX_ENTRIES)? };
        let cache =
            answers.map(|answers| Cache { seconds: cache.into(), answers, asking: Asking::default() });
        Ok(Self { algorithms, cache })
    }

    fn find(&self, question: TokenId, now: i64) -> Option<Introspection> {
        let cache = self.cache.as_ref()?;
        cache.answers.find(question, now, |answer| Some((*answer.introspection).clone()))
    }

    /// Keeps an active answer until the lifetime of the cache or of the token ends, whichever comes first.
    fn keep(&self, question: TokenId, introspection: &Introspection, now: i64) {
        let Some(cache) = self.cache.as_ref().filter(|_| introspection.active()) else { return };
        let until = now.saturating_add(cache.seconds);
        let until = introspection.seconds("exp").map_or(until, |exp| exp.min(until));
        // The size of the JSON text stands for that of the values: the cache needs an order of magnitude.
        let size = 2 * introspection.to_json().len();
        cache
            .answers
            .put(question, Answer { introspection: introspection.clone().into(), size, valid: now..until });
    }

    /// Forgets what is kept of a token, which this client has just revoked.
    pub(super) fn forget(&self, token: &str) {
        if let Some(cache) = &self.cache {
            for hint in [None, Some(TokenTypeHint::AccessToken), Some(TokenTypeHint::RefreshToken)] {
                cache.answers.forget(question(token, hint));
            }
        }
    }
}

/// A question about a token: the provider may answer differently with another hint.
fn question(token: &str, hint: Option<TokenTypeHint>) -> TokenId {
    TokenId::of_question(hint.map_or("", TokenTypeHint::name), token)
}

impl Client {
    /// Asks the provider whether a token is active, RFC 7662.
    ///
    /// With `introspection_algorithms` in the client's configuration the reply must be signed (RFC 9701), and encrypted as well if
    /// the provider likes and the client has a decrypter. With `introspection_cache` an active answer serves for so many seconds.
    /// A token whose `exp` has passed, or whose `nbf` has not come, is not active, whatever the provider says; the client's `leeway`
    /// is granted.
    ///
    /// # Errors
    /// `metadata.missing_endpoint`; `response.active` if the reply has no boolean `active`, `response.member` for another member of
    /// the wrong type, `response.malformed`; `response.unsigned` and `token.*` where it must be signed; `oauth.*`, and the errors of
    /// the network.
    pub fn introspect(&self, token: &str, hint: Option<TokenTypeHint>) -> Flow<Introspection> {
        let settings = &self.0.introspection;
        let sent = self.question(Endpoint::Introspection, token, hint).and_then(|mut request| {
            if !settings.algorithms.is_empty() {
                self.require_keys(&settings.algorithms, "signed introspection")?;
                request.accept = SIGNED;
            }
            Ok(request)
        });
        let request = match sent {
            Ok(request) => request,
            Err(error) => return Flow::ready(Err(error)),
        };
        let question = question(token, hint);
        if let Some(known) = settings.find(question, self.clock().now()) {
            return Flow::ready(Ok(known));
        }
        let client = self.clone();
        Flow::new(move |io| async move {
            let (leave, known) = client.leave_to_ask(&io, question).await?;
            if let Some(known) = known {
                return Ok(known);
            }
            let response = client.send(&io, request).await?;
            let introspection = client.introspection(&io, &response).await?;
            let now = client.clock().now();
            let introspection = introspection.at(now, client.0.leeway.into());
            client.0.introspection.keep(question, &introspection, now);
            // Not before the answer is there to be found.
            drop(leave);
            Ok(introspection)
        })
    }

    /// Where answers are kept, the same question is asked once at a time: whoever comes while it is under way waits for its
    /// answer, and asks at once if none was kept, so that nobody waits for a second one.
    async fn leave_to_ask(
        &self,
        io: &Io,
        question: TokenId,
    ) -> Result<(Option<Leave<'_>>, Option<Introspection>)> {
        let Some(cache) = &self.0.introspection.cache else { return Ok((None, None)) };
        for wait in 0..MAX_WAITS {
            match cache.asking.take(question, self.clock().now()) {
                Turn::Other => return Ok((None, None)),
                Turn::Own(leave) if wait == 0 => return Ok((Some(leave), None)),
                Turn::Own(_) => break,
                Turn::UnderWay => io.sleep(Duration::from_millis(if wait < 20 { 5 } else { 50 })).await?,
            }
        }
        Ok((None, self.0.introspection.find(question, self.clock().now())))
    }

    async fn introspection(&self, io: &Io, response: &HttpResponse) -> Result<Introspection> {
        let algorithms = &self.0.introspection.algorithms;
        if algorithms.is_empty() {
            return Introspection::read(json_object(response)?);
        }
        if response.status != 200 {
            return Err(refusal(response));
        }
        if !media_type(response).eq_ignore_ascii_case(SIGNED) {
            return Err(ErrorCode::ResponseUnsigned.into());
        }
        let token = std::str::from_utf8(&response.body).map_err(|_| ErrorCode::TokenMalformed)?;
        let token = self.opened(token)?;
        let policy = self.provider_policy(algorithms, Profile::IntrospectionResponse).build()?;
        let verified = self.verify_provider_token(io, &token, &policy, &Expected::default()).await?;
        let members = verified.claim("token_introspection").map(json::Value::raw);
        let members = members.and_then(|members| serde_json::from_str(members).ok());
        Introspection::read(members.ok_or(ErrorCode::ResponseMalformed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Reply, Step};
    use oauth2::basic::BasicTokenIntrospectionResponse;
    use serde_json::{Value, json};

    fn read(value: &Value) -> Result<Introspection> {
        Introspection::read(value.as_object().unwrap().clone())
    }

    #[test]
    fn what_we_read_the_oauth2_crate_reads_as_well() {
        let odd = [
            json!("x"),
            json!(1),
            json!(-1),
            json!(1.5),
            json!(true),
            json!(null),
            json!(["x"]),
            json!([1]),
            json!({}),
        ];
        let names = [
            "active",
            "scope",
            "client_id",
            "username",
            "token_type",
            "exp",
            "iat",
            "nbf",
            "sub",
            "aud",
            "iss",
            "jti",
        ];
        let mut read_by_both = 0;
        for name in names {
            for value in &odd {
                let mut reply = json!({"active": true});
                reply[name] = value.clone();
                let theirs = serde_json::from_value::<BasicTokenIntrospectionResponse>(reply.clone());
                if read(&reply).is_ok() {
                    assert!(theirs.is_ok(), "{reply}");
                    read_by_both += 1;
                }
            }
        }
        // A text each for seven members, one whole number for three, a text or a list for aud, a boolean for active.
        assert_eq!(read_by_both, 7 + 3 + 2 + 1);
    }

    fn asking(cache: u32) -> Client {
        let metadata = json!({"issuer": "https://idp.example.com", "token_endpoint": "https://idp.example.com/token",
            "introspection_endpoint": "https://idp.example.com/introspect"});
        let config = super::super::ClientConfig::new("abc").secret("s3cret").introspection_cache(cache);
        Client::new(crate::Service::from_json(&metadata.to_string()).unwrap(), config).unwrap()
    }

    fn answered(active: bool) -> Option<Reply> {
        let body = json!({"active": active}).to_string().into_bytes();
        Some(Reply::Http(HttpResponse::from_parts(200, [("content-type", "application/json")], body)))
    }

    fn is_done(step: Result<Step<Introspection>>, active: bool) -> bool {
        matches!(step, Ok(Step::Done(found)) if found.active() == active)
    }

    #[test]
    fn a_crowd_with_one_token_asks_once() {
        let client = asking(60);
        let mut first = client.introspect("t", None);
        assert!(matches!(first.advance(None), Ok(Step::Http(_))));
        let mut crowd: Vec<_> = (0..50).map(|_| client.introspect("t", None)).collect();
        assert!(crowd.iter_mut().all(|flow| matches!(flow.advance(None), Ok(Step::Sleep(_)))));
        // Another token, or another question about this one, waits for nobody.
        let hinted = client.introspect("t", Some(TokenTypeHint::AccessToken)).advance(None);
        assert!(matches!(hinted, Ok(Step::Http(_))));
        assert!(matches!(client.introspect("u", None).advance(None), Ok(Step::Http(_))));
        assert!(is_done(first.advance(answered(true)), true));
        assert!(crowd.iter_mut().all(|flow| is_done(flow.advance(Some(Reply::Slept)), true)));
        assert!(is_done(client.introspect("t", None).advance(None), true));
    }

    #[test]
    fn nobody_waits_twice_or_for_a_question_that_was_given_up() {
        let client = asking(60);
        let mut first = client.introspect("t", None);
        assert!(matches!(first.advance(None), Ok(Step::Http(_))));
        let mut crowd: Vec<_> = (0..5).map(|_| client.introspect("t", None)).collect();
        assert!(crowd.iter_mut().all(|flow| matches!(flow.advance(None), Ok(Step::Sleep(_)))));
        // What is not active is not kept, so each asks, and all at once.
        assert!(is_done(first.advance(answered(false)), false));
        assert!(crowd.iter_mut().all(|flow| matches!(flow.advance(Some(Reply::Slept)), Ok(Step::Http(_)))));
        assert!(is_done(crowd[0].advance(answered(false)), false));
        let mut given_up = client.introspect("t", None);
        assert!(matches!(given_up.advance(None), Ok(Step::Http(_))));
        drop(given_up);
        assert!(matches!(client.introspect("t", None).advance(None), Ok(Step::Http(_))));
        // Without a cache each question is a new one.
        let client = asking(0);
        let mut flows: Vec<_> = (0..3).map(|_| client.introspect("t", None)).collect();
        assert!(flows.iter_mut().all(|flow| matches!(flow.advance(None), Ok(Step::Http(_)))));
    }

    #[test]
    fn an_answer_serves_no_longer_than_its_token() {
        let settings = Settings::new(None, 60).unwrap();
        let find = |id, now| settings.find(id, now).is_some();
        let ids: Vec<_> = ["a", "b", "c", "d"].iter().map(|token| question(token, None)).collect();
        settings.keep(ids[0], &read(&json!({"active": true, "exp": 130})).unwrap(), 100);
        settings.keep(ids[1], &read(&json!({"active": true, "exp": 1000})).unwrap(), 100);
        settings.keep(ids[2], &read(&json!({"active": true})).unwrap(), 100);
        settings.keep(ids[3], &read(&json!({"active": false})).unwrap(), 100);
        assert!(find(ids[0], 129) && !find(ids[0], 130));
        assert!(find(ids[1], 159) && !find(ids[1], 160));
        // A clock that was set back serves nothing that was found out later.
        assert!(!find(ids[2], 99) && !find(ids[3], 100));
        settings.keep(ids[2], &read(&json!({"active": true})).unwrap(), 100);
        assert!(
            !find(question("c", Some(TokenTypeHint::AccessToken)), 100),
            "another hint is another question"
        );
        settings.forget("c");
        assert!(!find(ids[2], 100));
        assert_eq!(Settings::new(None, 61).unwrap_err().code(), ErrorCode::ConfigInvalid);
    }
}
