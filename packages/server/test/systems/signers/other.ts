import { sign as signWithKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { standard } from './code.ts'
import { senderKeys } from './sender-keys.ts'
import { base64, header, hex, mac, plainHash, shared, shows, stripeLike, type Signers } from './signer.ts'

const withFields = (body: Buffer, change: (whole: Record<string, unknown>) => void) => {
  const whole = JSON.parse(body.toString()) as Record<string, unknown>
  change(whole)
  return Buffer.from(JSON.stringify(whole))
}

const clientState = () =>
  shared(
    ({ secret, body }) => ({
      body: withFields(body, (whole) => (whole['value'] = (whole['value'] as object[]).map((item) => ({ ...item, clientState: secret })))),
    }),
    { covers: 'none' },
  )

const TOPIC = 'arn:aws:sns:us-west-2:123456789012:MyTopic'
const AUDIENCE = 'https://hooks.example/in/default/google-pubsub'
const EMAIL = 'push@project.iam.gserviceaccount.com'

/** `Key\nValue\n` of the fields that are there, in the order of their names. */
function signSns(whole: Record<string, unknown>): Record<string, unknown> {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const signed = names.flatMap((name) => (whole[name] === undefined ? [] : [name, String(whole[name])]))
  const digest = whole['SignatureVersion'] === '2' ? 'sha256' : 'sha1'
  const signature = signWithKey(digest, Buffer.from(`${signed.join('\n')}\n`), senderKeys.certified.privateKey)
  return { ...whole, Signature: signature.toString('base64') }
}

export const commerce: Signers = {
  shopify: header('X-Shopify-Hmac-SHA256', base64),
  woocommerce: header('X-WC-Webhook-Signature', base64),
  'commerce-layer': header('X-CommerceLayer-Signature', base64),
  picqer: header('X-Picqer-Signature', base64),
  fourthwall: header('X-Fourthwall-Hmac-SHA256', base64),
  shiphero: header('x-shiphero-hmac-sha256', base64),
}

export const productivity: Signers = {
  notion: header('X-Notion-Signature', (secret, body) => `sha256=${hex(secret, body)}`),
  asana: header('X-Hook-Signature', hex),
  trello: shared(({ secret, body, url }) => ({ headers: { 'x-trello-webhook': mac('sha1', 'base64', secret, body, url) } })),
  airtable: header('X-Airtable-Content-MAC', (secret, body) => `hmac-sha256=${hex(Buffer.from(secret, 'base64'), body)}`, {
    secret: Buffer.from('a key of more than 24 bytes, in base64').toString('base64'),
  }),
  dropbox: header('X-Dropbox-Signature', hex),
  clickup: header('X-Signature', hex),
  nylas: header('x-nylas-signature', hex),
}

export const identity: Signers = {
  clerk: standard('svix'),
  okta: shows('Authorization'),
  auth0: shows('Authorization'),
  workos: stripeLike('WorkOS-Signature', 'milliseconds', (t, v) => `t=${t}, v1=${v}`),
}

export const cloud: Signers = {
  'aws-sns': {
    covers: 'part',
    auth: { secrets: [], settings: { topicArn: TOPIC } },
    privateKey: senderKeys.certified.privateKey,
    sign: ({ body }) => ({ body: Buffer.from(JSON.stringify(signSns(JSON.parse(body.toString()) as Record<string, unknown>))) }),
  },
  'google-pubsub': {
    covers: 'none',
    auth: { secrets: [], settings: { audience: AUDIENCE, email: EMAIL } },
    privateKey: senderKeys.keySet.privateKey,
    async sign({ privateKey }) {
      const token = new SignJWT({ email: EMAIL, email_verified: true })
        .setProtectedHeader({ alg: 'RS256', kid: senderKeys.keySet.kid })
        .setIssuer('https://accounts.google.com')
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('1h')
      return { headers: { Authorization: `Bearer ${await token.sign(privateKey)}` } }
    },
  },
  'microsoft-graph': clientState(),
  sharepoint: clientState(),
  cloudinary: shared(({ secret, body, time }) => {
    const ts = time.seconds
    return { headers: { 'X-Cld-Timestamp': ts, 'X-Cld-Signature': plainHash('sha1', body, ts, secret) } }
  }),
  alchemy: header('X-Alchemy-Signature', hex),
  meraki: shared(({ secret, body }) => ({ body: withFields(body, (whole) => (whole['sharedSecret'] = secret)) }), { covers: 'none' }),
  cloudflare: shows('cf-webhook-auth'),
  mux: stripeLike('Mux-Signature', 'seconds'),
  smartcar: header('SC-Signature', hex),
}

export const generic: Signers = { 'standard-webhooks': standard('webhook'), svix: standard('svix') }
