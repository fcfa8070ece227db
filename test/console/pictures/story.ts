import { createHmac } from 'node:crypto'
import { Posthorn } from '@posthorn/sdk'

/** The application that the pictures show. */
export const APP = 'lindqvist'
/** The application of one of its customers. */
export const CUSTOMER = 'brauhaus'
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#11704c"/><path d="M12 5l6 3.5v7L12 19l-6-3.5v-7z" fill="none" stroke="#fff" stroke-width="1.8"/></svg>'
const ORDER_KEY = 'the key that the shop was given'
const GITHUB_SECRET = 'the secret that GitHub was given'

const eventTypes: readonly (readonly [name: string, about: string])[] = [
  ['customer.updated', 'Name, address or payment terms of a customer changed.'],
  ['invoice.created', 'An invoice was written and has a number.'],
  ['invoice.overdue', 'Its due date passed without payment.'],
  ['invoice.paid', 'The whole amount has arrived.'],
  ['order.accepted', 'An order was checked and is on its way to the warehouse.'],
  ['order.refused', 'An order was refused, with the reason.'],
  ['quotation.sent', 'A quotation went to the customer.'],
  ['shipment.dispatched', 'A parcel left the warehouse.'],
]

const endpoints = [
  { uid: 'crm', url: 'https://crm.nordhaus.example/webhooks', description: 'Nordhaus CRM' },
  {
    uid: 'parcel',
    url: 'https://hooks.parcelway.example/lindqvist',
    description: 'Parcelway',
    eventTypes: ['order.accepted', 'shipment.dispatched'],
  },
  {
    uid: 'books',
    url: 'https://api.tallybooks.example/in/webhooks',
    description: 'Tallybooks accounting',
    eventTypes: ['invoice.created', 'invoice.overdue', 'invoice.paid', 'quotation.sent'],
  },
  {
    uid: 'partner',
    url: 'https://old.partner.example/hooks',
    description: 'Old partner',
    eventTypes: ['quotation.sent'],
    retryPolicy: { waitsSeconds: [60], jitter: 0 },
  },
] as const

const customers = ['Brauhaus Ätna GmbH', 'Sjöberg & Söner AB', 'Café Lumière', 'Harbour Inn', 'Kaiser Getränke KG', 'Trattoria Da Rosa']

/** What is there before the day begins. */
export async function provisionStory(api: Posthorn): Promise<void> {
  await api.application.create({ name: 'Lindqvist Supply', uid: APP, plan: 'pro' } as never)
  for (const [name, description] of eventTypes) {
    const group = name.slice(0, name.indexOf('.'))
    await api.eventType.create({ name, description, groupName: group } as never)
  }
  for (const endpoint of endpoints) await api.endpoint.create(APP, { ...endpoint } as never)
  for (const name of ['erp_token', 'shop_key']) await api.secret.put(APP, name, { value: `a-value-of-the-story-${name}` })
  await provisionListeners(api)
  await provisionFlows(api)
  await provisionKept(api)
  await provisionCustomer(api)
}

/** What the silo holds, the connection to the ERP, and a view that somebody saved. */
async function provisionKept(api: Posthorn): Promise<void> {
  for (const number of [20_391, 20_398, 20_402, 20_409, 20_417]) {
    const document = { ...orderBody(number), state: number % 2 === 0 ? 'shipped' : 'open' }
    await api.entry.create(APP, { key: `order-SO-${number}`, tags: ['order', document.state], document } as never)
  }
  await api.entry.create(APP, {
    key: 'prices',
    tags: ['catalogue'],
    document: { currency: 'EUR', keg: 84.5, crate: 18.9 },
    keepDays: 30,
  } as never)
  const auth = { kind: 'bearer', token: { name: 'erp_token' } }
  await api.connection.put(APP, 'erp', { baseUrl: 'https://erp.lindqvist.example/api', auth } as never)
  await api.view.create(APP, {
    list: 'deliveries',
    name: 'Parcelway, not delivered',
    search: { status: 'waiting,failed', endpoint: 'parcel' },
    shared: true,
  })
}

