const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Most texts in JSON end within so many bytes, and are walked through faster than searched. */
const NEAR = 32

/** Behind the closing quote of the JSON text that begins at `start`; behind the end of all if nothing closes it. */
export function textEnd(json: Uint8Array, start: number): number {
  let at = start + 1
  for (;;) {
    const near = Math.min(at + NEAR, json.length)
    while (at < near) {
      if (json[at] === QUOTE) return at + 1
      at += json[at] === BACKSLASH ? 2 : 1
    }
    const quote = json.indexOf(QUOTE, at)
    if (quote === -1) return json.length + 1
    let escapes = 0
    while (quote - escapes > at && json[quote - escapes - 1] === BACKSLASH) escapes++
    at = quote + 1
    if (escapes % 2 === 0) return at
  }
}
