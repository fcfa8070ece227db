import { SignJWT } from 'jose'
import { base64, header, hex, mac, plainHash, shared, shows, stripeLike, type Signers } from './signer.ts'

const prefixed = (secret: string, body: Buffer) => `sha256=${hex(secret, body)}`

/** Standard Webhooks and Svix: the key is what follows `whsec_`, decoded. */
export const standard = (family: 'webhook' | 'svix') =>
  shared(
    ({ secret, body, time }) => {
      const ts = time.seconds
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
      const [id, signature] = ['msg_2', base64(key, `msg_2.${ts}.`, body)]
      return { headers: { [`${family}-id`]: id, [`${family}-timestamp`]: ts, [`${family}-signature`]: `v1,${signature}` } }
    },
    { secret: `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64')}` },
  )

export const code: Signers = {
  github: header('X-Hub-Signature-256', prefixed),
  gitlab: shows('X-Gitlab-Token'),
  bitbucket: header('X-Hub-Signature', prefixed),
  gitea: header('X-Gitea-Signature', hex),
  sentry: header('Sentry-Hook-Signature', hex),
  vercel: header('x-vercel-signature', (secret, body) => mac('sha1', 'hex', secret, body)),
  netlify: shared(async ({ secret, body }) => {
    const claims = new SignJWT({ sha256: plainHash('sha256', body) }).setIssuer('netlify').setProtectedHeader({ alg: 'HS256' })
    return { headers: { 'X-Webhook-Signature': await claims.sign(Buffer.from(secret)) } }
  }),
  linear: shared(({ secret, body, time }) => {
    const sent = Buffer.from(JSON.stringify({ ...(JSON.parse(body.toString()) as object), webhookTimestamp: Number(time.milliseconds) }))
    return { body: sent, headers: { 'Linear-Signature': hex(secret, sent) } }
  }),
  jira: header('X-Hub-Signature', prefixed),
  pagerduty: header('X-PagerDuty-Signature', (secret, body) => `v1=${hex(secret, body)}`),
  circleci: header('circleci-signature', (secret, body) => `v1=${hex(secret, body)}`),
  buildkite: stripeLike('X-Buildkite-Signature', 'seconds', (t, v) => `timestamp=${t},signature=${v}`),
  cursor: header('X-Webhook-Signature', prefixed),
  heroku: header('Heroku-Webhook-Hmac-SHA256', base64),
  'hugging-face': shows('X-Webhook-Secret'),
  openai: standard('webhook'),
  replicate: standard('webhook'),
  hookdeck: header('x-hookdeck-signature', base64),
  sanity: shared(({ secret, body, time }) => {
    const t = time.milliseconds
    return { headers: { 'sanity-webhook-signature': `t=${t},v1=${mac('sha256', 'base64url', secret, `${t}.`, body)}` } }
  }),
}
