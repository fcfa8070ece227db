// standard and svix: cargo add base64 hmac sha2
use base64::{engine::general_purpose::STANDARD, Engine};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// `header` finds a header by its name, `family` is "webhook" (or "svix"), `now` is Unix seconds.
pub fn verify<'a>(body: &[u8], header: impl Fn(&str) -> Option<&'a str>, secret: &str, family: &str, now: u64) -> Result<(), &'static str> {
    let find = |name: &str| header(&format!("{family}-{name}")).ok_or("a header is missing");
    let (id, timestamp, signatures) = (find("id")?, find("timestamp")?, find("signature")?);
    let seconds: u64 = timestamp.parse().map_err(|_| "the timestamp is not a number")?;
    if now.abs_diff(seconds) > 300 {
        return Err("too old, or from the future");
    }
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).map_err(|_| "the secret is not base64")?;
    if key.is_empty() {
        return Err("no secret");
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| "no key")?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    let mut candidates = signatures.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
    // verify_slice takes the same time wherever the two differ.
    let fits = candidates.any(|one| mac.clone().verify_slice(&one).is_ok());
    if fits { Ok(()) } else { Err("wrong signature") }
}
