//! The server's address and key as async-openai wants them. Its own configuration type reads the environment; this one can't.

use async_openai::config::Config;
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};

use crate::panel::llm::{error::LlmError, options::LlmOptions};

/// An address and a key.
#[derive(Clone)]
pub(crate) struct Endpoint {
    base: String,
    shown: String,
    key: SecretString,
    headers: HeaderMap,
}

impl Endpoint {
    pub(super) fn new(options: &LlmOptions) -> Result<Self, LlmError> {
        let base = base(&options.base_url)?;
        let key = options
            .api_key
            .as_ref()
            .map(|key| key.expose_secret().trim())
            .unwrap_or_default();
        let mut headers = HeaderMap::new();
        if !key.is_empty() {
            let mut value = HeaderValue::from_str(&format!("Bearer {key}"))
                .map_err(|_| settings("the key has characters that can't be sent"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        for (name, model) in [
            ("judge_model", &options.judge_model),
            ("speak_model", &options.speak_model),
        ] {
            if model.trim().is_empty() {
                return Err(settings(&format!("{name} is empty")));
            }
        }
        Ok(Self {
            shown: shown(&base),
            base,
            key: SecretString::from(key.to_owned()),
            headers,
        })
    }

    /// The address without a user name or a password.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether the connection is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.base.starts_with("https:")
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// The address as it may be shown: without a user name, a password or a query.
pub(crate) fn shown(address: &str) -> String {
    let Ok(mut url) = Url::parse(address.trim()) else {
        return "(not an address)".to_owned();
    };
    // Both fail only for addresses that can't carry a user name in the first place.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string().trim_end_matches('/').to_owned()
}

fn base(address: &str) -> Result<String, LlmError> {
    let url =
        Url::parse(address.trim()).map_err(|_| settings("base_url is not an address like http://127.0.0.1:8080/v1"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(settings("base_url must begin with http:// or https:// and name a host"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(settings("base_url must end with its path, without ? or #"));
    }
    let trimmed = url.as_str().trim_end_matches('/');
    Ok(trimmed
        .strip_suffix("/chat/completions")
        .unwrap_or(trimmed)
        .trim_end_matches('/')
        .to_owned())
}

fn settings(what: &str) -> LlmError {
    LlmError::Settings { what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(base_url: &str, key: Option<&str>) -> Result<Endpoint, LlmError> {
        let mut options = LlmOptions::new(base_url, "model");
        options.api_key = key.map(|key| SecretString::from(key.to_owned()));
        Endpoint::new(&options)
    }

    #[test]
    fn slashes_and_a_full_address_lead_to_the_same_base() {
        for address in [
            "http://h:1/v1",
            "http://h:1/v1/",
            " http://h:1/v1// ",
            "http://h:1/v1/chat/completions/",
        ] {
            let url = endpoint(address, None).unwrap().url("/chat/completions");
            assert_eq!(url, "http://h:1/v1/chat/completions", "{address}");
        }
    }

    #[test]
    fn a_key_is_trimmed_and_an_empty_one_is_none() {
        let headers = endpoint("http://h", Some(" sk-1\n")).unwrap().headers();
        assert_eq!(headers.get(AUTHORIZATION).unwrap().to_str().unwrap(), "Bearer sk-1");
        assert!(headers.get(AUTHORIZATION).unwrap().is_sensitive());
        assert!(endpoint("http://h", Some(" \n")).unwrap().headers().is_empty());
        assert!(endpoint("http://h", None).unwrap().headers().is_empty());
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_an_error_without_the_key() {
        let error = endpoint("http://h", Some("sk-a\nb")).err().unwrap();
        assert!(!error.to_string().contains("sk-a"), "{error}");
        assert!(matches!(error, LlmError::Settings { .. }));
    }

    #[test]
    fn bad_addresses_are_refused_and_never_repeated() {
        for address in [
            "",
            "localhost:8080",
            "ftp://h/v1",
            "http://",
            "http://u:secret@h/v1?x=1",
            "file:///secret",
        ] {
            let error = endpoint(address, None)
                .err()
                .unwrap_or_else(|| panic!("{address} was accepted"));
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn what_is_shown_has_no_user_name() {
        assert_eq!(shown("https://user:secret@h:8/v1/"), "https://h:8/v1");
        assert_eq!(
            endpoint("http://user:secret@h/v1", None).unwrap().shown(),
            "http://h/v1"
        );
        assert!(!format!("{:?}", LlmOptions::new("http://user:secret@h/v1", "m")).contains("secret"));
    }
}
