//! The HTTP clients: one for serenity with its rate limiter, one for files of the CDN. Both with time limits, the extra certificate
//! authority and the other address where they are configured.

use std::{net::SocketAddr, time::Duration};

use reqwest12 as reqwest;
use secrecy::ExposeSecret as _;
use serenity::http::{Http, HttpBuilder, Ratelimiter};

use super::{breaker::Breaker, error::ServeError, options::DiscordOptions};

/// The hosts that `connect_to` stands for.
const HOSTS: [&str; 2] = ["discord.com", "cdn.discordapp.com"];

/// Serenity's client on the HTTP client, with its rate limiter on.
///
/// The gateway's part of the bot has one of its own: it only answers interactions, whose limits are apart from all others.
pub(super) fn http(options: &DiscordOptions, client: &reqwest::Client, breaker: &Breaker) -> Http {
    let token = options.token.expose_secret();
    let mut limiter = Ratelimiter::new(client.clone(), format!("Bot {token}"));
    let counted = breaker.clone();
    limiter.set_ratelimit_callback(Box::new(move |limit| {
        // The limiter calls this before it waits of its own accord too; only a global limit is certain to be a refusal.
        if limit.global {
            counted.count();
            tracing::warn!(
                wait_ms = limit.timeout.as_millis(),
                "Discord's global rate limit was met"
            );
        }
    }));
    HttpBuilder::new(token)
        .client(client.clone())
        .ratelimiter(limiter)
        .build()
}

/// The HTTP client.
pub(super) async fn client(options: &DiscordOptions) -> Result<reqwest::Client, ServeError> {
    let transport = &options.transport;
    let mut builder = reqwest::Client::builder()
        .use_rustls_tls()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(transport.connect)
        .timeout(transport.request)
        .pool_idle_timeout(Duration::from_secs(90));
    if let Some(named) = &transport.connect_to {
        let addresses = resolve(named).await?;
        for host in HOSTS {
            builder = builder.resolve_to_addrs(host, &addresses);
        }
    }
    if let Some(file) = &transport.extra_ca_file {
        let refused = |reason: String| ServeError::Authority {
            file: file.display().to_string(),
            reason,
        };
        let pem = std::fs::read(file).map_err(|error| refused(error.to_string()))?;
        let found =
            reqwest::Certificate::from_pem_bundle(&pem).map_err(|_| refused("it is no PEM certificate".to_owned()))?;
        if found.is_empty() {
            return Err(refused("it holds no certificate".to_owned()));
        }
        for certificate in found {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|error| ServeError::Client(error.to_string()))
}

async fn resolve(named: &str) -> Result<Vec<SocketAddr>, ServeError> {
    let wrong = || ServeError::Address(named.to_owned());
    let found: Vec<SocketAddr> = tokio::net::lookup_host(named).await.map_err(|_| wrong())?.collect();
    if found.is_empty() { Err(wrong()) } else { Ok(found) }
}
