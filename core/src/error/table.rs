//! The one table of errors: number, dotted code, category, HTTP status, retryable, sentence.
//!
//! Append only. A number is never reused and a code is never renamed, because hosts store both.
//! `tests/vectors/errors.json`, the documentation page and each host's classes are checked against it.

/// What a code belongs to; each category is one exception class in every host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// A value that the developer or administrator supplied is refused when the object is built.
    Configuration,
    /// Key material that is malformed, weak, or of the wrong kind.
    Key,
    /// A token that is refused.
    Token,
    /// A JWK set that could not be had or used.
    KeySet,
    /// Provider metadata that could not be trusted.
    Metadata,
    /// The network did not carry the exchange.
    Network,
    /// An authorization response that does not belong to the request.
    Callback,
    /// The provider answered with an OAuth error.
    Provider,
    /// The provider answered with something that is not a valid reply.
    Response,
    /// A sealed pending authorization that cannot be opened here.
    Pending,
    /// A defect of the library or a misuse of a handle.
    Internal,
}

impl Category {
    /// Lower-case name as it stands in the error table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Key => "key",
            Self::Token => "token",
            Self::KeySet => "key_set",
            Self::Metadata => "metadata",
            Self::Network => "network",
            Self::Callback => "callback",
            Self::Provider => "provider",
            Self::Response => "response",
            Self::Pending => "pending",
            Self::Internal => "internal",
        }
    }

    /// Name of the exception class in Python and Node; PHP ends it in `Exception`.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Configuration => "ConfigurationError",
            Self::Key => "KeyMaterialError",
            Self::Token => "TokenError",
            Self::KeySet => "KeySetError",
            Self::Metadata => "MetadataError",
            Self::Network => "NetworkError",
            Self::Callback => "CallbackError",
            Self::Provider => "ProviderError",
            Self::Response => "ResponseError",
            Self::Pending => "PendingAuthorizationError",
            Self::Internal => "InternalError",
        }
    }
}

macro_rules! table {
    ($($number:literal $variant:ident $code:literal $category:ident $status:literal $retryable:literal $sentence:literal;)*) => {
        /// One row of the error table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = $sentence] $variant,)*
        }

        impl ErrorCode {
            /// Every row, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u16 { match self { $(Self::$variant => $number,)* } }

            /// The dotted code, for example `token.expired`.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code,)* } }

            /// The category, which names the exception class.
            #[must_use]
            pub const fn category(self) -> Category { match self { $(Self::$variant => Category::$category,)* } }

            /// HTTP status that a web application would answer with.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status,)* } }

            /// Whether the same call may succeed later without any change.
            #[must_use]
            pub const fn retryable(self) -> bool { match self { $(Self::$variant => $retryable,)* } }

            /// One sentence for people.
            #[must_use]
            pub const fn sentence(self) -> &'static str { match self { $(Self::$variant => $sentence,)* } }
        }
    };
}

