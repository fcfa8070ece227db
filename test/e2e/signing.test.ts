import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as Svix2Webhook } from 'svix'
import { Webhook as Svix1Webhook } from 'svix-1'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  generateSecret,
  headersOf,
  publicKeyOf,
  signingProfiles,
  verify,
  verifyAsync,
  type SigningProfile,
} from '../../packages/sdk/src/index.ts'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { fetched, startWholeServer, type WholeServer } from './whole-server.ts'

/** The packages that receivers have in place, and the profiles that each of them knows. */
const packages = [
  { name: 'standardwebhooks 1.1.1', Webhook: StandardWebhook, profiles: ['standard'] },
  { name: 'svix 2.5.0', Webhook: Svix2Webhook, profiles: ['standard', 'svix'] },
  { name: 'svix 1.99.1', Webhook: Svix1Webhook, profiles: ['standard', 'svix'] },
] as const
const pairs = packages.flatMap(({ name, Webhook, profiles }) => profiles.map((profile) => ({ name, Webhook, profile })))

const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const payload = { type: 'invoice.paid', data: { total: 12.5, name: 'Åse 🎉', quote: '\u2028"' } }
const asymmetric = generateSecret('standard', fill, 'asymmetric')
const now = () => Date.now() / 1000

/** One endpoint a profile, one with Ed25519, and one whose secret was rotated with both in force. */
const endpoints = [...signingProfiles, 'ed25519', 'rotated'] as const
type Endpoint = (typeof endpoints)[number]
const profileOf = (name: Endpoint): SigningProfile => (name === 'ed25519' || name === 'rotated' ? 'standard' : name)

let server: WholeServer
let receiver: RecordingReceiver
const secrets = {} as Record<Endpoint, string>
const received = {} as Record<Endpoint, Received>
let replaced = ''

beforeAll(async () => {
  ;[server, receiver] = await Promise.all([startWholeServer({ engine: 'sqlite' }), startRecordingReceiver()])
  for (const name of endpoints) {
    const own = name === 'ed25519' ? { secret: asymmetric } : {}
    const made = await server.make('POST /app/default/endpoint', {
      url: `${receiver.url}/${name}`,
      uid: name,
      signing: profileOf(name),
      ...own,
    })
    secrets[name] = String(made['secret'])
  }
  replaced = secrets.rotated
  const rotated = await server.make('POST /app/default/endpoint/rotated/secret/rotate?with_secret=true', { gracePeriodSeconds: 3600 })
  secrets.rotated = String(rotated['secret'])
  await server.make('POST /app/default/msg', { eventType: 'invoice.paid', eventId: 'evt_1', payload })
  for (const i of endpoints.keys()) {
    const one = await receiver.after(i)
    received[one.path.slice(1) as Endpoint] = one
  }
})
afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]()
  await server?.stop()
})

