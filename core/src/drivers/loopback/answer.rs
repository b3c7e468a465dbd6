//! What the receiver answers. The pages are fixed texts: nothing of a request is in them.

use super::request::Request;
use crate::secret::{Secret, constant_time_eq};
use url::form_urlencoded;

/// Who may ask for what.
pub(super) enum Rules {
    /// One authorization response.
    Receive { authority: String, path: String, redirect_uri: String, state: Option<Secret> },
    /// Every request, for another site.
    Forward { authority: String, to: String },
}

/// An answer, and the authorization response that the request was.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    pub(super) response: Option<String>,
}

const RECEIVED: &str = "The response has arrived. You can close this window and return to the application.";

impl Answer {
    /// A status with its fixed page.
    pub(super) fn refusal(status: u16) -> Self {
        let text = match status {
            400 => "This is not the end of a login.",
            403 => "Only a page that the user opens can bring the response.",
            404 => "There is nothing here.",
            405 => "This method is not allowed here.",
            413 | 431 => "The request is too large.",
            421 => "The request is meant for another host.",
            _ => "The request cannot be answered.",
        };
        Self {
            bytes: page(status, text, if status == 405 { "Allow: GET, POST\r\n" } else { "" }),
            response: None,
        }
    }

    fn received(response: String) -> Self {
        Self { bytes: page(200, RECEIVED, ""), response: Some(response) }
    }

    fn redirect(to: &str) -> Self {
        let location = format!("Location: {to}\r\n");
        Self { bytes: page(302, "The page is elsewhere.", &location), response: None }
    }
}

fn page(status: u16, text: &str, fields: &str) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        _ => "Error",
    };
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ferroauth</title><p>{text}</p></html>\n"
    );
    // The address of the page has the code in it: it goes into no cache, no frame and no Referer.
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n{fields}\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Rules {
    pub(super) fn judge(&self, request: &Request) -> Answer {
        match self {
            Self::Receive { authority, path, redirect_uri, state } => {
                match receive(request, authority, path, state.as_ref()) {
                    // A form stays a form: what was asked for as a query must not come as one, nor the reverse.
                    Ok(form) if request.method == "POST" => Answer::received(form.to_owned()),
                    Ok(query) => Answer::received(format!("{redirect_uri}?{query}")),
                    Err(status) => Answer::refusal(status),
                }
            }
            Self::Forward { authority, to } => match forward(request, authority) {
                Ok(None | Some("")) => Answer::redirect(to),
                Ok(Some(query)) => {
                    let joint = if to.contains('?') { '&' } else { '?' };
                    Answer::redirect(&format!("{to}{joint}{query}"))
                }
                Err(status) => Answer::refusal(status),
            },
        }
    }
}

/// The parameters of an authorization response, or the status of a refusal.
fn receive<'a>(
    request: &'a Request,
    authority: &str,
    path: &str,
    state: Option<&Secret>,
) -> Result<&'a str, u16> {
    check_host(request, authority)?;
    if request.path != path {
        return Err(404);
    }
    // Scripts, images and prefetches of other pages are no login; browsers say which they are.
    let is_navigation = request.field("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
    if !is_navigation || request.has("sec-purpose") || request.has("purpose") {
        return Err(403);
    }
    let parameters = match request.method.as_str() {
        "GET" => request.query.as_deref().unwrap_or_default(),
        "POST" => form(request).ok_or(400_u16)?,
        _ => return Err(405),
    };
    let values = |name: &'static str| {
        form_urlencoded::parse(parameters.as_bytes())
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value)
    };
    let count = |name| values(name).count();
    if count("code") + count("error") + count("response") == 0 {
        return Err(400);
    }
    if let Some(expected) = state.filter(|_| count("response") == 0) {
        let fits = |value: &str| constant_time_eq(value.as_bytes(), expected.expose().as_bytes());
        if count("state") != 1 || !values("state").all(|value| fits(&value)) {
            return Err(400);
        }
    }
    Ok(parameters)
}

/// The body of a form, as OAuth 2.0 Form Post Response Mode sends it.
fn form(request: &Request) -> Option<&str> {
    let media = request.field("content-type")?.split(';').next()?.trim();
    let is_form = media.eq_ignore_ascii_case("application/x-www-form-urlencoded") && request.query.is_none();
    is_form.then_some(request.body.as_str())
}

fn forward<'a>(request: &'a Request, authority: &str) -> Result<Option<&'a str>, u16> {
    check_host(request, authority)?;
    match request.method.as_str() {
        "GET" | "HEAD" => Ok(request.query.as_deref()),
        _ => Err(405),
    }
}

/// A page of another site that has this machine's address for its name (DNS rebinding) is not answered.
fn check_host(request: &Request, authority: &str) -> Result<(), u16> {
    let host = request.field("host").ok_or(400_u16)?;
    if host.eq_ignore_ascii_case(authority) { Ok(()) } else { Err(421) }
}