table! {
    100 ConfigInvalid "config.invalid" Configuration 500 false "A configuration value is missing or malformed.";
    101 ConfigAlgorithms "config.algorithms" Configuration 500 false "The list of allowed algorithms is absent, empty, or mixes symmetric and asymmetric algorithms.";
    102 ConfigLeeway "config.leeway" Configuration 500 false "The clock tolerance must lie between 0 and 300 seconds.";
    103 ConfigUrl "config.url" Configuration 500 false "The URL is not an acceptable endpoint: https is required, except on loopback.";
    104 ConfigUnsupportedAlgorithm "config.unsupported_algorithm" Configuration 500 false "This build does not support the algorithm.";
    105 ConfigControlCharacter "config.control_character" Configuration 500 false "A value contains a control character.";
    106 ConfigPkce "config.pkce" Configuration 500 false "The PKCE code verifier is not 43 to 128 unreserved characters, or the method is not S256.";
    107 ConfigReturnTo "config.return_to" Configuration 400 false "The return address is not a path on this site.";
    108 ConfigClientAuthentication "config.client_authentication" Configuration 500 false "The client authentication method does not fit the credentials.";
    140 ConfigResponseMode "config.response_mode" Configuration 500 false "The response mode is unknown, or the provider does not announce it.";
    141 ConfigPushedRequestRequired "config.pushed_request_required" Configuration 500 false "The provider takes pushed authorization requests only: use push_authorization.";
    142 ConfigRequestObjectRequired "config.request_object_required" Configuration 500 false "The provider takes signed request objects only: the client needs a request_object_key.";
    143 ConfigDpop "config.dpop" Configuration 500 false "The client has no DPoP key, or one that cannot be used here.";
    144 ConfigClaims "config.claims" Configuration 500 false "The claims parameter is malformed.";
    145 ConfigResource "config.resource" Configuration 500 false "A resource is no absolute URI without fragment.";
    146 ConfigAuthorizationDetails "config.authorization_details" Configuration 500 false "The authorization details are no list of objects with a type.";
    147 ConfigPrompt "config.prompt" Configuration 500 false "The prompt values are malformed or contradict each other.";
    148 ConfigRequestObjectEncryption "config.request_object_encryption" Configuration 500 false "Request objects cannot be encrypted this way: they are not signed, alg shares a secret, or the provider does not announce it.";
    110 ConfigQuirk "config.quirk" Configuration 500 false "A quirk is unknown, or not allowed here.";
    111 ConfigProviderFile "config.provider_file" Configuration 500 false "The provider file or record cannot be used as it is.";
    112 ConfigTemplate "config.template" Configuration 500 false "The template is unknown or malformed.";
    113 ConfigTenant "config.tenant" Configuration 500 false "A tenant or realm is not one path segment, or a domain is not a host name.";
    109 ConfigClientCertificate "config.client_certificate" Configuration 500 false "The client certificate or its key is malformed, or they do not belong together.";

    200 KeyMalformed "key.malformed" Key 500 false "The key material cannot be parsed.";
    201 KeyAsymmetricAsSecret "key.asymmetric_as_secret" Key 500 false "An asymmetric key or certificate was offered as an HMAC secret.";
    202 KeyTooShort "key.too_short" Key 500 false "The HMAC secret is shorter than the hash output.";
    203 KeyEmpty "key.empty" Key 500 false "The key is empty.";
    204 KeyWrongType "key.wrong_type" Key 500 false "The key type or curve does not fit the algorithm.";
    205 KeyWeak "key.weak" Key 500 false "The RSA key is too small, too large, or has an unsafe exponent.";
    206 KeyInvalidPoint "key.invalid_point" Key 500 false "The elliptic curve point is not on the curve.";
    207 KeyUse "key.use" Key 500 false "The key's use or key_ops do not allow this operation.";
    208 KeyPrivateRequired "key.private_required" Key 500 false "Signing needs a private key.";
    209 KeyInconsistent "key.inconsistent" Key 500 false "The parts of the key contradict each other.";
    210 KeyPassphrase "key.passphrase" Key 500 false "The passphrase of the private key is missing, wrong or needless.";

    300 TokenMalformed "token.malformed" Token 401 false "The token is not well formed.";
    301 TokenTooLarge "token.too_large" Token 401 false "The token or its header is larger than the limit.";
    302 TokenEncrypted "token.encrypted" Token 401 false "The token is encrypted (JWE) where a signed token is expected.";
    303 TokenJson "token.json" Token 401 false "The header or payload is not strict JSON in UTF-8.";
    304 TokenDuplicateMember "token.duplicate_member" Token 401 false "The header or payload has a duplicate member name.";
    305 TokenTooDeep "token.too_deep" Token 401 false "The header or payload is nested too deeply.";
    306 TokenNumber "token.number" Token 401 false "A number in the header or payload cannot be represented exactly.";
    307 TokenCritical "token.critical" Token 401 false "The header names a critical extension that is not understood.";
    308 TokenUnencodedPayload "token.unencoded_payload" Token 401 false "An unencoded payload (b64) is not accepted here, and never in a JWT.";
    309 TokenAlgorithm "token.algorithm" Token 401 false "The token's algorithm is missing, unknown, or not allowed.";
    310 TokenHeader "token.header" Token 401 false "A header parameter has the wrong type or value.";
    311 TokenKeyNotFound "token.key_not_found" Token 401 true "No key of the key set fits the token.";
    312 TokenKeyAmbiguous "token.key_ambiguous" Token 401 false "Too many keys fit a token without a key id.";
    313 TokenSignature "token.signature" Token 401 false "The signature does not verify.";
    314 TokenExpired "token.expired" Token 401 false "The token has expired.";
    315 TokenNotYetValid "token.not_yet_valid" Token 401 true "The token is not valid yet.";
    316 TokenIssuedInFuture "token.issued_in_future" Token 401 true "The token was issued in the future.";
    317 TokenTooOld "token.too_old" Token 401 false "The token is older than the maximum age.";
    318 TokenMissingClaim "token.missing_claim" Token 401 false "A required claim is missing.";
    319 TokenClaimType "token.claim_type" Token 401 false "A claim has the wrong type.";
    320 TokenIssuer "token.issuer" Token 401 false "The issuer is not the expected one.";
    321 TokenAudience "token.audience" Token 401 false "The token is meant for another audience.";
    322 TokenAuthorizedParty "token.authorized_party" Token 401 false "The authorized party (azp) is not this client.";
    323 TokenType "token.type" Token 401 false "The token is of another kind (typ).";
    324 TokenNonce "token.nonce" Token 401 false "The nonce is missing or belongs to another request.";
    325 TokenHash "token.hash" Token 401 false "at_hash or c_hash does not match.";
    326 TokenSubject "token.subject" Token 401 false "The subject is not the expected one.";
    327 TokenBinding "token.binding" Token 401 false "The proof belongs to another request, access token, or key.";
    328 TokenEarlierLogin "token.earlier_login" Token 401 false "The ID token is about another login than the earlier one.";
    330 TokenDecryption "token.decryption" Token 401 false "The token cannot be decrypted.";
    331 TokenBusy "token.busy" Token 503 true "Another token with a password is being decrypted.";
    332 TokenSession "token.session" Token 401 false "The session is missing or not the expected one.";
    333 TokenReplayed "token.replayed" Token 401 false "The token was used before.";

    400 KeySetNotLoaded "jwks.not_loaded" KeySet 503 true "The key set is not loaded; call the variant that may fetch it.";
    401 KeySetMalformed "jwks.malformed" KeySet 502 false "The JWK set is malformed.";
    402 KeySetTooLarge "jwks.too_large" KeySet 502 false "The JWK set has too many keys or bytes.";
    403 KeySetNoUsableKey "jwks.no_usable_key" KeySet 502 false "The JWK set contains no usable key.";
    404 KeySetUnavailable "jwks.unavailable" KeySet 503 true "The JWK set cannot be fetched and no cached copy is fresh enough.";

    450 MetadataMalformed "metadata.malformed" Metadata 502 false "The provider metadata is malformed.";
    451 MetadataIssuerMismatch "metadata.issuer_mismatch" Metadata 502 false "The metadata names another issuer.";
    452 MetadataEndpoint "metadata.endpoint" Metadata 502 false "The metadata names an unacceptable endpoint.";
    453 MetadataMissingEndpoint "metadata.missing_endpoint" Metadata 500 false "The provider has no such endpoint.";
    454 MetadataPkceUnsupported "metadata.pkce_unsupported" Metadata 502 false "The provider's metadata excludes PKCE with S256.";
    455 MetadataAlgorithm "metadata.algorithm" Metadata 502 false "The metadata advertises no acceptable signing algorithm.";
    456 MetadataNotFound "metadata.not_found" Metadata 502 true "No provider metadata was found at the issuer.";
    470 MetadataResourceMismatch "metadata.resource_mismatch" Metadata 502 false "The metadata is about another protected resource.";
    471 MetadataUnsigned "metadata.unsigned" Metadata 502 false "Signed metadata was demanded and there is none.";

    500 NetworkConnect "http.connect" Network 502 true "The connection could not be established.";
    501 NetworkTimeout "http.timeout" Network 504 true "The exchange did not end before its deadline.";
    502 NetworkTls "http.tls" Network 502 false "The TLS handshake failed or the certificate is not trusted.";
    503 NetworkDns "http.dns" Network 502 true "The host name cannot be resolved.";
    504 NetworkPrivateAddress "http.private_address" Network 502 false "The host resolves to a private address, which is not allowed.";
    505 NetworkRedirect "http.redirect" Network 502 false "The endpoint answered with a redirect, which is never followed.";
    506 NetworkTooLarge "http.too_large" Network 502 false "The reply is larger than the limit.";
    507 NetworkProtocol "http.protocol" Network 502 true "The reply is not valid HTTP, or ended early.";
    508 NetworkStatus "http.status" Network 502 true "The endpoint answered with an unexpected status.";
    509 NetworkRateLimited "http.rate_limited" Network 503 true "The endpoint asks to slow down.";
    510 NetworkUnavailable "http.unavailable" Network 503 true "The endpoint is temporarily unavailable.";

    550 CallbackMalformed "callback.malformed" Callback 400 false "The authorization response cannot be parsed.";
    551 CallbackDuplicateParameter "callback.duplicate_parameter" Callback 400 false "A parameter of the authorization response is repeated.";
    552 CallbackContradictory "callback.contradictory" Callback 400 false "The authorization response carries both a code and an error, or tokens that were not asked for.";
    553 CallbackStateMissing "callback.state_missing" Callback 400 false "The authorization response has no state.";
    554 CallbackStateMismatch "callback.state_mismatch" Callback 400 false "The state belongs to another authorization request.";
    555 CallbackStateReplayed "callback.state_replayed" Callback 400 false "The authorization response was used before.";
    556 CallbackStateExpired "callback.state_expired" Callback 400 false "The authorization request has expired.";
    557 CallbackIssuerMissing "callback.issuer_missing" Callback 400 false "The provider announces the iss parameter but the response has none.";
    558 CallbackIssuerMismatch "callback.issuer_mismatch" Callback 400 false "The response comes from another issuer.";
    559 CallbackCodeMissing "callback.code_missing" Callback 400 false "The authorization response has neither a code nor an error.";
    560 CallbackTooLarge "callback.too_large" Callback 400 false "The authorization response is larger than the limit.";
    561 CallbackSession "callback.session" Callback 400 false "The authorization began in another session.";
    562 CallbackResponseMode "callback.response_mode" Callback 400 false "The authorization response came in another way than asked for.";
    563 CallbackOrigin "callback.origin" Callback 400 false "The message with the authorization response comes from another origin.";
    564 CallbackPlainResponse "callback.plain_response" Callback 400 false "A signed authorization response was asked for and a plain one came.";
    565 CallbackDpopKey "callback.dpop_key" Callback 400 false "The authorization began with another DPoP key.";
    566 CallbackAuthorizationDetails "callback.authorization_details" Callback 502 false "The granted authorization details are malformed or of a type that was not asked for.";
    567 CallbackAuthentication "callback.authentication" Callback 403 false "The user was not authenticated as the request demanded.";
    580 CallbackTimeout "callback.timeout" Callback 408 false "No authorization response came in time.";
    581 CallbackListen "callback.listen" Callback 500 true "The loopback receiver cannot listen on its address.";

    600 OauthOther "oauth.other" Provider 400 false "The provider answered with an unregistered error.";
    601 OauthInvalidRequest "oauth.invalid_request" Provider 400 false "The provider refused the request as malformed.";
    602 OauthInvalidClient "oauth.invalid_client" Provider 401 false "The provider refused the client authentication.";
    603 OauthInvalidGrant "oauth.invalid_grant" Provider 400 false "The provider refused the grant: it is invalid, expired, revoked, or was issued to another client.";
    604 OauthUnauthorizedClient "oauth.unauthorized_client" Provider 400 false "The client may not use this grant.";
    605 OauthUnsupportedGrantType "oauth.unsupported_grant_type" Provider 400 false "The provider does not support this grant.";
    606 OauthInvalidScope "oauth.invalid_scope" Provider 400 false "The provider refused the requested scope.";
    607 OauthAccessDenied "oauth.access_denied" Provider 403 false "The user or the provider denied the request.";
    608 OauthUnsupportedResponseType "oauth.unsupported_response_type" Provider 400 false "The provider does not support this response type.";
    609 OauthServerError "oauth.server_error" Provider 502 true "The provider reported an internal error.";
    610 OauthTemporarilyUnavailable "oauth.temporarily_unavailable" Provider 503 true "The provider is temporarily unavailable.";
    611 OauthInvalidToken "oauth.invalid_token" Provider 401 false "The provider refused the access token.";
    612 OauthInsufficientScope "oauth.insufficient_scope" Provider 403 false "The access token lacks the required scope.";
    613 OauthLoginRequired "oauth.login_required" Provider 401 false "The provider requires the user to log in.";
    614 OauthInteractionRequired "oauth.interaction_required" Provider 401 false "The provider requires interaction with the user.";
    615 OauthConsentRequired "oauth.consent_required" Provider 403 false "The provider requires the user's consent.";
    616 OauthAccountSelectionRequired "oauth.account_selection_required" Provider 401 false "The provider requires the user to choose an account.";
    617 OauthUnsupportedTokenType "oauth.unsupported_token_type" Provider 400 false "The provider does not support revoking this kind of token.";
    640 OauthMailRefused "oauth.mail_refused" Provider 400 false "The mail server refused the login, and another token would not help.";
    641 OauthMailUnavailable "oauth.mail_unavailable" Provider 503 true "The mail server cannot check the token now.";

    630 OauthUseDpopNonce "oauth.use_dpop_nonce" Provider 401 true "The endpoint wants a DPoP proof with its nonce.";
    631 OauthInvalidDpopProof "oauth.invalid_dpop_proof" Provider 400 false "The endpoint refused the DPoP proof.";
    632 OauthInvalidRequestUri "oauth.invalid_request_uri" Provider 400 false "The provider refused the request_uri: it is unknown, expired or malformed.";
    633 OauthInvalidRequestObject "oauth.invalid_request_object" Provider 400 false "The provider refused the signed request object.";
    634 OauthRequestNotSupported "oauth.request_not_supported" Provider 400 false "The provider does not take request objects.";
    635 OauthRequestUriNotSupported "oauth.request_uri_not_supported" Provider 400 false "The provider does not take request_uri.";
    636 OauthChallenge "oauth.challenge" Provider 502 false "The WWW-Authenticate field is malformed.";
    637 OauthInsufficientUserAuthentication "oauth.insufficient_user_authentication" Provider 401 false "The user must log in again, or with other means, for this request.";
    639 OauthUnmetAuthenticationRequirements "oauth.unmet_authentication_requirements" Provider 401 false "The provider cannot authenticate the user as it was asked to.";
    618 OauthAuthorizationPending "oauth.authorization_pending" Provider 400 true "The user has not answered yet.";
    619 OauthSlowDown "oauth.slow_down" Provider 400 true "The provider asks for longer waits between requests.";
    620 OauthExpiredToken "oauth.expired_token" Provider 400 false "The device or authentication request has expired before the user answered.";
    621 OauthInvalidTarget "oauth.invalid_target" Provider 400 false "The provider refused the requested resource or audience.";
    622 OauthInvalidAuthorizationDetails "oauth.invalid_authorization_details" Provider 400 false "The provider refused the requested authorization details.";
    623 OauthUnknownUserId "oauth.unknown_user_id" Provider 400 false "The provider does not know the user that the hint names.";
    624 OauthExpiredLoginHintToken "oauth.expired_login_hint_token" Provider 400 false "The login hint token has expired.";
    625 OauthMissingUserCode "oauth.missing_user_code" Provider 400 false "The provider requires a user code.";
    626 OauthInvalidUserCode "oauth.invalid_user_code" Provider 400 false "The user code is wrong.";
    627 OauthInvalidBindingMessage "oauth.invalid_binding_message" Provider 400 false "The provider cannot show the binding message.";
    628 OauthTransactionFailed "oauth.transaction_failed" Provider 400 true "The authentication of the user failed.";

    700 ResponseMalformed "response.malformed" Response 502 false "The reply is not the JSON object that the protocol requires.";
    701 ResponseContentType "response.content_type" Response 502 false "The reply has another content type than JSON.";
    702 ResponseTokenType "response.token_type" Response 502 false "The token type is missing or not Bearer.";
    703 ResponseExpiresIn "response.expires_in" Response 502 false "expires_in is not a non-negative integer.";
    704 ResponseAccessToken "response.access_token" Response 502 false "The access token is missing or malformed.";
    705 ResponseScope "response.scope" Response 502 false "The scope is malformed.";
    706 ResponseIdTokenMissing "response.id_token_missing" Response 502 false "The openid scope was granted but no ID token was returned.";
    707 ResponseActive "response.active" Response 502 false "The introspection reply has no boolean member active.";
    708 ResponseSubject "response.subject" Response 502 false "The userinfo reply is about another subject.";
    709 ResponseRefreshToken "response.refresh_token" Response 502 false "The refresh token is malformed.";
    730 ResponseUnsigned "response.unsigned" Response 502 false "A signed reply was demanded and the reply is not signed.";
    731 ResponseMember "response.member" Response 502 false "A member of the reply is missing or has the wrong type.";
    732 ResponseClientId "response.client_id" Response 502 false "The reply is about another client.";
    740 OauthInvalidRedirectUri "oauth.invalid_redirect_uri" Provider 400 false "The provider refused a redirect URI of the registration.";
    741 OauthInvalidClientMetadata "oauth.invalid_client_metadata" Provider 400 false "The provider refused a member of the client's metadata.";
    742 OauthInvalidSoftwareStatement "oauth.invalid_software_statement" Provider 400 false "The provider refused the software statement as invalid.";
    743 OauthUnapprovedSoftwareStatement "oauth.unapproved_software_statement" Provider 400 false "The provider does not approve of the software statement.";

    770 ResponseSaslChallenge "response.sasl_challenge" Response 502 false "The mail server's challenge is not the JSON object that the mechanism has.";

    750 PendingInvalid "pending.invalid" Pending 400 false "The sealed authorization cannot be opened: it was altered, or sealed with another key.";
    751 PendingWrongClient "pending.wrong_client" Pending 400 false "The pending authorization belongs to another client, provider, or redirect URI.";

    760 ResponseDeviceAuthorization "response.device_authorization" Response 502 false "The device authorization reply lacks a required member, or one is malformed.";
    761 ResponseBackchannelAuthentication "response.backchannel_authentication" Response 502 false "The backchannel authentication reply lacks a required member, or one is malformed.";
    762 ResponseIssuedTokenType "response.issued_token_type" Response 502 false "The issued token type is missing, malformed or not the requested one.";
    763 ResponseAuthorizationDetails "response.authorization_details" Response 502 false "The granted authorization details are not a list of objects with a type.";

    900 InternalPanic "internal.panic" Internal 500 false "The library met an unexpected condition; please report it.";
    901 InternalRandom "internal.random" Internal 500 true "The operating system gave no random bytes.";
    902 InternalFlow "internal.flow" Internal 500 false "The flow was advanced out of turn, or after it had ended.";
    903 InternalHandle "internal.handle" Internal 500 false "The handle is unknown, closed, or of another kind.";
    904 InternalArgument "internal.argument" Internal 500 false "An argument has the wrong type or encoding.";
    905 InternalDriver "internal.driver" Internal 500 true "The HTTP driver could not be started.";
    906 InternalClosed "internal.closed" Internal 500 false "The object has been closed.";
}

impl ErrorCode {
    /// Name of the exception class in Python and Node; PHP ends it in `Exception`.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::TokenExpired => "ExpiredTokenError",
            Self::KeySetNotLoaded => "KeySetNotLoadedError",
            other => other.category().class(),
        }
    }
}
