//! The paths that Rust source names: `use` trees and paths in expressions, without comments and literals.

/// Source with comments, string and character literals blanked.
pub(crate) fn code_of(source: &str) -> String {
    let text: Vec<char> = source.chars().collect();
    let at = |i: usize| text.get(i).copied().unwrap_or('\0');
    let (mut out, mut i) = (String::with_capacity(source.len()), 0);
    while i < text.len() {
        let start = i;
        if at(i) == '/' && at(i + 1) == '/' {
            while i < text.len() && at(i) != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= text.len() {
                    break;
                }
            }
        } else if let Some(end) = raw_string(&text, i) {
            i = end;
        } else if at(i) == '"' {
            i += 1;
            while i < text.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < text.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else {
            out.push(at(i));
            i += 1;
            continue;
        }
        // Lines keep their numbers.
        out.extend(text[start..i.min(text.len())].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
    }
    out
}

/// The end of a raw string that begins here.
fn raw_string(text: &[char], start: usize) -> Option<usize> {
    let before = start.checked_sub(1).and_then(|i| text.get(i)).copied().unwrap_or(' ');
    if text[start] != 'r' || before.is_alphanumeric() && before != 'b' || before == '_' {
        return None;
    }
    let hashes = text[start + 1..].iter().take_while(|c| **c == '#').count();
    if text.get(start + 1 + hashes) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = start + 2 + hashes;
    let length = text[body..].windows(close.len()).position(|window| window == close)?;
    Some(body + length + close.len())
}

/// Every path of the source with the line it stands in; groups are spelled out.
pub(crate) fn paths(source: &str) -> Vec<(usize, Vec<String>)> {
    let code = code_of(source);
    let mut found = Vec::new();
    for (number, tokens) in statements(&code) {
        let mut rest = tokens.as_slice();
        while let Some((first, tail)) = rest.split_first() {
            if is_name(first) {
                let mut out = Vec::new();
                rest = tree(rest, &[], &mut out);
                found.extend(out.into_iter().map(|path| (number, path)));
            } else {
                rest = tail;
            }
        }
    }
    found
}

/// Reads one path or `use` tree; returns what follows it.
fn tree<'a>(mut rest: &'a [String], prefix: &[String], out: &mut Vec<Vec<String>>) -> &'a [String] {
    let mut path = prefix.to_vec();
    loop {
        match rest {
            [name, tail @ ..] if is_name(name) => {
                path.push(name.clone());
                rest = tail;
            }
            [brace, tail @ ..] if brace == "{" => {
                rest = tail;
                while let Some((first, _)) = rest.split_first().filter(|(first, _)| *first != "}") {
                    rest = if is_name(first) || first == "{" { tree(rest, &path, out) } else { &rest[1..] };
                }
                return rest.get(1..).unwrap_or_default();
            }
            _ => {
                out.push(path);
                return rest;
            }
        }
        match rest {
            [colons, tail @ ..] if colons == "::" => rest = tail,
            _ => {
                out.push(path);
                return rest;
            }
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The tokens of each statement, up to `;` or the end of a line that closes none.
fn statements(code: &str) -> Vec<(usize, Vec<String>)> {
    let mut all = Vec::new();
    let (mut tokens, mut began, mut in_use) = (Vec::new(), 1, false);
    for (number, line) in code.lines().enumerate() {
        if tokens.is_empty() {
            began = number + 1;
        }
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_alphanumeric() || c == '_' {
                let mut name = c.to_string();
                while let Some(next) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    name.push(next);
                }
                in_use |= name == "use";
                tokens.push(name);
            } else if c == ':' && chars.next_if_eq(&':').is_some() {
                tokens.push("::".into());
            } else if !c.is_whitespace() {
                in_use &= c != ';';
                tokens.push(c.into());
            }
        }
        if !in_use {
            all.push((began, std::mem::take(&mut tokens)));
        }
    }
    all.push((began, tokens));
    all
}
