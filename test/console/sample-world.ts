import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Posthorn } from '@posthorn/sdk'

/** A server with a story in it: what pictures and checks of the console look at. */
export interface SampleWorld {
  readonly app: string
  /** Sends so many more orders through the listener. */
  sendOrders(count: number): Promise<void>
  close(): Promise<void>
}

/** The customers of the story, each with its own way of answering. */
const receivers = {
  crm: () => ({ status: 200, body: '{"ok":true}', waitMs: 20 }),
  parcel: () => ({ status: 202, body: '', waitMs: 90 }),
  books: (n: number) => (n % 5 === 0 ? { status: 503, body: '{"error":"maintenance"}', waitMs: 5 } : { status: 200, body: '', waitMs: 12 }),
  partner: () => ({ status: 410, body: 'gone', waitMs: 3 }),
} as const

const eventTypes = ['invoice.created', 'invoice.updated', 'invoice.paid', 'quotation.sent', 'customer.updated', 'order.taken']

/**
 * Fills an application as a team would have done over a day: two listeners with requests that were accepted, copied and refused, two
 * flows with runs that went well and badly, endpoints that answer, fail and are gone.
 */
export async function fillSampleWorld({ url, apiKey }: { readonly url: string; readonly apiKey: string }): Promise<SampleWorld> {
  const api = new Posthorn({ token: apiKey, serverUrl: url })
  const receiver = await startReceivers()
  const app = 'lindqvist'
  await api.application.create({ name: 'Lindqvist Supply', uid: app })
  for (const name of eventTypes) await api.eventType.create({ name, description: `Sent when a record is ${name.split('.')[1]}.` })
  for (const name of Object.keys(receivers)) {
    await api.endpoint.create(app, {
      uid: name,
      url: `${receiver.url}/${name}`,
      description: { crm: 'Nordhaus CRM', parcel: 'Parcelway', books: 'Tallybooks accounting', partner: 'Old partner' }[name]!,
      ...(name === 'partner' ? { eventTypes: ['quotation.sent'] } : {}),
    })
  }
  const listener = await provisionIn(api, app)
  await api.entry.create(app, { key: 'order-SO-20417', tags: ['order', 'open'], document: { number: 'SO-20417', total: 1182.4 } })
  await api.secret.put(app, 'erp_token', { value: 'a token of the sample world' })
  await api.connection.put(app, 'erp', {
    baseUrl: 'https://erp.example.com/api/v2',
    auth: { kind: 'basic', username: 'lindqvist', password: { name: 'erp_token' } },
  })
  for (let n = 0; n < 40; n++) {
    const eventType = eventTypes[n % eventTypes.length]!
    await api.message.create(app, {
      eventType,
      payload: { id: `inv_${1000 + n}`, amount: 1014 + n, currency: 'EUR', customer: 'Brauhaus Ätna GmbH' },
    })
  }
  const world: SampleWorld = {
    app,
    async sendOrders(count) {
      for (let n = 0; n < count; n++) await order(listener, n)
    },
    close: () => new Promise((resolve) => receiver.server.close(() => resolve())),
  }
  await world.sendOrders(18)
  await fetch(listener, {
    method: 'POST',
    headers: { 'x-api-key': 'a key that is wrong', 'content-type': 'application/json' },
    body: '{"order":{"id":"SO-1"}}',
  })
  return world
}

async function provisionIn(api: Posthorn, app: string): Promise<string> {
  const { publicUrl } = await api.listener.create(app, {
    uid: 'orders',
    name: 'Orders in',
    system: 'custom',
    suffix: '/orders',
    auth: { kind: 'api_key', in: 'header', name: 'X-API-Key', keys: ['the key of the sample world'] },
    dedup: { key: 'body.order.id' },
    expected: { body: { order: { id: 'SO-20417', currency: 'EUR', lines: [{ sku: 'KEG-30-PILS', quantity: 12, unitPrice: 84.5 }] } } },
  })
  await api.listener.create(app, {
    uid: 'github',
    name: 'GitHub',
    system: 'github',
    suffix: '/github',
    auth: { kind: 'preset', secrets: ['the secret that GitHub was given'] },
  })
  await api.flow.create(app, {
    uid: 'orders-to-erp',
    name: 'Orders to ERP',
    trigger: { kind: 'webhook', listener: 'orders' },
    steps: [
      { id: 'total', kind: 'transform', expression: '$sum(body.order.lines.(quantity * unitPrice))' },
      {
        id: 'check',
        kind: 'branch',
        if: '{{ steps.total.output > 5000 }}',
        then: [
          { id: 'refuse', kind: 'fail', code: 'too_large', message: 'An order may have 5000, this one has {{ steps.total.output }}.' },
        ],
        else: [
          {
            id: 'announce',
            kind: 'emit_event',
            eventType: 'order.taken',
            payload: { id: '{{ body.order.id }}', total: '{{ steps.total.output }}' },
          },
        ],
      },
      { id: 'reply', kind: 'webhook_response', status: 201, body: { order: '{{ body.order.id }}', total: '{{ steps.total.output }}' } },
    ],
    rescue: [{ id: 'sorry', kind: 'webhook_response', status: 422, body: { refused: '{{ faults[0].message }}' } }],
  })
  await api.flow.publish(app, 'orders-to-erp')
  await api.flow.create(app, {
    uid: 'nightly',
    name: 'Nightly summary',
    trigger: { kind: 'job' },
    steps: [{ id: 'shape', kind: 'transform', expression: '{ "day": body.day }' }],
  })
  return publicUrl
}

async function order(url: string, n: number): Promise<void> {
  const lines = [
    { sku: 'KEG-30-PILS', quantity: n % 7 === 6 ? 120 : 12, unitPrice: 84.5 },
    { sku: 'CRATE-20', quantity: 6, unitPrice: 18.9 },
  ]
  const body = {
    order: {
      id: `SO-${20_400 + (n % 9 === 8 ? n - 1 : n)}`,
      currency: 'EUR',
      customer: { id: 'C-1182', name: 'Brauhaus Ätna GmbH', email: 'orders@brauhaus.example' },
      lines,
    },
  }
  const headers = { 'x-api-key': 'the key of the sample world', 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  await response.arrayBuffer()
}

async function startReceivers(): Promise<{ readonly url: string; readonly server: Server }> {
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const name = (request.url ?? '').slice(1) as keyof typeof receivers
      const n = (counts.get(name) ?? 0) + 1
      counts.set(name, n)
      const { status, body, waitMs } = receivers[name](n)
      setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end(body), waitMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
