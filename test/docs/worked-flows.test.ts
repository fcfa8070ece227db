import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runFlowFile, type FlowFileTrial } from '@posthorn/server/flow-files'
import { readPage } from './markdown.ts'

const folder = new URL('../../examples/flows/', import.meta.url)
const files = readdirSync(folder)
const page = readPage('docs/flows.md')
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

const nothing: FlowFileTrial = { outcomes: {}, calls: 'shown', meta: {}, secrets: {} }
const answer = (status: number | null, body: unknown = null) => ({ status, body: body === null ? null : JSON.stringify(body) })
const posted = (body: object, more: object = {}) => ({ simulated: { body: body as never, ...more } })

/** What each is tried with, and what is to come of it. */
const tries: Readonly<Record<string, readonly (readonly [string, Partial<FlowFileTrial>, object])[]>> = {
  'refuse-bad-orders.yaml': [
    [
      'a whole order is taken',
      posted({ number: 'A-1', lines: [{ sku: 'x', quantity: 2 }] }),
      { status: 'ok', reply: { status: 202 }, messages: [{ eventType: 'order.taken' }] },
    ],
    [
      'one with a mistake is refused, and says where',
      posted({ number: 'A-1', lines: [{ sku: 'x', quantity: 0 }] }),
      { status: 'ko', errorCode: 'invalid', reply: { status: 422, body: expect.stringContaining('"where":["body.lines[0].quantity"') } },
    ],
  ],
  'tell-a-chat.yaml': [
    [
      'a push to main',
      posted({ ref: 'refs/heads/main', pusher: { name: 'ada' }, commits: [{ message: 'One\n\nMore' }, { message: 'Two' }] }),
      { status: 'ok', deliveries: [{ stepId: 'post', body: '{"channel":"deploys","text":"ada pushed 2 commits\\n - One\\n - Two"}' }] },
    ],
    ['another branch', posted({ ref: 'refs/heads/x', commits: [] }), { status: 'ok', deliveries: [] }],
  ],
  'route-by-kind.yaml': [
    [
      'a payment',
      posted({ id: 'A-1' }, { headers: { 'X-Shop-Event': 'order.paid' } }),
      { messages: [{ eventType: 'invoice.paid', eventId: 'paid-A-1' }] },
    ],
    [
      'a refund',
      posted({ id: 'A-1', amount: 5 }, { headers: { 'X-Shop-Event': 'order.refunded' } }),
      { messages: [{ data: { amount: 5 } }] },
    ],
    ['what nobody knows', posted({}, { headers: { 'X-Shop-Event': 'x' } }), { status: 'ko', errorCode: 'unknown_event' }],
  ],
  'ask-twice.yaml': [
    [
      'after 503 once more',
      { document: { sku: 'a' }, outcomes: { ask: answer(503), again: answer(200, { level: 7 }) } },
      { status: 'ok', meta: { level: 7 }, steps: [{ id: 'ask', status: 'KO' }, { id: 'wait' }, { id: 'again' }, { id: 'level' }] },
    ],
    ['at once', { document: { sku: 'a' }, outcomes: { ask: answer(200, { level: 3 }) } }, { meta: { level: 3 } }],
    ['another failure is one', { document: { sku: 'a' }, outcomes: { ask: answer(404) } }, { status: 'ko', errorCode: 'http_404' }],
  ],
  'lines-to-erp.yaml': [
    [
      'two lines',
      posted({ number: 'A-1', lines: [{ sku: 'a' }, { sku: 'b' }] }),
      { reply: { body: '{"booked":2,"of":2}' }, deliveries: [{}, { body: expect.stringContaining('"position":1') }] },
    ],
    [
      'none is booked',
      { ...posted({ number: 'A-1', lines: [{ sku: 'a' }, { sku: 'b' }] }), outcomes: { book: answer(422) } },
      { status: 'ok', reply: { body: '{"booked":0,"of":2}' } },
    ],
  ],
  'remind-of-invoice.yaml': [
    [
      'an unpaid one',
      {
        document: { id: 'i-1', dueAt: '2020-01-31T00:00:00Z' },
        outcomes: { invoice: answer(200, { status: 'open', customer: { mail: 'a@example.com' } }) },
      },
      { deliveries: [{ stepId: 'invoice' }, { stepId: 'remind', body: expect.stringContaining('"mail":"a@example.com"') }] },
    ],
    [
      'a paid one',
      { document: { id: 'i-1', dueAt: '2020-01-31T00:00:00Z' }, outcomes: { invoice: answer(200, { status: 'paid' }) } },
      { status: 'ok', deliveries: [{ stepId: 'invoice' }] },
    ],
  ],
  'quote-a-price.yaml': [
    ['a large order', { document: { lines: [{ price: 600.5, quantity: 2 }] } }, { meta: { net: 1080.9, rebate: 120.1 } }],
    ['a small one', { document: { lines: [{ price: 10, quantity: 2 }] } }, { meta: { net: 20, rebate: 0 } }],
  ],
  'ask-and-answer.yaml': [
    [
      'who is known',
      { ...posted({}, { params: { id: '7' } }), outcomes: { customer: answer(200, { name: 'Ada' }) } },
      { reply: { status: 200, body: '{"name":"Ada","error":null}', headers: { 'cache-control': 'no-store' } } },
    ],
    [
      'who is not',
      { ...posted({}, { params: { id: '8' } }), outcomes: { customer: answer(404) } },
      { status: 'ok', reply: { status: 404 } },
    ],
    ['no answer in time', { ...posted({}, { params: { id: '8' } }), outcomes: { customer: answer(null) } }, { reply: { status: 504 } }],
  ],
  'tell-two-systems.yaml': [
    [
      'one cannot be reached',
      { document: { number: 'A-1' }, outcomes: { erp: answer(503) } },
      {
        status: 'ok',
        deliveries: [{ stepId: 'erp' }, { stepId: 'warehouse', body: expect.stringContaining('"code":"http_503"') }],
        messages: [{ data: { number: 'A-1', erp: 'KO', warehouse: 'OK' } }],
      },
    ],
  ],
  'clean-a-lead.yaml': [
    [
      'a form',
      {
        simulated: {
          rawBody: 'mail=+Ada%40Example.com+&first=ada&last=lovelace&news=on',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
      },
      {
        reply: { status: 303, headers: { location: 'https://www.example.com/thanks' } },
        meta: { mail: 'ada@example.com', name: 'Ada Lovelace', source: 'direct', wants_news: true },
        deliveries: [{ stepId: 'crm', body: expect.stringContaining('"name":"Ada Lovelace"') }],
      },
    ],
    ['a test entry', posted({ mail: 'test@example.com' }), { status: 'ok', deliveries: [] }],
  ],
}

describe.each(files)('the worked flow %s', (name) => {
  test('is named in the page on flows', () => {
    expect(page).toContain(`(../examples/flows/${name})`)
  })

  test.each(tries[name]!)('%s', async (_what, trial, wanted) => {
    expect(await runFlowFile(textOf(name), { ...nothing, ...trial })).toMatchObject({ kind: 'tried', tried: wanted })
  })
})
