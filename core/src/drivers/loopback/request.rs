//! A browser's request, read strictly: what is not plainly HTTP/1 is refused and never guessed at (RFC 9112).

/// Bytes of the request line and all header fields.
const MAX_HEAD: usize = 32 * 1024;
const MAX_FIELDS: usize = 100;
/// More than an authorization response may have.
const MAX_BODY: usize = 16 * 1024;

/// What has come so far.
#[derive(Debug)]
pub(super) enum Incoming {
    /// Not all of it.
    Partial,
    /// A request.
    Complete(Request),
    /// To be answered with this status.
    Refused(u16),
    /// The connection has ended.
    Gone,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
    /// Names in lower case.
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: String,
}

impl Request {
    /// The value of a field that came once.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(known, _)| known == name);
        let (_, value) = found.next()?;
        if found.next().is_some() { None } else { Some(value) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }
}

/// Reads what has arrived, from its beginning.
pub(super) fn read(input: &[u8]) -> Incoming {
    let Some(end) = input.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if input.len() > MAX_HEAD { Incoming::Refused(431) } else { Incoming::Partial };
    };
    if end > MAX_HEAD {
        return Incoming::Refused(431);
    }
    let (head, rest) = (input.get(..end).unwrap_or_default(), input.get(end + 4..).unwrap_or_default());
    let Some((mut request, length)) = std::str::from_utf8(head).ok().and_then(read_head) else {
        return Incoming::Refused(400);
    };
    if length > MAX_BODY {
        return Incoming::Refused(413);
    }
    match rest.get(..length) {
        None => Incoming::Partial,
        Some(body) => match std::str::from_utf8(body) {
            Ok(body) if body.bytes().all(|b| (0x21..0x7f).contains(&b)) => {
                body.clone_into(&mut request.body);
                Incoming::Complete(request)
            }
            _ => Incoming::Refused(400),
        },
    }
}

/// The request without its body, and the body's length.
fn read_head(head: &str) -> Option<(Request, usize)> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_method = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
    let is_target = target.starts_with('/') && target.bytes().all(|b| (0x21..0x7f).contains(&b));
    if words.next().is_some()
        || !is_method
        || !is_target
        || target.contains('#')
        || !matches!(version, "HTTP/1.1" | "HTTP/1.0")
    {
        return None;
    }
    let mut fields = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let is_name = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        if !is_name || value.chars().any(|c| c != '\t' && c.is_control()) || fields.len() == MAX_FIELDS {
            return None;
        }
        fields.push((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()));
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let request =
        Request { method: method.to_owned(), path: path.to_owned(), query, fields, body: String::new() };
    // Two readings of where a request ends would be two requests.
    if request.has("transfer-encoding") {
        return None;
    }
    let length = match request.field("content-length") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().unwrap_or(usize::MAX)
        }
        Some(_) => return None,
        None if request.has("content-length") => return None,
        None => 0,
    };
    Some((request, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(input: &str) -> u16 {
        match read(input.as_bytes()) {
            Incoming::Complete(_) => 200,
            Incoming::Refused(status) => status,
            Incoming::Partial | Incoming::Gone => 0,
        }
    }

    #[test]
    fn what_is_not_plainly_http_is_refused() {
        assert_eq!(status("GET /cb?code=a HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
        assert_eq!(status("GET /cb?code=a HTTP/1.1\r\nHost: x\r\n"), 0);
        assert_eq!(status("POST /cb HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b"), 200);
        assert_eq!(status("POST /cb HTTP/1.1\r\nContent-Length: 4\r\n\r\na=b"), 0);
        for bad in [
            "GET  /cb HTTP/1.1\r\n\r\n",
            "GET /cb HTTP/2.0\r\n\r\n",
            "GET http://127.0.0.1/cb HTTP/1.1\r\n\r\n",
            "GET /cb#x HTTP/1.1\r\n\r\n",
            "GET /c\u{e9} HTTP/1.1\r\n\r\n",
            "get /cb HTTP/1.1\r\n\r\n",
            "GET /cb HTTP/1.1\r\n folded: x\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost: x\ny: z\r\n\r\n",
            "GET /cb HTTP/1.1\r\nno colon\r\n\r\n",
            "POST /cb HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /cb HTTP/1.1\r\nContent-Length: +3\r\n\r\na=b",
            "POST /cb HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\na=b",
            "POST /cb HTTP/1.1\r\nContent-Length: 3\r\n\r\na b",
            "\r\n\r\n",
        ] {
            assert_eq!(status(bad), 400, "{bad:?}");
        }
        assert_eq!(status("POST /cb HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"), 413);
        assert_eq!(status(&"a".repeat(40_000)), 431);
        let many = "a: b\r\n".repeat(101);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{many}\r\n")), 400);
    }
}