/** One customer of the house, whose people see their own webhooks in the portal. */
async function provisionCustomer(api: Posthorn): Promise<void> {
  await api.application.create({ name: 'Brauhaus Ätna', uid: CUSTOMER } as never)
  await api.endpoint.create(CUSTOMER, {
    uid: 'books',
    url: 'https://books.brauhaus.example/webhooks',
    description: 'Accounting',
    eventTypes: ['invoice.created', 'invoice.paid'],
  })
  await api.endpoint.create(CUSTOMER, {
    uid: 'till',
    url: 'https://till.brauhaus.example/hook',
    description: 'Till',
    eventTypes: ['order.accepted', 'order.refused'],
  })
  await api.portal.putLook({
    name: 'Lindqvist Supply',
    logo: `data:image/svg+xml;base64,${Buffer.from(logo).toString('base64')}`,
    accent: '#11704c',
    returnUrl: 'https://www.lindqvist.example/account',
  })
}

async function provisionListeners(api: Posthorn): Promise<void> {
  await api.listener.create(APP, {
    uid: 'orders',
    name: 'Orders in',
    system: 'custom',
    suffix: '/orders',
    auth: { kind: 'api_key', in: 'header', name: 'X-API-Key', keys: [ORDER_KEY] },
    dedup: { key: 'body.order.id' },
    expected: { body: orderBody(20_417) as never },
  })
  await api.listener.create(APP, {
    uid: 'github',
    name: 'GitHub pushes',
    system: 'github',
    suffix: '/github',
    auth: { kind: 'preset', secrets: [GITHUB_SECRET] },
  })
  await api.listener.create(APP, {
    uid: 'payments',
    name: 'Stripe payments',
    system: 'stripe',
    suffix: '/stripe',
    auth: { kind: 'preset', secrets: ['whsec_of_the_story_only'] },
  })
  await api.listener.create(APP, {
    uid: 'sensors',
    name: 'Cold store sensors',
    system: 'custom',
    suffix: '/sensors/:room',
    methods: ['POST', 'PUT'],
    auth: { kind: 'none' },
  })
}

async function provisionFlows(api: Posthorn): Promise<void> {
  await api.flow.create(APP, {
    uid: 'orders-to-erp',
    name: 'Orders to ERP',
    trigger: { kind: 'webhook', listener: 'orders' },
    steps: orderSteps('An order may have 5,000, this one has', 5000),
    rescue: [{ id: 'sorry', kind: 'webhook_response', status: 422, body: { ok: false, reason: '{{ faults[0].message }}' } }],
  } as never)
  await api.flow.publish(APP, 'orders-to-erp')
  // What somebody works on, and has not published yet.
  await api.flow.patch(APP, 'orders-to-erp', { steps: orderSteps('An order may have 4,000, this one has', 4000) } as never)
  await api.flow.create(APP, {
    uid: 'pushes',
    name: 'Deploy on push',
    trigger: { kind: 'webhook', listener: 'github' },
    steps: [
      { id: 'main_only', kind: 'filter', if: '{{ body.ref == "refs/heads/main" }}' },
      { id: 'who', kind: 'transform', expression: '{ "by": body.pusher.name, "commits": $count(body.commits) }' },
    ],
  } as never)
  await api.flow.publish(APP, 'pushes')
  await api.flow.create(APP, {
    uid: 'cold-store',
    name: 'Cold store too warm',
    trigger: { kind: 'webhook', listener: 'sensors' },
    steps: [{ id: 'warm', kind: 'filter', if: '{{ body.celsius > 6 }}' }],
  } as never)
  await api.flow.create(APP, {
    uid: 'nightly',
    name: 'Nightly summary',
    trigger: { kind: 'schedule', cron: '30 5 * * 1-5', timeZone: 'Europe/Berlin' },
    steps: [{ id: 'shape', kind: 'transform', expression: '{ "day": $now() }' }],
  } as never)
  await api.flow.publish(APP, 'nightly')
}

