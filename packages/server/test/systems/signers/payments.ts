import { sign as signWithKey } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { base64, basicAuth, header, hex, mac, shared, stripeLike, type Signers } from './signer.ts'
import { senderKeys } from './sender-keys.ts'

interface AdyenItem {
  NotificationRequestItem: {
    pspReference: string
    originalReference: string
    merchantAccountCode: string
    merchantReference: string
    amount: { value: number; currency: string }
    eventCode: string
    success: string
    additionalData: { hmacSignature?: string }
  }
}

/** The secret is hexadecimal; each item is signed on its own, in a field of it. */
function signAdyen(secret: string, body: Buffer): Buffer {
  const whole = JSON.parse(body.toString()) as { notificationItems: AdyenItem[] }
  for (const { NotificationRequestItem: item } of whole.notificationItems) {
    const { pspReference, originalReference, merchantAccountCode, merchantReference, amount, eventCode, success } = item
    const fields = [
      pspReference,
      originalReference,
      merchantAccountCode,
      merchantReference,
      amount.value,
      amount.currency,
      eventCode,
      success,
    ]
    item.additionalData.hmacSignature = base64(Buffer.from(secret, 'hex'), fields.join(':'))
  }
  return Buffer.from(JSON.stringify(whole))
}

const WEBHOOK_ID = '8PT597110X687430LKGECATA'

export const payments: Signers = {
  stripe: stripeLike('Stripe-Signature', 'seconds'),
  paypal: {
    covers: 'body',
    auth: { secrets: [], settings: { webhookId: WEBHOOK_ID } },
    privateKey: senderKeys.certified.privateKey,
    sign({ body, privateKey }) {
      const id = '69cd13f0-d67a-11e5-baa3-778b53f4ae55'
      const at = '2026-11-20T08:00:00Z'
      const signed = Buffer.from(`${id}|${at}|${WEBHOOK_ID}|${crc32(body)}`)
      return {
        headers: {
          'PAYPAL-TRANSMISSION-ID': id,
          'PAYPAL-TRANSMISSION-TIME': at,
          'PAYPAL-AUTH-ALGO': 'SHA256withRSA',
          'PAYPAL-CERT-URL': 'https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5a29e601',
          'PAYPAL-TRANSMISSION-SIG': signWithKey('sha256', signed, privateKey).toString('base64'),
        },
      }
    },
  },
  square: shared(({ secret, body, url }) => ({ headers: { 'x-square-hmacsha256-signature': base64(secret, url, body) } })),
  adyen: shared(({ secret, body }) => ({ body: signAdyen(secret, body) }), { secret: 'a1b2'.repeat(16), covers: 'part' }),
  paddle: shared(({ secret, body, time }) => {
    const ts = time.seconds
    return { headers: { 'Paddle-Signature': `ts=${ts};h1=${hex(secret, `${ts}:`, body)}` } }
  }),
  razorpay: header('X-Razorpay-Signature', hex),
  paystack: header('x-paystack-signature', (secret, body) => mac('sha512', 'hex', secret, body)),
  gocardless: header('Webhook-Signature', hex),
  airwallex: shared(({ secret, body, time }) => {
    const ts = time.milliseconds
    return { headers: { 'x-timestamp': ts, 'x-signature': hex(secret, ts, body) } }
  }),
  'coinbase-commerce': header('X-CC-Webhook-Signature', hex),
  'lemon-squeezy': header('X-Signature', hex),
  revolut: shared(({ secret, body, time }) => {
    const ts = time.milliseconds
    return { headers: { 'Revolut-Request-Timestamp': ts, 'Revolut-Signature': `v1=${hex(secret, `v1.${ts}.`, body)}` } }
  }),
  fastspring: header('X-FS-Signature', base64),
  chargebee: basicAuth(),
  recurly: basicAuth(),
  polar: shared(({ secret, body, time }) => {
    const ts = time.seconds
    return {
      headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': ts, 'webhook-signature': `v1,${base64(secret, `msg_1.${ts}.`, body)}` },
    }
  }),
  xero: header('x-xero-signature', base64),
  quickbooks: header('intuit-signature', base64),
}
