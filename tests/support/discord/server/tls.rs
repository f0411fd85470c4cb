//! A throw-away certificate authority and a certificate for Discord's names.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// The names the fake answers for.
const NAMES: [&str; 3] = ["discord.com", "cdn.discordapp.com", "media.discordapp.net"];

/// The server's side of TLS, and the authority in PEM for the client.
pub(crate) fn authority_and_server() -> (String, Arc<ServerConfig>) {
    let authority_key = KeyPair::generate().expect("a key can be made");
    let mut authority = CertificateParams::new(Vec::<String>::new()).expect("no names are fine");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_certificate = authority
        .self_signed(&authority_key)
        .expect("the authority signs itself");
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key can be made");
    let names = CertificateParams::new(NAMES.map(str::to_owned)).expect("the names are valid");
    let certificate = names.signed_by(&key, &issuer).expect("the authority signs");
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks the usual versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("key and certificate belong together");
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    (authority_certificate.pem(), Arc::new(server))
}
