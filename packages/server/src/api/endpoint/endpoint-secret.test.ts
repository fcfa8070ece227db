import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { systemClock } from '#platform'
import { tablesOf } from '#store/testing'

let aheadMs = 0
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }

let api: TestApi
let receiver: RecordingReceiver
beforeAll(async () => {
  api = await startTestApi({}, { clock, deliver: true })
  receiver = await startRecordingReceiver()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})
afterEach(() => {
  aheadMs = 0
})

const make = async (uid: string, more: object = {}) => {
  const { status, body } = await api.call('POST /app/shop/endpoint', {
    body: { url: `${receiver.url}/${uid}`, uid, eventTypes: [`${uid}.*`], ...more },
  })
  expect(status).toBe(201)
  return String(body['secret'])
}
const readSecret = (uid: string) => api.call(`GET /app/shop/endpoint/${uid}/secret`)
const rotate = (uid: string, body: object, query = '?with_secret=true') =>
  api.call(`POST /app/shop/endpoint/${uid}/secret/rotate${query}`, { body })

/** Sends a message to the endpoint and answers with what the receiver got. */
const send = async (uid: string): Promise<Received> => {
  const count = receiver.received.length
  await api.call('POST /app/shop/msg', { body: { eventType: `${uid}.sent`, payload: { to: uid } } })
  return receiver.after(count)
}
const verifies = ({ headers, body }: Received, secret: string): boolean => {
  try {
    new Webhook(secret).verify(body.toString('utf8'), headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}

/** Every file of the store, as bytes: what lies on the disk, whatever page it is on. */
const onDisk = () => Buffer.concat(readdirSync(api.folder).map((name) => readFileSync(join(api.folder, name))))

describe('the answer to a rotation', () => {
  test('is none, or the secret for whoever asks for it or is a client of Svix that reads it, under its name too', async () => {
    await make('answered')
    const by = (agent: string) =>
      api.call('POST /app/shop/endpoint/answered/secret/rotate', { body: { gracePeriodSeconds: 0 }, headers: { 'user-agent': agent } })
    for (const agent of ['curl/8.0', 'svix-libs/1.99.1/go', 'svix-libs/2.5.0/javascript', 'svix-libs/2.6.2/python', 'my-svix-libs/3.0.0/x'])
      expect(await by(agent)).toMatchObject({ status: 204, body: undefined })
    for (const agent of ['svix-libs/2.7.0/python', 'svix-libs/2.10.1/java', 'svix-libs/3.0.0/go']) {
      const { status, body } = await by(agent)
      expect(status).toBe(200)
      expect(body['key']).toMatch(/^whsec_/)
      expect(body['key']).toEqual((await readSecret('answered')).body['key'])
      expect(body['secret']).toEqual(body['key'])
    }
  })
})

// First, because ids never go back with the clock that later tests move.
describe('the list of secrets', () => {
  test('R79: says when each of them signed last, and never their values', async () => {
    const old = await make('listed')
    const list = async () => {
      const { text, body } = await api.call('GET /app/shop/endpoint/listed/secret/list')
      expect(text).not.toContain(old.slice(6))
      return body['data'] as unknown as { id: string; expiresAt: string | null; signing: boolean; lastUsedAt: string | null }[]
    }
    expect(await list()).toMatchObject([{ id: expect.stringMatching(/^sec_/), expiresAt: null, signing: true, lastUsedAt: null }])
    await send('listed')
    await expect.poll(async () => (await list())[0]!.lastUsedAt).not.toBeNull()
    await rotate('listed', { gracePeriodSeconds: 3600 })
    const [fresh, before] = await list()
    expect(fresh).toMatchObject({ expiresAt: null, signing: true, lastUsedAt: null })
    expect(before).toMatchObject({ expiresAt: expect.any(String), signing: true, lastUsedAt: expect.any(String) })
    aheadMs += 1800_000
    await send('listed')
    await expect.poll(async () => (await list())[0]!.lastUsedAt).not.toBeNull()
    const [both, overlapping] = await list()
    expect(overlapping!.lastUsedAt).toBe(both!.lastUsedAt)
    aheadMs += 3_601_000
    await send('listed')
    await expect.poll(async () => (await list())[0]!.lastUsedAt).not.toBe(both!.lastUsedAt)
    expect((await list())[1]).toMatchObject({ signing: false, lastUsedAt: both!.lastUsedAt })
    const read = String((await api.call('POST /key', { body: { name: 'Reads', application: 'shop', access: 'read' } })).body['key'])
    expect((await api.call('GET /app/shop/endpoint/listed/secret/list', { key: read })).status).toBe(200)
  })
})

describe('the secret of an endpoint', () => {
  test('R66: is shown when it is made, never in what is read later, and lies sealed on the disk', async () => {
    const secret = await make('sealed', { headers: { 'X-Api-Key': 'header-value-to-look-for' } })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    for (const path of ['/app/shop/endpoint', '/app/shop/endpoint/sealed', '/audit'])
      expect((await api.call(`GET ${path}`)).text).not.toContain(secret.slice(6))
    const bytes = onDisk()
    expect(bytes.includes(`${receiver.url}/sealed`)).toBe(true) // so it would have been found
    expect(bytes.includes(secret.slice(6))).toBe(false)
    expect(bytes.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false)
    expect(bytes.includes('header-value-to-look-for')).toBe(false)
  })

  test('is sealed too in the answer that an Idempotency-Key keeps', async () => {
    const call = { body: { url: receiver.url, uid: 'keyed', eventTypes: ['keyed'] }, headers: { 'idempotency-key': 'secret-key' } }
    const key = { eventTypes: ['keyed.*'] }
    const first = await api.call('POST /app/shop/endpoint', { ...call, body: { ...call.body, ...key } })
    const second = await api.call('POST /app/shop/endpoint', { ...call, body: { ...call.body, ...key } })
    expect(second.text).toBe(first.text)
    expect(onDisk().includes(String(first.body['secret']).slice(6))).toBe(false)
  })

  test('R67: of the hex profile has 64 lowercase hex characters', async () => {
    expect(await make('hex', { signing: 'hex' })).toMatch(/^[0-9a-f]{64}$/)
  })

  test('can be brought along, if it is long enough', async () => {
    expect(await make('brought', { secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })).toBe('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    const refused = await api.call('POST /app/shop/endpoint', { body: { url: receiver.url, secret: 'whsec_c2hvcnQ=' } })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: '/secret', message: expect.stringContaining('5 bytes') }])
  })

  test.each([
    ['without its padding', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg=='],
    ['in base64url', 'whsec_-_8AMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ', 'whsec_+/8AMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ='],
    [
      'of a key pair without its padding',
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg',
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
    ],
  ])('brought along %s is kept and shown as every library reads it', async (title, given, kept) => {
    const uid = title.replaceAll(' ', '-')
    expect(await make(uid, { secret: given })).toBe(kept)
    const shown = { key: kept.startsWith('whsk_') ? 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=' : kept }
    expect((await readSecret(uid)).body).toEqual(shown)
    if (kept.startsWith('whsec_')) expect(verifies(await send(uid), kept)).toBe(true)
    expect((await rotate(uid, { key: given })).body).toEqual({ secret: kept })
    expect((await readSecret(uid)).body).toEqual(shown)
  })

  test.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwB', 'whsk_6Xb', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg='])(
    'that cannot be decoded is refused: %s',
    async (secret) => {
      const refused = await api.call('POST /app/shop/endpoint', { body: { url: receiver.url, secret } })
      expect(refused.status).toBe(422)
      expect(refused.body['errors']).toMatchObject([{ pointer: '/secret', code: 'invalid_secret' }])
    },
  )

  test('can be read for ten minutes, then never again', async () => {
    const secret = await make('window')
    expect((await readSecret('window')).body).toEqual({ key: secret })
    aheadMs += 599_000
    expect((await readSecret('window')).body).toEqual({ key: secret })
    aheadMs += 2000
    const late = await readSecret('window')
    expect(late.status).toBe(403)
    expect(late.body).toMatchObject({ code: 'secret_already_shown', detail: expect.stringContaining('Rotate') })
    const next = String((await rotate('window', {})).body['secret'])
    expect((await readSecret('window')).body).toEqual({ key: next })
  })

  test('can always be read where the operator wants it so', async () => {
    const open = await startTestApi({ secretsReveal: 'always' }, { clock })
    try {
      await open.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
      const { body } = await open.call('POST /app/shop/endpoint', { body: { url: receiver.url, uid: 'open' } })
      aheadMs += 86_400_000
      expect((await open.call('GET /app/shop/endpoint/open/secret')).body).toEqual({ key: body['secret'] })
    } finally {
      await open.stop()
    }
  })

  test('of an Ed25519 endpoint is read as its public half', async () => {
    const whsk = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='
    await make('ed25519', { secret: whsk })
    expect((await readSecret('ed25519')).body).toEqual({ key: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=' })
    expect(onDisk().includes('6Xb/dCcHpPea21PS1N9VY')).toBe(false)
  })
})

describe('rotating the secret', () => {
  test('answers 204 as Svix does, and shows the new secret to who asks for it', async () => {
    await make('answers')
    expect(await rotate('answers', {}, '')).toMatchObject({ status: 204, text: '' })
    const { status, body } = await rotate('answers', {})
    expect(status).toBe(200)
    expect(body).toEqual({ secret: expect.stringMatching(/^whsec_/) })
  })

  test('R79: at once, the old secret signs nothing from then on, not even one of an earlier overlap', async () => {
    const oldest = await make('at-once')
    const old = String((await rotate('at-once', { gracePeriodSeconds: 3600 })).body['secret'])
    const secret = String((await rotate('at-once', { gracePeriodSeconds: 0 })).body['secret'])
    const received = await send('at-once')
    expect([verifies(received, oldest), verifies(received, old), verifies(received, secret)]).toEqual([false, false, true])
  })

  test('R79: with an overlap, both sign until it ends', async () => {
    const old = await make('overlap')
    const secret = String((await rotate('overlap', { gracePeriodSeconds: 3600 })).body['secret'])
    const during = await send('overlap')
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2)
    expect([verifies(during, old), verifies(during, secret)]).toEqual([true, true])
    aheadMs += 3_601_000
    const after = await send('overlap')
    // The library knows no clock but its own, so the signature's own time is what it is asked about.
    const signatures = String(after.headers['webhook-signature']).split(' ')
    expect(signatures).toHaveLength(1)
    const at = new Date(Number(after.headers['webhook-timestamp']) * 1000)
    expect(signatures[0]).toBe(new Webhook(secret).sign(String(after.headers['webhook-id']), at, after.body.toString()))
  })

  test('overlaps by the profile: not at all for hex, a day for the others', async () => {
    await make('hex-default', { signing: 'hex' })
    await make('standard-default')
    await rotate('hex-default', {})
    await rotate('standard-default', {})
    const rows = await tablesOf(api.deps.store)
      .selectFrom('endpoint_secret')
      .innerJoin('endpoint', 'endpoint.id', 'endpoint_secret.endpoint_id')
      .select(['endpoint.uid', 'expires_at'])
      .where('endpoint.uid', 'in', ['hex-default', 'standard-default'])
      .where('expires_at', 'is not', null)
      .execute()
    expect(rows.map(({ uid }) => uid)).toEqual(['standard-default'])
    expect(Math.abs(rows[0]!.expires_at! - clock.now() - 86_400_000)).toBeLessThan(60_000)
  })

  test('takes a secret of one’s own, and says where a bad one stands', async () => {
    await make('own')
    const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    expect((await rotate('own', { key })).body).toEqual({ secret: key })
    const refused = await rotate('own', { key: 'not base64!' })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: '/key' }])
    const tooLong = await rotate('own', { gracePeriodSeconds: 604_801 })
    expect(tooLong.body['errors']).toMatchObject([{ pointer: '/gracePeriodSeconds', message: expect.stringContaining('7 days') }])
  })

  test('keeps at most ten old secrets, and says how to go on', async () => {
    await make('many')
    for (let i = 0; i < 10; i++) expect((await rotate('many', { gracePeriodSeconds: 3600 })).status).toBe(200)
    const refused = await rotate('many', { gracePeriodSeconds: 3600 })
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({ code: 'limit_reached', detail: expect.stringContaining('"gracePeriodSeconds": 0') })
    expect((await rotate('many', { gracePeriodSeconds: 0 })).status).toBe(200)
  })

  test('comes with a change to a profile of another kind of secret, which shows the new one', async () => {
    const old = await make('profile')
    const { status, body } = await api.call('PATCH /app/shop/endpoint/profile', { body: { signing: 'hex' } })
    expect(status).toBe(200)
    expect(body['secret']).toMatch(/^[0-9a-f]{64}$/)
    const { headers } = await send('profile')
    expect(headers['x-webhook-signature']).toMatch(/^[0-9a-f]{64}$/)
    expect(onDisk().includes(old.slice(6))).toBe(false)
    expect((await api.call('PATCH /app/shop/endpoint/profile', { body: { signing: 'hex' } })).body['secret']).toBeUndefined()
  })
})
