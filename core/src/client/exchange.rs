//! Token exchange, RFC 8693: one token for another, for somebody else to use or to be used elsewhere.

use super::Client;
use super::form::Form;
use super::grant_options::GrantOptions;
use super::id_token::Expected;
use super::other_grants::EXCHANGE;
use super::request::{Endpoint, FormRequest};
use super::token_reply::TokenType;
use super::token_set::TokenSet;
use crate::error::{Error, ErrorCode, Result};
use crate::flow::{Flow, Io};
use crate::types::{ScopeSet, check_token};
use serde_json::{Map, Value};
use std::fmt;
use url::Url;

const PREFIX: &str = "urn:ietf:params:oauth:token-type:";

/// A kind of token, RFC 8693 section 3: one of the registered ones, or an absolute URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenTypeUri(String);

impl TokenTypeUri {
    /// Parses the short name of a registered type (`access_token`, `refresh_token`, `id_token`, `jwt`, `saml1`,
    /// `saml2`) or an absolute URI.
    ///
    /// # Errors
    /// `config.invalid`.
    pub fn parse(text: &str) -> Result<Self> {
        if matches!(text, "access_token" | "refresh_token" | "id_token" | "jwt" | "saml1" | "saml2") {
            return Ok(Self(format!("{PREFIX}{text}")));
        }
        let plain = text.len() <= 256 && text.bytes().all(|byte| byte > 0x20 && byte < 0x7f);
        if plain && Url::parse(text).is_ok() {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::quoted(ErrorCode::ConfigInvalid, "not a token type", text))
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to exchange, and for what. Prints without the tokens.
#[derive(Clone)]
pub struct TokenExchange {
    subject: (String, TokenTypeUri),
    actor: Option<(String, TokenTypeUri)>,
    requested: Option<TokenTypeUri>,
    audience: Vec<String>,
    options: GrantOptions,
}

impl fmt::Debug for TokenExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenExchange").field("requested", &self.requested).finish_non_exhaustive()
    }
}

impl TokenExchange {
    /// Exchanges the token of the party on whose behalf the request is made.
    #[must_use]
    pub fn new(subject_token: impl Into<String>, subject_token_type: TokenTypeUri) -> Self {
        Self {
            subject: (subject_token.into(), subject_token_type),
            actor: None,
            requested: None,
            audience: Vec::new(),
            options: GrantOptions::default(),
        }
    }

    /// Names the party that acts for the subject.
    #[must_use]
    pub fn actor(mut self, token: impl Into<String>, token_type: TokenTypeUri) -> Self {
        self.actor = Some((token.into(), token_type));
        self
    }

    /// Asks for this kind of token; the reply must then be of it.
    #[must_use]
    pub fn requested_type(mut self, token_type: TokenTypeUri) -> Self {
        self.requested = Some(token_type);
        self
    }

    /// Names a service where the token is to be used, by the name that the provider has for it. May be called again.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.push(audience.into());
        self
    }

    /// Scopes, resources and the like.
    #[must_use]
    pub fn options(mut self, options: GrantOptions) -> Self {
        self.options = options;
        self
    }

    fn form(&self) -> Result<Form> {
        check_token("subject_token", &self.subject.0)?;
        let mut form = Form::grant(EXCHANGE);
        form.append("subject_token", &self.subject.0);
        form.append("subject_token_type", self.subject.1.as_str());
        if let Some((token, token_type)) = &self.actor {
            check_token("actor_token", token)?;
            form.append("actor_token", token);
            form.append("actor_token_type", token_type.as_str());
        }
        form.append_some("requested_token_type", self.requested.as_ref().map(TokenTypeUri::as_str));
        if self.audience.len() > 16 {
            return Err(Error::with(ErrorCode::ConfigInvalid, "more than 16 audiences"));
        }
        for audience in &self.audience {
            check_token("audience", audience)?;
            form.append("audience", audience);
        }
        Ok(form)
    }
}

impl Client {
    /// Exchanges a token for another, RFC 8693. What was issued is [`TokenSet::issued_token_type`].
    ///
    /// # Errors
    /// `config.invalid` for malformed arguments, `oauth.invalid_target`, `response.issued_token_type` if the reply does
    /// not say what was issued or it is not what was asked for, and those of [`Client::refresh`].
    pub fn exchange_token(&self, exchange: &TokenExchange) -> Flow<TokenSet> {
        let form = exchange.form();
        let sent = match form.and_then(|form| self.asking(Endpoint::Token, form, &exchange.options)) {
            Ok(sent) => sent,
            Err(error) => return Flow::ready(Err(error)),
        };
        let ((request, scopes), client, wanted) = (sent, self.clone(), exchange.requested.clone());
        Flow::new(|io| async move {
            let result = client.exchanged(&io, request, scopes, wanted).await;
            client.tell_grant(&io, EXCHANGE, result.as_ref());
            result
        })
    }

    async fn exchanged(
        &self,
        io: &Io,
        request: FormRequest,
        scopes: ScopeSet,
        wanted: Option<TokenTypeUri>,
    ) -> Result<TokenSet> {
        let mut reply = self.token_reply(&self.send(io, request).await?)?;
        check_issued(&reply.extra, wanted.as_ref())?;
        // Section 2.2.1: what is no access token says so, and is used in no way that the library knows.
        let is_access_token = issued(&reply.extra).is_some_and(|issued| issued == access_token());
        let unusable = reply.token_type == TokenType::NotApplicable;
        if unusable {
            if is_access_token {
                return Err(ErrorCode::ResponseTokenType.into());
            }
            reply.token_type = self.token_type();
        }
        let mut tokens = self.token_set(io, reply, scopes, &Expected::default()).await?;
        if unusable {
            tokens.token_type = TokenType::NotApplicable.name();
        }
        Ok(tokens)
    }
}

fn access_token() -> String {
    format!("{PREFIX}access_token")
}

fn issued(members: &Map<String, Value>) -> Option<&str> {
    members.get("issued_token_type").and_then(Value::as_str)
}

fn check_issued(members: &Map<String, Value>, wanted: Option<&TokenTypeUri>) -> Result<()> {
    let fits = issued(members).is_some_and(|issued| {
        TokenTypeUri::parse(issued).is_ok_and(|parsed| parsed.as_str() == issued)
            && wanted.is_none_or(|wanted| wanted.as_str() == issued)
    });
    if fits { Ok(()) } else { Err(ErrorCode::ResponseIssuedTokenType.into()) }
}
