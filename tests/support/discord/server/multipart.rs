//! Reads a multipart form: `payload_json` and the files.

use bytes::Bytes;

use super::super::error::{ApiError, ApiResult};

/// A file of a form.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// The number in `files[n]`.
    pub number: u64,
    pub name: String,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

/// A form.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub payload: Option<String>,
    pub files: Vec<Upload>,
}

/// Reads a form, or refuses it.
pub(crate) fn read(content_type: &str, body: &[u8]) -> ApiResult<Form> {
    let wrong = || ApiError::form("", "CONTENT_TYPE_INVALID", "the multipart form cannot be read");
    let boundary = content_type
        .split("boundary=")
        .nth(1)
        .map(|text| text.trim_matches('"'))
        .ok_or_else(wrong)?;
    let marker = format!("--{boundary}");
    let mut form = Form::default();
    let mut rest = after(body, marker.as_bytes()).ok_or_else(wrong)?;
    while !rest.starts_with(b"--") {
        let end = find(rest, format!("\r\n{marker}").as_bytes()).ok_or_else(wrong)?;
        let part = rest.get(2..end).ok_or_else(wrong)?;
        let gap = find(part, b"\r\n\r\n").ok_or_else(wrong)?;
        let head = String::from_utf8_lossy(&part[..gap]).into_owned();
        add(&mut form, &head, &part[gap + 4..]).ok_or_else(wrong)?;
        rest = after(&rest[end..], marker.as_bytes()).ok_or_else(wrong)?;
    }
    Ok(form)
}

fn add(form: &mut Form, head: &str, bytes: &[u8]) -> Option<()> {
    let name = parameter(head, "name")?;
    if name == "payload_json" {
        form.payload = Some(String::from_utf8(bytes.to_vec()).ok()?);
        return Some(());
    }
    let number = name.strip_prefix("files[")?.strip_suffix(']')?.parse().ok()?;
    let content_type = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type")
            .then(|| value.trim().to_owned())
    });
    form.files.push(Upload {
        number,
        name: parameter(head, "filename")?,
        content_type,
        bytes: Bytes::copy_from_slice(bytes),
    });
    Some(())
}

fn parameter(head: &str, name: &str) -> Option<String> {
    let mut found = head
        .split(';')
        .filter_map(|piece| piece.trim().lines().next()?.split_once('='));
    found
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn after<'a>(bytes: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    find(bytes, needle).and_then(|at| bytes.get(at + needle.len()..))
}
