/**
 * Signs webhooks and verifies them, in three profiles: Standard Webhooks (`standard`), the same under Svix's header names
 * (`svix`), and plain hex HMAC (`hex`). The server signs with this very code, so what it sends and what a receiver checks
 * cannot drift apart. Works on raw bytes only; it never parses a body, reads a clock or opens a connection.
 *
 * Each act is there twice: `signAsync`, `verifyAsync` and so on run on Web Crypto, the same in browsers and in Node; `sign`,
 * `verify` and so on are Node's alone and answer at once. In browsers this door is `browser.ts`.
 *
 * @example
 * const result = verify({ profile: 'standard', secrets: [process.env.WEBHOOK_SECRET], headers: req.headers, body: rawBody, nowSeconds: Date.now() / 1000 })
 * if (!result.ok) return respond(401, result.detail)
 */
export * from './browser.ts'
export { explainFailure, type FailureCause, type FailureExplanation } from './explain-failure.ts'
export { generateSecret, prepareKey, publicKeyOf, type PreparedKey, type SigningKey } from './key.ts'
export { sign, type SignInput } from './sign.ts'
export { verify, type VerifyInput } from './verify.ts'