describe('R68: what Posthorn delivers', () => {
  test.each(pairs)('$name verifies as $profile, and nothing else', ({ Webhook, profile }) => {
    const { body, headers } = received[profile]
    const given = headers as Record<string, string>
    // Version 2 of svix answers nothing where the others give the payload: what counts is that it does not throw.
    new Webhook(secrets[profile]).verify(body.toString(), given)
    expect(JSON.parse(body.toString())).toEqual(payload)
    expect(() => new Webhook(secrets[profile]).verify(`${body.toString()} `, given)).toThrow(/No matching signature/)
    expect(() => new Webhook(secrets.rotated).verify(body.toString(), given)).toThrow(/No matching signature/)
  })

  test.each(packages)('$name verifies with the new secret and with the old one while both hold', ({ Webhook }) => {
    const { body, headers } = received.rotated
    const attempt = (secret: string) => () => new Webhook(secret).verify(body.toString(), headers as Record<string, string>)
    for (const secret of [secrets.rotated, replaced]) expect(attempt(secret)).not.toThrow()
    expect(attempt(secrets.standard)).toThrow(/No matching signature/)
  })

  test.each(endpoints)('our own library verifies as %s, at once and on Web Crypto, and not with one byte more', async (name) => {
    const { body, headers } = received[name]
    const secret = name === 'ed25519' ? publicKeyOf(asymmetric)! : secrets[name]
    const input = { profile: profileOf(name), secrets: [secret], headers, body, nowSeconds: now() }
    expect(verify(input)).toMatchObject({ ok: true, id: 'evt_1', secretIndex: 0 })
    expect(await verifyAsync(input)).toEqual(verify(input))
    const longer = { ...input, body: Buffer.concat([body, Buffer.from(' ')]) }
    expect(verify(longer)).toMatchObject({ ok: false, code: 'no_match' })
    expect(await verifyAsync(longer)).toEqual(verify(longer))
  })

  test('is signed with the secret that its endpoint has, as it is kept', () => {
    expect(received.ed25519.headers['webhook-signature']).toMatch(/^v1a,/)
    expect(received.rotated.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    expect(received.hex.headers['x-webhook-signature']).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('R69, R93: what others sign', () => {
  const listeners = ['standard-webhooks', 'svix'] as const
  const secret = generateSecret('standard', fill)
  const body = JSON.stringify(payload)

  beforeAll(async () => {
    for (const system of listeners)
      await server.make('POST /app/default/listener', {
        name: system,
        system,
        suffix: `/${system}`,
        auth: { kind: 'preset', secrets: [secret] },
      })
  })
  const post = (suffix: string, headers: Record<string, string>, sent: string | Buffer = body) =>
    fetched(`${server.ingressUrl}/in/default${suffix}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: sent.toString(),
    })

  test.each(pairs)(
    'with $name as $profile is taken by our listeners and by our library; a changed body is 401',
    async ({ Webhook, profile }) => {
      const names = headersOf(profile)
      for (const system of listeners) {
        const id = `msg_${crypto.randomUUID()}`
        const at = new Date()
        const headers = {
          [names.id]: id,
          [names.timestamp]: String(Math.floor(at.getTime() / 1000)),
          [names.signature]: new Webhook(secret).sign(id, at, body),
        }
        const input = { profile, secrets: [secret], headers, body: Buffer.from(body), nowSeconds: now() }
        expect(verify(input)).toMatchObject({ ok: true, id })
        expect(await verifyAsync(input)).toMatchObject({ ok: true, id })
        const changed = await post(`/${system}`, headers, `${body} `)
        expect([changed.status, changed.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('webhook-signature')])
        expect((await post(`/${system}`, headers)).status).toBe(202)
      }
    },
  )

  test('our own deliveries of every profile are taken by a listener for them', async () => {
    const signature = { header: 'X-Webhook-Signature', signedString: '{timestamp}.{body}', timestamp: { header: 'X-Webhook-Timestamp' } }
    const auths = {
      standard: { kind: 'preset', secrets: [secrets.standard] },
      svix: { kind: 'preset', secrets: [secrets.svix] },
      ed25519: { kind: 'preset', secrets: [publicKeyOf(asymmetric)] },
      rotated: { kind: 'preset', secrets: [replaced] },
      hex: { kind: 'hmac', ...signature, secrets: [secrets.hex] },
    }
    for (const name of endpoints) {
      const system = name === 'hex' ? 'custom' : name === 'svix' ? 'svix' : 'standard-webhooks'
      await server.make('POST /app/default/listener', { name, system, suffix: `/from-${name}`, auth: auths[name] })
      const signed = Object.entries(received[name].headers).filter(([header]) => /^(?:x-)?webhook-|^svix-/.test(header))
      const headers = Object.fromEntries(signed) as Record<string, string>
      expect((await post(`/from-${name}`, headers, '{}')).status, name).toBe(401)
      expect((await post(`/from-${name}`, headers, received[name].body)).status, name).toBe(202)
    }
  })
})