/** `words`: what is said of an order over the most that one may have. */
function orderSteps(words: string, most: number): readonly object[] {
  return [
    { id: 'order', kind: 'transform', expression: '{ "total": $sum(body.order.lines.(quantity * unitPrice)) }' },
    {
      id: 'big_order',
      kind: 'branch',
      if: `{{ steps.order.output.total > ${most} }}`,
      then: [
        {
          id: 'refuse',
          kind: 'fail',
          code: 'too_large',
          message: `${words} {{ steps.order.output.total }}.`,
        },
      ],
      else: [
        {
          id: 'notify',
          kind: 'send_webhook',
          url: 'https://erp.lindqvist.example/hooks/orders',
          event: 'order_created',
          bearerToken: '{{ secrets.erp_token }}',
          headers: { 'X-Order-Total': '{{ steps.order.output.total }}' },
        },
        {
          id: 'tell_others',
          kind: 'emit_event',
          eventType: 'order.accepted',
          payload: { order: '{{ body.order.id }}', total: '{{ steps.order.output.total }}', customer: '{{ body.order.customer.name }}' },
        },
      ],
    },
    {
      id: 'answer',
      kind: 'webhook_response',
      status: 201,
      body: { ok: true, order: '{{ body.order.id }}', total: '{{ steps.order.output.total }}', vat: '{{ body.order.customer.vat }}' },
    },
  ]
}

function orderBody(number: number): object {
  const of = customers[number % customers.length]!
  const lines = [
    { sku: 'KEG-30-PILS', quantity: number % 23 === 7 ? 120 : 4 + (number % 9), unitPrice: 84.5 },
    { sku: 'CRATE-20', quantity: 6, unitPrice: 18.9 },
  ]
  const customer = { id: `C-${1100 + (number % 90)}`, name: of, ...(number % 5 < 3 && { vat: `DE8119${10_000 + (number % 900)}` }) }
  return { order: { id: `SO-${number}`, currency: 'EUR', customer, lines } }
}

let orders = 20_417
let pushes = 0
let sent = 0

/** What happens within one part of the day, the more the busier it is. `base` is where the server is, whatever its public name. */
export async function playPart(api: Posthorn, base: string, busy: number): Promise<void> {
  for (let n = 0; n < busy; n++) {
    if (n % 9 !== 5) orders++
    await order(base, orders, ORDER_KEY)
  }
  for (let n = 0; n < Math.ceil(busy / 3); n++) await push(base, pushes++)
  for (let n = 0; n < busy; n++) {
    const [eventType] = eventTypes[(n * 3 + busy) % eventTypes.length]!
    await api.message.create(APP, {
      eventType,
      payload: {
        id: `${eventType.slice(0, 3)}_${4000 + orders + n}`,
        amount: 1014 + n * 37,
        currency: 'EUR',
        customer: customers[n % customers.length]!,
      },
      eventId: `${eventType.slice(0, 3)}-${4000 + orders + n}-${++sent}`,
      tags: [eventType.slice(0, eventType.indexOf('.'))],
      channels: [n % 3 === 0 ? 'export' : 'inland'],
    })
  }
  for (let n = 0; n < Math.ceil(busy / 2); n++) {
    const eventType = ['invoice.created', 'order.accepted', 'invoice.paid', 'order.refused'][(n + busy) % 4]!
    await api.message.create(CUSTOMER, { eventType, payload: { id: `${eventType.slice(0, 3)}_${7000 + orders + n}`, amount: 912.4 } })
  }
}

/** Requests of somebody who has not the key. */
export async function strangers(base: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await order(base, 9000 + n, 'a key that is wrong')
}

async function order(base: string, number: number, key: string): Promise<void> {
  const headers = { 'x-api-key': key, 'content-type': 'application/json', 'user-agent': 'Shopfront/4.2' }
  await post(`${base}/in/${APP}/orders`, headers, JSON.stringify(orderBody(number)))
}

async function push(base: string, n: number): Promise<void> {
  const body = JSON.stringify({
    ref: n % 3 === 0 ? 'refs/heads/main' : 'refs/heads/labels',
    repository: { full_name: 'lindqvist/shopfront' },
    pusher: { name: n % 2 === 0 ? 'ines' : 'jonas' },
    commits: [{ id: `c0ffee${n}`, message: 'Show the deposit of kegs' }],
  })
  const headers = {
    ...{ 'content-type': 'application/json', 'user-agent': 'GitHub-Hookshot/7f2a', 'x-github-event': 'push' },
    'x-github-delivery': `7d3c1f0e-${n}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', GITHUB_SECRET).update(body).digest('hex')}`,
  }
  await post(`${base}/in/${APP}/github`, headers, body)
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body })
  await response.arrayBuffer()
}
