use base64::{engine::general_purpose::STANDARD, Engine};
use std::io::BufRead;

#[path = "hex.rs"]
mod hex_profile;
mod standard;

fn main() {
    for line in std::io::stdin().lock().lines() {
        let fields: Vec<Vec<u8>> = line.unwrap().split(' ').map(|field| STANDARD.decode(&field[1..]).unwrap()).collect();
        let text: Vec<String> = fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        let is_hex = text[0] == "hex";
        let prefix = if is_hex { "x-webhook" } else { &text[0] };
        let header = |name: &str| {
            let names = ["id", "timestamp", "signature"];
            let at = names.iter().position(|one| name.eq_ignore_ascii_case(&format!("{prefix}-{one}")))?;
            Some(text[2 + at].as_str())
        };
        let now = text[5].parse().unwrap();
        let result = if is_hex {
            hex_profile::verify(&fields[6], header, &text[1], now)
        } else {
            standard::verify(&fields[6], header, &text[1], &text[0], now)
        };
        println!("{}", result.err().unwrap_or("verified"));
    }
}
