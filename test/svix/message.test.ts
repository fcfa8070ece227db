import { setTimeout as wait } from 'node:timers/promises'
import { MessageStatus, type MessageIn, type MessageOut } from 'svix'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'
import { kinds, startTestSvix, type TestSvix } from '../support/test-svix.ts'

describe.each(kinds)('$client on $engine', (kind) => {
  let harness: TestSvix
  let receiver: RecordingReceiver
  /** From when on the receiver answers everything well. */
  let mended = false
  const sent: MessageOut[] = []
  const payload = { order: 17, text: 'héllo' }

  const messages = () => harness.svix.message
  const attempts = () => harness.svix.messageAttempt

  /** Resolves when this holds; the test's own timeout is the limit. */
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await wait(20)
  }
  const attemptsAt = async (endpoint: string, count: number) =>
    until(async () => (await attempts().listByEndpoint('shop', endpoint, { limit: 250 })).data.length >= count)

  /** With its payload, which version 1 of the client never asks for when it creates. */
  const create = async (application: string, given: MessageIn) => {
    const { id } = await messages().create(application, given)
    return messages().get(application, id, { withContent: true })
  }

  beforeAll(async () => {
    harness = await startTestSvix(kind, { deliver: true })
    receiver = await startRecordingReceiver(({ path }) =>
      path === '/ok' || mended ? { status: 200, body: '{"got":"it"}' } : { status: path === '/refusing' ? 422 : 500, body: 'no' },
    )
    await harness.svix.application.create({ name: 'Shop', uid: 'shop' })
    await harness.svix.application.create({ name: 'Other', uid: 'other' })
    const make = (uid: string, waitsSeconds: number[]) =>
      harness.api.call('POST /app/shop/endpoint', { body: { url: `${receiver.url}/${uid}`, uid, retryPolicy: { waitsSeconds } } })
    await make('ok', [])
    await make('failing', [3600])
    await make('refusing', [])
    await harness.svix.endpoint.create('shop', { url: `${receiver.url}/off`, uid: 'off', disabled: true })
    for (const [eventType, channels] of [
      ['order.paid', ['a_b']],
      ['order.sent', null],
      ['order.paid', ['c']],
    ] as const)
      sent.push(
        await create('shop', {
          eventType,
          channels: channels && [...channels],
          tags: eventType === 'order.sent' ? ['vip'] : null,
          payload,
        }),
      )
    for (const uid of ['ok', 'failing', 'refusing']) await attemptsAt(uid, 3)
  })
  afterAll(async () => {
    await harness.stop()
    await receiver[Symbol.asyncDispose]()
  })

  describe('the message calls of Svix’s client', () => {
    test('R59: send a message the moment it is created, to every endpoint that is on', async () => {
      expect(sent[0]).toMatchObject({ eventType: 'order.paid', channels: ['a_b'], payload, id: expect.stringMatching(/^msg_/) })
      const bodies = receiver.received.filter(({ path }) => path === '/ok').map(({ body }) => JSON.parse(body.toString()) as unknown)
      expect(bodies).toEqual([payload, payload, payload])
      expect(receiver.received.some(({ path }) => path === '/off')).toBe(false)
    })

    test('answer 202, replay under an idempotency key, and refuse an event id that is taken', async () => {
      const given = { eventType: 'test.other', eventId: 'mine', payload }
      const made = await messages().create('other', given, { idempotencyKey: 'svix-key' })
      expect(harness.status).toBe(202)
      expect(await messages().create('other', given, { idempotencyKey: 'svix-key' })).toEqual(made)
      await expect(messages().create('other', given)).rejects.toMatchObject({ code: 409, body: { code: 'conflict' } })
      expect(await messages().get('other', 'mine', { withContent: true })).toMatchObject({ id: made.id, payload })
      expect(await messages().get('other', made.id)).toMatchObject({ eventId: 'mine', payload: {} })
    })

    test('list messages newest first, filtered, in both directions', async () => {
      const newest = sent.toReversed()
      expect((await messages().list('shop', { withContent: true })).data).toEqual(newest)
      const ids = async (options: Parameters<ReturnType<typeof messages>['list']>[1]) =>
        (await messages().list('shop', options)).data.map(({ id }) => id)
      expect(await ids({ eventTypes: ['order.sent', 'order.lost'] })).toEqual([sent[1]!.id])
      expect(await ids({ channel: 'a_b' })).toEqual([sent[0]!.id])
      expect(await ids({ before: new Date(Date.now() - 3_600_000) })).toEqual([])
      expect(await ids({ after: new Date(Date.now() - 3_600_000) })).toEqual(newest.map(({ id }) => id))
      const first = await messages().list('shop', { limit: 2 })
      const second = await messages().list('shop', { limit: 2, iterator: first.iterator })
      expect([first.done, second.done, second.data.map(({ id }) => id)]).toEqual([false, true, [sent[0]!.id]])
      const back = await messages().list('shop', { limit: 2, iterator: second.prevIterator ?? null })
      expect(back.data).toEqual(first.data)
    })

    test('expunge a payload, which then can be read and sent no more', async () => {
      const made = await messages().create('shop', { eventType: 'order.secret', payload })
      await attemptsAt('ok', 4)
      await messages().expungeContent('shop', made.id)
      expect(harness.status).toBe(204)
      expect((await messages().get('shop', made.id, { withContent: true })).payload).toEqual({ expired: true })
      await expect(attempts().resend('shop', made.id, 'ok')).rejects.toMatchObject({ code: 400, body: { code: 'missing_payload' } })
    })
  })

  describe('the attempt calls of Svix’s client', () => {
    test('R60, R78: list what was tried at an endpoint: whether it succeeded, the code, how long it took, when', async () => {
      const [attempt] = (await attempts().listByEndpoint('shop', 'ok', { eventTypes: ['order.sent'], withContent: true })).data
      expect(attempt).toMatchObject({
        msgId: sent[1]!.id,
        url: `${receiver.url}/ok`,
        status: MessageStatus.Success,
        statusText: 'success',
        responseStatusCode: 200,
        response: '{"got":"it"}',
        triggerType: 0,
      })
      expect(attempt!.responseDurationMs).toBeGreaterThanOrEqual(0)
      expect(Math.abs(attempt!.timestamp.getTime() - Date.now())).toBeLessThan(60_000)
      const [failed] = (await attempts().listByEndpoint('shop', 'refusing', { limit: 1, withContent: false })).data
      expect(failed).toMatchObject({ status: MessageStatus.Fail, responseStatusCode: 422, response: '' })
      const [sending] = (await attempts().listByEndpoint('shop', 'failing', { limit: 1 })).data
      expect(sending).toMatchObject({ status: MessageStatus.Sending, responseStatusCode: 500 })
    })

    test('filter attempts by status, class of code, channel and time, in pages', async () => {
      const at = async (endpoint: string, options: Parameters<ReturnType<typeof attempts>['listByEndpoint']>[2]) =>
        (await attempts().listByEndpoint('shop', endpoint, options)).data.map(({ msgId }) => msgId)
      expect(await at('failing', { status: MessageStatus.Fail })).toEqual([])
      expect((await at('failing', { status: MessageStatus.Sending })).length).toBeGreaterThanOrEqual(3)
      expect(await at('failing', { status: MessageStatus.Pending })).toEqual([])
      expect(await at('refusing', { status: MessageStatus.Success })).toEqual([])
      expect((await at('refusing', { statusCodeClass: 400 })).length).toBeGreaterThanOrEqual(3)
      expect(await at('refusing', { statusCodeClass: 500 })).toEqual([])
      expect(await at('refusing', { statusCodeClass: 0 })).toEqual([])
      expect(await at('ok', { channel: 'a_b' })).toEqual([sent[0]!.id])
      expect(await at('ok', { before: new Date(0) })).toEqual([])
      const first = await attempts().listByEndpoint('shop', 'ok', { limit: 2 })
      const second = await attempts().listByEndpoint('shop', 'ok', { limit: 2, iterator: first.iterator })
      expect((await attempts().listByEndpoint('shop', 'ok', { limit: 2, iterator: second.prevIterator ?? null })).data).toEqual(first.data)
    })

    test('find attempts by a tag of their messages, and bring these along', async () => {
      const { id } = sent[1]!
      const tagged = { tag: 'vip', eventTypes: ['order.sent'] }
      const [attempt] = (await attempts().listByEndpoint('shop', 'ok', { ...tagged, withMsg: true })).data
      expect(attempt!.msg).toMatchObject({ id, eventType: 'order.sent', tags: ['vip'], payload: {} })
      expect((await attempts().listByEndpoint('shop', 'ok', { ...tagged, limit: 1 })).data[0]).not.toHaveProperty('msg.id')
      expect((await attempts().listByMsg('shop', id, { tag: 'vip' })).data).toHaveLength(3)
      expect((await attempts().listAttemptedMessages('shop', 'ok', { tag: 'vip' })).data).toMatchObject([{ id }])
      for (const tag of ['vi', 'VIP']) {
        expect((await attempts().listByEndpoint('shop', 'ok', { tag })).data).toEqual([])
        expect((await attempts().listByMsg('shop', id, { tag })).data).toEqual([])
        expect((await attempts().listAttemptedMessages('shop', 'ok', { tag })).data).toEqual([])
      }
    })

    test('list by message, of all its endpoints or of one, and get one', async () => {
      const { id } = sent[0]!
      const all = (await attempts().listByMsg('shop', id)).data
      expect(all).toHaveLength(3)
      const [one] = (await attempts().listByMsg('shop', id, { endpointId: 'ok', withContent: true })).data
      expect(await attempts().get('shop', id, one!.id)).toEqual(one)
      expect((await attempts().listByMsg('shop', id, { status: MessageStatus.Success })).data).toMatchObject([{ id: one!.id }])
      await expect(attempts().get('shop', sent[1]!.id, one!.id)).rejects.toMatchObject({ code: 404 })
      await expect(attempts().get('other', id, one!.id)).rejects.toMatchObject({ code: 404 })
      await attempts().expungeContent('shop', id, one!.id)
      expect(harness.status).toBe(204)
      expect((await attempts().get('shop', id, one!.id)).response).toBe('EXPUNGED')
    })

    test('list the messages of an endpoint and the endpoints of a message, with what became of them', async () => {
      const of = async (endpoint: string, options: Parameters<ReturnType<typeof attempts>['listAttemptedMessages']>[2] = {}) =>
        (await attempts().listAttemptedMessages('shop', endpoint, { ...options, eventTypes: ['order.paid', 'order.sent'] })).data
      expect((await of('ok')).map(({ id, status }) => ({ id, status }))).toEqual(
        sent.toReversed().map(({ id }) => ({ id, status: MessageStatus.Success })),
      )
      expect(await of('failing', { limit: 1 })).toMatchObject([{ status: MessageStatus.Sending, nextAttempt: expect.any(Date) }])
      expect(await of('failing', { status: MessageStatus.Sending })).toHaveLength(3)
      expect(await of('failing', { status: MessageStatus.Pending })).toEqual([])
      expect(await of('ok', { channel: 'c' })).toMatchObject([{ id: sent[2]!.id }])
      expect(await of('ok', { channel: 'c', withContent: true })).toMatchObject([{ payload }])

      const destinations = (await attempts().listAttemptedDestinations('shop', sent[0]!.id)).data
      const byUid = Object.fromEntries(destinations.map(({ uid, statusText }) => [uid, statusText]))
      expect(byUid).toEqual({ ok: 'success', failing: 'sending', refusing: 'fail' })
      const page = await attempts().listAttemptedDestinations('shop', sent[0]!.id, { limit: 2 })
      expect(page.done).toBe(false)
    })

    test('count what became of the messages of an endpoint', async () => {
      const counts = await harness.svix.endpoint.getStats('shop', 'refusing')
      expect(counts).toMatchObject({ success: 0, pending: 0, sending: 0, canceled: 0 })
      expect(counts.fail).toBeGreaterThanOrEqual(3)
      const none = { success: 0, fail: 0, pending: 0, sending: 0, canceled: 0 }
      expect(await harness.svix.endpoint.getStats('shop', 'refusing', { since: new Date(Date.now() + 3_600_000) })).toEqual(none)
      expect(await harness.svix.endpoint.getStats('shop', 'refusing', { until: new Date(0) })).toEqual(none)
    })

    test('resend once by hand under the same id, but not to an endpoint that is off', async () => {
      mended = true
      const { id } = sent[0]!
      const before = (await attempts().listByMsg('shop', id, { endpointId: 'failing' })).data.length
      await attempts().resend('shop', id, 'failing')
      expect(harness.status).toBe(202)
      await until(async () => (await attempts().listByMsg('shop', id, { endpointId: 'failing' })).data.length > before)
      const [manual, earlier] = (await attempts().listByMsg('shop', id, { endpointId: 'failing' })).data
      expect(manual).toMatchObject({ triggerType: 1, status: MessageStatus.Success })
      expect(earlier).toMatchObject({ triggerType: 0, status: MessageStatus.Fail }) // no other try is to come
      const ids = receiver.received.filter(({ path }) => path === '/failing').map(({ headers }) => headers['webhook-id'])
      expect(ids.filter((one) => one === id)).toHaveLength(2)

      await harness.svix.endpoint.patch('shop', 'failing', { disabled: true })
      await expect(attempts().resend('shop', id, 'failing')).rejects.toMatchObject({ code: 409, body: { code: 'endpoint_disabled' } })
      await expect(attempts().resend('shop', id, 'off')).rejects.toMatchObject({ code: 404 })
    })
  })

  describe('the other endpoint calls of Svix’s client', () => {
    test('recover what failed since a time, once', async () => {
      const before = (await attempts().listByEndpoint('shop', 'refusing', { limit: 250 })).data
      const kept = before.length - 1 // the payload of one was expunged
      const since = new Date(Date.now() - 3_600_000)
      const task = await harness.svix.endpoint.recover('shop', 'refusing', { since })
      expect(harness.status).toBe(202)
      expect(task).toMatchObject({ status: 'running', task: 'endpoint.recover' })
      await attemptsAt('refusing', before.length + kept)
      const later = (await attempts().listByEndpoint('shop', 'refusing', { limit: 250 })).data
      expect(later.filter(({ triggerType }) => triggerType === 1)).toHaveLength(kept)
      const empty = await harness.api.call('POST /app/shop/endpoint/ok/recover', { body: { since: '2030-01-01T00:00:00Z' } })
      expect(empty.body['errors']).toMatchObject([{ pointer: '/since', code: 'empty_range' }])
    })

    test('send an example', async () => {
      expect(await harness.svix.endpoint.sendExample('shop', 'ok', { eventType: 'svix.ping' })).toMatchObject({
        payload: { success: true },
      })
      expect(harness.status).toBe(200)
    })

    test('and ask for the health of the server', async () => {
      await harness.svix.health.get()
      expect(harness.status).toBe(204)
      for (const path of ['//api/v1/health', '//api/v1/health/ping'])
        for (const method of ['GET', 'HEAD']) expect((await harness.api.call(`${method} ${path}`, { key: null })).status).toBe(204)
    })
  })

  describe('an application’s key', () => {
    test('reaches its own application only, and none of the organisation', async () => {
      const { body } = await harness.api.call('POST /key', { body: { name: 'Shop', application: 'shop' } })
      const own = harness.as(String(body['key']))
      expect((await own.endpoint.list('shop')).data.length).toBeGreaterThan(0)
      expect((await own.message.get('shop', sent[0]!.id)).id).toBe(sent[0]!.id)
      for (const call of [
        own.endpoint.list('other'),
        own.message.get('other', sent[0]!.id),
        own.messageAttempt.listByEndpoint('other', 'ok'),
      ])
        await expect(call).rejects.toMatchObject({ code: 404, body: { code: 'not_found' } })
      await expect(own.application.list()).rejects.toMatchObject({ code: 403, body: { code: 'insufficient_access' } })
      await expect(harness.as('wrong').application.list()).rejects.toMatchObject({ code: 401, body: { code: 'authentication_failed' } })
    })
  })
})
