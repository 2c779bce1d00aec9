//! A web archive (`.mht`, also saved as `.xls`) to its HTML parts.

/// An HTML part with the character set its header names.
pub struct Part {
    /// The bytes with the transfer encoding undone.
    pub bytes: Vec<u8>,
    /// The header's `charset`.
    pub charset: Option<String>,
}

/// The HTML parts in their order; `None` if it is not a web archive.
pub fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    let (header, body) = Header::split(bytes);
    header.get("mime-version")?;
    let content_type = header.get("content-type").unwrap_or_default();
    let Some(boundary) = parameter(content_type, "boundary") else {
        return Some(part(&header, body).into_iter().collect());
    };
    let mut found = Vec::new();
    for piece in pieces(body, format!("--{boundary}").as_bytes()) {
        let (header, body) = Header::split(piece);
        found.extend(part(&header, body));
    }
    Some(found)
}

fn part(header: &Header, body: &[u8]) -> Option<Part> {
    let content_type = header.get("content-type").unwrap_or("text/html");
    if !content_type.to_ascii_lowercase().starts_with("text/html") {
        return None;
    }
    let bytes =
        match header.get("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
            "quoted-printable" => quoted_printable(body),
            "base64" => base64(body),
            _ => body.to_vec(),
        };
    Some(Part { bytes, charset: parameter(content_type, "charset") })
}

/// The stretches between lines that begin with the boundary.
fn pieces<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (None, 0);
    for line in body.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(boundary) {
            pieces.extend(start.and_then(|from| body.get(from..at)));
            let is_last = line.get(boundary.len()..).is_some_and(|rest| rest.starts_with(b"--"));
            start = if is_last { None } else { Some(at + line.len()) };
        }
        at += line.len();
    }
    // An archive cut short still has what came before.
    pieces.extend(start.and_then(|from| body.get(from..)));
    pieces
}

/// Header lines, names in lower case.
struct Header(Vec<(String, String)>);

impl Header {
    /// Longer heads are no heads.
    const LINES: usize = 100;

    /// The header lines and what follows the blank line after them.
    fn split(bytes: &[u8]) -> (Self, &[u8]) {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = bytes;
        for line in bytes.split_inclusive(|b| *b == b'\n').take(Self::LINES) {
            let text = String::from_utf8_lossy(line);
            rest = rest.get(line.len()..).unwrap_or_default();
            match (text.trim().is_empty(), text.split_once(':'), fields.last_mut()) {
                // Blank lines may stand before the header, and one ends it.
                (true, _, None) => {}
                (true, _, Some(_)) => break,
                (_, _, Some((_, value))) if text.starts_with([' ', '\t']) => value.push_str(text.trim_end()),
                (_, Some((name, value)), _) => {
                    fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
                _ => break,
            }
        }
        (Self(fields), rest)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The parameter of a header value: `text/html; charset="gb2312"`.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = tail;
                }
                _ => out.push(byte),
            },
            _ => out.push(byte),
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn base64(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for sextet in body.iter().take_while(|b| **b != b'=').filter_map(|b| sextet(*b)) {
        bits = bits << 6 | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    out
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_decoded() {
        let archive = "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"-=x\"\r\n\r\n\
            intro\r\n---=x\r\nContent-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: \
            quoted-printable\r\n\r\n<td a=3D1>=B7=D6=\r\n</td>=\r\n---=x\r\nContent-Type: text/css\r\n\r\nx\r\n---=x\r\n\
            Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n5Y\r\niG\r\n---=x--\r\n";
        let found = parts(archive.as_bytes()).unwrap();
        let bytes: Vec<_> = found.iter().map(|p| p.bytes.clone()).collect();
        assert_eq!(bytes, [b"<td a=1>\xB7\xD6</td>".to_vec(), "分".into()]);
        assert_eq!(found.first().unwrap().charset.as_deref(), Some("gb2312"));
    }

    #[test]
    fn other_files_are_no_archives() {
        for other in ["<html>MIME-Version: 1.0", "", "a:b\n\n", "\n\n\n"] {
            assert!(parts(other.as_bytes()).is_none(), "{other}");
        }
    }
}
