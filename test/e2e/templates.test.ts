import { createHash, createHmac } from 'node:crypto'
import { Posthorn, verify } from '@posthorn/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { fetched, startWholeServer, type Json, type WholeServer } from './whole-server.ts'

const SOON = { timeout: 15_000 }

/** Every template as it ships: applied, called by what it is for, and looked at from the outside. */

describe.each(['sqlite', 'postgres'] as const)('on %s, a template works as it ships:', (engine) => {
  let server: WholeServer
  let receiver: RecordingReceiver
  /** What the systems around it answer, by path. */
  const answers = new Map<string, (received: Received) => number | { status: number; body: string }>()
  beforeAll(async () => {
    server = await startWholeServer({ engine })
    receiver = await startRecordingReceiver((received) => answers.get(received.path)?.(received) ?? 200)
  })
  afterAll(async () => {
    await receiver[Symbol.asyncDispose]()
    await server.stop()
  })

  const apply = async (template: string, body: { inputs: Record<string, string>; secrets?: Record<string, string> }) => {
    const client = new Posthorn({ serverUrl: server.url, token: server.key })
    await client.application.create({ uid: template, name: template })
    const made = await client.template.apply(template, template, body)
    const url = made.listeners[0]!.publicUrl.replace(/^.*(?=\/in\/)/, server.ingressUrl)
    return { ...made, url, valueOf: (name: string) => made.secrets.find((one) => one.name === name)!.value! }
  }
  const failedRuns = async (application: string) => {
    const client = new Posthorn({ serverUrl: server.url, token: server.key })
    return (await client.run.list(application, { status: 'ko' })).data.map(({ errorCode }) => errorCode)
  }
  const receivedAt = (path: string) => receiver.received.filter((one) => one.path === path)
  const json = ({ body }: Received) => JSON.parse(body.toString()) as Json
  /** As whoever gets it would, with the secret that applying the template has shown. */
  const isSigned = ({ headers, body }: Received, secret: string) =>
    verify({ profile: 'standard', headers: headers as Record<string, string>, body, secrets: [secret], nowSeconds: Date.now() / 1000 }).ok

  test('R94, R109: a push of GitHub is reported to the deployment service, and GitHub hears which commit', async () => {
    const { url, valueOf } = await apply('github-push', { inputs: { deployUrl: `${receiver.url}/deploy` } })
    const push = (ref: string, type = 'application/json') => {
      const said = JSON.stringify({
        ...{ ref, after: '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d', deleted: false },
        ...{ repository: { full_name: 'octocat/Hello-World' }, pusher: { name: 'octocat' } },
      })
      const body = type === 'application/json' ? said : new URLSearchParams({ payload: said }).toString()
      const signature = `sha256=${createHmac('sha256', valueOf('github')).update(body).digest('hex')}`
      return fetched(url, {
        ...{ method: 'POST', body },
        headers: {
          ...{ 'Content-Type': type, 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': signature },
          'X-GitHub-Delivery': crypto.randomUUID(),
        },
      })
    }
    const confirmed = await push('refs/heads/main')
    expect([confirmed.status, confirmed.json]).toEqual([
      200,
      { deploying: '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d', run: expect.stringMatching(/^run_/) },
    ])
    const [said, ...more] = receivedAt('/deploy')
    expect(more).toEqual([])
    expect(json(said!)['meta']).toEqual({
      push: { repository: 'octocat/Hello-World', commit: '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d', by: 'octocat' },
    })
    expect(isSigned(said!, valueOf('deploy'))).toBe(true)

    expect((await push('refs/heads/feature')).json).toEqual({ ignored: 'refs/heads/feature' })
    // GitHub sends forms unless it is told otherwise: whoever forgot that hears so at GitHub, and finds it among the runs.
    const form = await push('refs/heads/main', 'application/x-www-form-urlencoded')
    expect([form.status, form.json?.['error']]).toEqual([415, expect.stringContaining('application/json')])
    await expect.poll(() => failedRuns('github-push'), SOON).toEqual(['sent_as_form'])
    const forged = await fetched(url, { method: 'POST', body: '{}', headers: { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` } })
    expect(forged.status).toBe(401)
    expect(receivedAt('/deploy')).toHaveLength(1)
  })

  test('R94, R110: a completed payment of Stripe updates the order, sends the confirmation and is acknowledged', async () => {
    const made = await apply('payment-completed', {
      inputs: { shopUrl: `${receiver.url}/orders`, confirmationUrl: `${receiver.url}/confirmations` },
    })
    const { url, valueOf } = made
    const pay = (id: string, status = 'paid', order: string | null = 'order-1042') => {
      const session = {
        ...{ id: 'cs_1', client_reference_id: order, payment_status: status, amount_total: 12_000, currency: 'eur' },
        customer_details: { email: 'ines@example.com' },
      }
      const body = JSON.stringify({ id, object: 'event', type: 'checkout.session.completed', data: { object: session } })
      const t = Math.floor(Date.now() / 1000)
      const v1 = createHmac('sha256', 'whsec_shown_by_stripe').update(`${t}.${body}`).digest('hex')
      return fetched(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Stripe-Signature': `t=${t},v1=${v1}` } })
    }
    // Stripe shows its secret when it knows the URL, which is known when the template was applied.
    expect(made.secrets).toMatchObject([
      { name: 'stripe', asked: true, value: null, secret: 'payment_completed_stripe' },
      { name: 'shop', asked: false },
    ])
    expect((await pay('evt_0')).status).toBe(401)
    await server.make(`PUT /app/payment-completed/secret/payment_completed_stripe`, { value: 'whsec_shown_by_stripe' })

    const before = receivedAt('/confirmations').length
    const acknowledged = await pay('evt_1')
    expect([acknowledged.status, acknowledged.json]).toEqual([200, { received: true, order: 'order-1042' }])
    const order = {
      ...{ order: 'order-1042', payment: 'cs_1', status: 'paid', amount: 12_000, currency: 'eur' },
      email: 'ines@example.com',
    }
    const [updated] = receivedAt('/orders')
    expect(json(updated!)['meta']).toEqual({ order })
    expect(isSigned(updated!, valueOf('shop'))).toBe(true)
    await expect.poll(() => receivedAt('/confirmations').length, SOON).toBe(before + 1)
    const [confirmation] = receivedAt('/confirmations')
    expect(json(confirmation!)).toMatchObject({ type: 'order.paid', data: order })
    expect(isSigned(confirmation!, made.endpoints[0]!.secret)).toBe(true)

    // A copy, and what is not paid yet, change nothing.
    expect((await pay('evt_1')).json).toEqual(acknowledged.json)
    expect((await pay('evt_2', 'unpaid')).status).toBe(200)
    expect([receivedAt('/orders').length, receivedAt('/confirmations').length]).toEqual([1, 1])
    // Nor does a payment that names no order; it is looked after by hand.
    expect((await pay('evt_4', 'paid', null)).json).toEqual({ received: true, order: null })
    await expect.poll(() => failedRuns('payment-completed'), SOON).toEqual(['no_order'])
    expect([receivedAt('/orders').length, receivedAt('/confirmations').length]).toEqual([1, 1])
    // While the shop cannot be reached Stripe is told to come again, and then it works.
    let isDown = true
    answers.set('/orders', () => (isDown ? 410 : 200))
    expect((await pay('evt_3')).status).toBe(503)
    isDown = false
    expect((await pay('evt_3')).status).toBe(200)
  })

  test('R94: a form with a file is kept and reported, and its visitor sees the thank-you page', async () => {
    const { url, valueOf } = await apply('form-with-file', {
      inputs: { site: 'https://www.example.com', thanksUrl: 'https://www.example.com/thanks', notifyUrl: `${receiver.url}/forms` },
    })
    const send = (fields: Readonly<Record<string, string>>, origin = 'https://www.example.com') => {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.append(name, value)
      body.append('photo', new Blob(['picture'], { type: 'image/png' }), 'roof.png')
      return fetched(url, { method: 'POST', body, headers: { origin }, redirect: 'manual' })
    }
    const thanked = await send({ name: 'Ines', email: 'ines@example.com' })
    expect([thanked.status, thanked.headers.get('location'), thanked.text]).toEqual([303, 'https://www.example.com/thanks', ''])
    await expect.poll(() => receivedAt('/forms').length, SOON).toBe(1)
    const [said] = receivedAt('/forms')
    const meta = json(said!)['meta'] as unknown as { fields: object; files: { id: string }[] }
    expect(meta.fields).toMatchObject({ name: 'Ines', email: 'ines@example.com' })
    expect(meta.files).toMatchObject([{ name: 'roof.png', contentType: 'image/png', size: 7 }])
    expect(isSigned(said!, valueOf('notify'))).toBe(true)
    const content = await server.call(`GET /app/form-with-file/entry/${meta.files[0]!.id}/content`)
    expect(createHash('sha256').update(content.bytes).digest('hex')).toBe(createHash('sha256').update('picture').digest('hex'))

    const refused = await send({ name: '', email: 'nobody' })
    expect([refused.status, refused.json['refused']]).toEqual([422, expect.any(String)])
    expect((await send({ name: 'Eve', email: 'eve@example.com' }, 'https://evil.example')).status).toBe(403)
    expect(receivedAt('/forms')).toHaveLength(1)
  })

  test('R94: what is posted to the relay goes to every endpoint, once', async () => {
    const made = await apply('relay', { inputs: { targetUrl: `${receiver.url}/first` } })
    await server.make('POST /app/relay/endpoint', { url: `${receiver.url}/second` })
    const post = (body: object, key = made.valueOf('key')) =>
      fetched(made.url, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'X-API-Key': key } })
    const event = { id: 'evt-1', type: 'order.created', data: { order: '1042', total: 120 } }
    const accepted = await post(event)
    expect([accepted.status, accepted.json]).toEqual([202, { accepted: 'evt-1' }])
    expect((await post(event)).json).toEqual(accepted.json)
    for (const path of ['/first', '/second']) {
      await expect.poll(() => receivedAt(path).length, SOON).toBe(1)
      expect(json(receivedAt(path)[0]!)).toMatchObject({ type: 'order.created', data: event.data })
    }
    expect(isSigned(receivedAt('/first')[0]!, made.endpoints[0]!.secret)).toBe(true)
    expect((await post({ id: 'evt-2', type: 'order.created' })).status).toBe(422)
    expect((await post(event, 'another')).status).toBe(401)
  })

  test('R94: the gateway asks the system behind it and answers in its own form', async () => {
    const made = await apply('api-gateway', { inputs: { backendUrl: `${receiver.url}/erp/` }, secrets: { backend: 'token-of-the-erp' } })
    const look = (id: string, key = made.valueOf('key')) => fetched(made.url.replace(':id', id), { headers: { 'X-API-Key': key } })
    answers.set('/erp/orders/1042', () => ({ status: 200, body: '{"status":"paid","total":120,"margin":0.4}' }))
    answers.set('/erp/orders/a%2F..%2Fb', () => 404)
    answers.set('/erp/orders/broken', () => 500)
    const found = await look('1042')
    expect([found.status, found.json, found.headers.get('cache-control')]).toEqual([
      200,
      { id: '1042', status: 'paid', total: 120 },
      'no-store',
    ])
    expect(receivedAt('/erp/orders/1042')[0]!.headers.authorization).toBe('Bearer token-of-the-erp')
    expect((await look('a%2F..%2Fb')).status).toBe(404)
    expect((await look('broken')).status).toBe(502)
    expect((await look('1042', 'another')).status).toBe(401)
  })
})
