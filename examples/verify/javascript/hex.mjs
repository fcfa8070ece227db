// hex: nothing to install
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Returns the payload, or throws. `body` is the Buffer as it came, `headers` is `request.headers`. */
export function verify(body, headers, secret, { now = Date.now() / 1000 } = {}) {
  const timestamp = headers['x-webhook-timestamp'] ?? ''
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) throw new Error('no timestamp, too old, or from the future')
  if (!secret) throw new Error('no secret')
  const expected = Buffer.from(createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex'))
  const fits = (one) => one.length === expected.length && timingSafeEqual(one, expected)
  const signatures = (headers['x-webhook-signature'] ?? '').split(' ')
  if (!signatures.some((one) => fits(Buffer.from(one)))) throw new Error('wrong signature')
  return JSON.parse(body)
}
