// hex: cargo add hex hmac sha2
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// `header` finds a header by its name, `now` is Unix seconds.
pub fn verify<'a>(body: &[u8], header: impl Fn(&str) -> Option<&'a str>, secret: &str, now: u64) -> Result<(), &'static str> {
    let timestamp = header("X-Webhook-Timestamp").ok_or("no timestamp")?;
    let signatures = header("X-Webhook-Signature").ok_or("no signature")?;
    let seconds: u64 = timestamp.parse().map_err(|_| "the timestamp is not a number")?;
    if now.abs_diff(seconds) > 300 {
        return Err("too old, or from the future");
    }
    if secret.is_empty() {
        return Err("no secret");
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| "no key")?;
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    let lowercase = signatures.split(' ').filter(|one| !one.bytes().any(|byte| byte.is_ascii_uppercase()));
    // verify_slice takes the same time wherever the two differ.
    let fits = lowercase.filter_map(|one| hex::decode(one).ok()).any(|one| mac.clone().verify_slice(&one).is_ok());
    if fits { Ok(()) } else { Err("wrong signature") }
}
