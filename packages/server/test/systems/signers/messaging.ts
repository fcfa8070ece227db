import { generateKeyPairSync, sign as signWithKey } from 'node:crypto'
import { standard } from './code.ts'
import { base64, basicAuth, header, hex, mac, shared, shows, stripeLike, type Signer, type Signers } from './signer.ts'

/** A key pair of Ed25519 and its public key, as the sender shows it. */
function ed25519(
  encoding: 'hex' | 'base64',
  sign: (key: (message: Buffer) => Buffer, body: Buffer, ts: string) => Record<string, string>,
): Signer {
  const pair = generateKeyPairSync('ed25519')
  const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    covers: 'body',
    auth: { secrets: [raw.toString(encoding)] },
    privateKey: pair.privateKey,
    sign: ({ body, privateKey, time }) => ({ headers: sign((message) => signWithKey(null, message, privateKey), body, time.seconds) }),
  }
}

const discord = () =>
  ed25519('hex', (key, body, ts) => ({
    'X-Signature-Timestamp': ts,
    'X-Signature-Ed25519': key(Buffer.concat([Buffer.from(ts), body])).toString('hex'),
  }))

function sendgrid(): Signer {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    covers: 'body',
    auth: { secrets: [pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')] },
    privateKey: pair.privateKey,
    sign({ body, privateKey, time }) {
      const ts = time.seconds
      const signature = signWithKey('sha256', Buffer.concat([Buffer.from(ts), body]), privateKey).toString('base64')
      return {
        headers: { 'X-Twilio-Email-Event-Webhook-Timestamp': ts, 'X-Twilio-Email-Event-Webhook-Signature': signature },
      }
    },
  }
}

/** The URL, then each field of the form in the order of their names, its value behind it. */
function urlAndForm(url: string, body: Buffer): string {
  const fields = [...new URLSearchParams(body.toString())].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return url + fields.flat().join('')
}

const zoomLike = (prefix: string, names: { readonly time: string; readonly signature: string }, head: (ts: string) => string) =>
  shared(({ secret, body, time }) => {
    const ts = time.seconds
    return { headers: { [names.time]: ts, [names.signature]: prefix + hex(secret, head(ts), body) } }
  })

export const messaging: Signers = {
  slack: zoomLike('v0=', { time: 'X-Slack-Request-Timestamp', signature: 'X-Slack-Signature' }, (ts) => `v0:${ts}:`),
  zoom: zoomLike('v0=', { time: 'x-zm-request-timestamp', signature: 'x-zm-signature' }, (ts) => `v0:${ts}:`),
  twilio: shared(({ secret, body, url }) => ({ headers: { 'X-Twilio-Signature': mac('sha1', 'base64', secret, urlAndForm(url, body)) } })),
  mandrill: shared(({ secret, body, url }) => ({
    headers: { 'X-Mandrill-Signature': mac('sha1', 'base64', secret, urlAndForm(url, body)) },
  })),
  sendgrid: sendgrid(),
  mailgun: shared(
    ({ secret, body, time }) => {
      const [timestamp, token] = [time.seconds, crypto.randomUUID()]
      const signature = { timestamp, token, signature: hex(secret, timestamp + token) }
      return { body: Buffer.from(JSON.stringify({ ...(JSON.parse(body.toString()) as object), signature })) }
    },
    { covers: 'part' },
  ),
  meta: header('X-Hub-Signature-256', (secret, body) => `sha256=${hex(secret, body)}`, { auth: { verifyToken: 'chosen by me' } }),
  discord: discord(),
  'discord-interactions': discord(),
  telegram: shows('X-Telegram-Bot-Api-Secret-Token'),
  telnyx: ed25519('base64', (key, body, ts) => ({
    'telnyx-timestamp': ts,
    'telnyx-signature-ed25519': key(Buffer.concat([Buffer.from(`${ts}|`), body])).toString('base64'),
  })),
  postmark: basicAuth(),
  knock: shared(({ secret, body, time }) => {
    const t = time.milliseconds
    return { headers: { 'x-knock-signature': `t=${t},s=${base64(secret, `${t}.`, body)}` } }
  }),
  line: header('x-line-signature', base64),
  resend: standard('svix'),
  x: header('x-twitter-webhooks-signature', (secret, body) => `sha256=${base64(secret, body)}`),
  twitch: shared(({ secret, body, time }) => {
    const at = time.iso
    return {
      headers: {
        'Twitch-Eventsub-Message-Id': 'e76c6bd4',
        'Twitch-Eventsub-Message-Timestamp': at,
        'Twitch-Eventsub-Message-Signature': `sha256=${hex(secret, 'e76c6bd4', at, body)}`,
      },
    }
  }),
}

/** Those that none of the other lists has. */
export const crm: Signers = {
  hubspot: shared(({ secret, body, url, time }) => {
    const ts = time.milliseconds
    return { headers: { 'X-HubSpot-Request-Timestamp': ts, 'X-HubSpot-Signature-v3': base64(secret, 'POST', decodeURI(url), body, ts) } }
  }),
  intercom: header('X-Hub-Signature', (secret, body) => `sha1=${mac('sha1', 'hex', secret, body)}`),
  zendesk: shared(({ secret, body, time }) => {
    const ts = time.iso
    return { headers: { 'X-Zendesk-Webhook-Signature-Timestamp': ts, 'X-Zendesk-Webhook-Signature': base64(secret, ts, body) } }
  }),
  calendly: stripeLike('Calendly-Webhook-Signature', 'seconds'),
  typeform: header('Typeform-Signature', (secret, body) => `sha256=${base64(secret, body)}`),
  tally: header('Tally-Signature', base64),
  'cal-com': header('X-Cal-Signature-256', hex),
  pipedrive: basicAuth(),
  'customer-io': zoomLike('', { time: 'X-CIO-Timestamp', signature: 'X-CIO-Signature' }, (ts) => `v0:${ts}:`),
  front: shared(({ secret, body, time }) => {
    const ts = time.milliseconds
    return { headers: { 'X-Front-Request-Timestamp': ts, 'X-Front-Signature': base64(secret, `${ts}:`, body) } }
  }),
  docusign: header('X-DocuSign-Signature-1', base64),
  webflow: shared(({ secret, body, time }) => {
    const ts = time.milliseconds
    return { headers: { 'x-webflow-timestamp': ts, 'x-webflow-signature': hex(secret, `${ts}:`, body) } }
  }),
  ashby: header('Ashby-Signature', (secret, body) => `sha256=${hex(secret, body)}`),
}
