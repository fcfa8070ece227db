// standard and svix: nothing to install
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Returns the payload, or throws. `body` is the Buffer as it came, `headers` is `request.headers`; `family` is 'svix' for the svix profile. */
export function verify(body, headers, secret, { family = 'webhook', now = Date.now() / 1000 } = {}) {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`${family}-${name}`] ?? '')
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) throw new Error('no timestamp, too old, or from the future')
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  if (key.length === 0) throw new Error('no secret')
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`)
  const fits = (one) => one.length === expected.length && timingSafeEqual(one, expected)
  if (!signatures.split(' ').some((one) => fits(Buffer.from(one)))) throw new Error('wrong signature')
  return JSON.parse(body)
}
