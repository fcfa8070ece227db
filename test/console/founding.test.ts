import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openConsole, type OpenConsole } from './open-console.ts'

// The ways that the founding documents tell, gone as they tell them: on a real server, through the page.
const APP = 'lindqvist'
let console: OpenConsole
let receiver: Server
/** What the receiver answers. */
let answer = 500

beforeAll(async () => {
  receiver = createServer((request, response) => request.resume().on('end', () => response.writeHead(answer).end()))
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  console = await openConsole({ POSTHORN_DISABLE_AFTER: '2' })
  const { product } = console
  await product.api('POST', '/app', { name: 'Lindqvist Supply', uid: APP })
  await product.api('POST', '/event-type', { name: 'invoice.paid', description: 'Paid.' })
})
afterAll(async () => {
  receiver?.close()
  await console?.close()
})

const open = async (path: string): Promise<Page> => {
  const page = await console.signedIn.newPage()
  onTestFinished(() => page.close())
  page.setDefaultTimeout(60_000)
  await page.goto(`${console.url}/a/${APP}${path}`)
  return page
}

const makeFlow = (uid: string, trigger: object, steps: readonly object[] = []): Promise<unknown> =>
  console.product.api('POST', `/app/${APP}/flow`, { uid, name: uid, trigger, steps })

test('R3, R12: the step is found by search, or in the list under Notify, and shows a sample of what it sends', async () => {
  await makeFlow('notify', { kind: 'job' })
  const page = await open('/flows/notify')
  const palette = page.getByRole('complementary', { name: 'Select System' })
  await page
    .getByRole('button', { name: /^Add a step/ })
    .first()
    .click()
  const notify = palette.getByRole('group', { name: 'Notify' })
  await notify.getByRole('option', { name: /^Send Webhook/ }).click()
  const url = page.getByLabel('Webhook URL')
  await url.fill('https://erp.example/hooks')
  // Its hint is told to who hears the page; it lies outside of the root that the field is in.
  expect(await url.getAttribute('aria-description')).toContain('token')
  await page.getByRole('textbox', { name: /^Event/ }).fill('order_created')
  const sample = page.getByRole('region', { name: 'Sample Body' })
  await sample.getByText('"order_created"').waitFor()
  const shown = JSON.parse(await sample.innerText()) as object
  expect(Object.keys(shown)).toEqual(['id', 'event', 'transform_job_id', 'silo_entry_id', 'owner_id', 'key', 'meta', 'faults'])

  await page.getByRole('button', { name: 'Add a step after send_webhook', exact: true }).click()
  await palette.getByRole('combobox', { name: 'Search steps' }).fill('send web')
  expect(await palette.getByRole('option').count()).toBe(1)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: 'send_webhook_2' }).waitFor()
  await page.getByLabel('Webhook URL').fill('https://crm.example/hooks')
  await page
    .getByText(/^Saved/)
    .first()
    .waitFor()
})

test('an empty flow begins with a set of steps that is live as it is, or blank, and calls systems by their names', async () => {
  const { product } = console
  await product.api('POST', `/app/${APP}/listener`, { uid: 'begun', name: 'Begun', suffix: '/begun', auth: { kind: 'none' } })
  await makeFlow('begun', { kind: 'webhook', listener: 'begun' })
  const drafted = (): Promise<{ steps: { kind: string }[]; faults: object[] }> => product.api('GET', `/app/${APP}/flow/begun`)
  const page = await open('/flows/begun')
  const palette = page.getByRole('complementary', { name: 'Select System' })
  const starts = palette.getByRole('group', { name: 'Start with' }).getByRole('option')
  const search = palette.getByRole('combobox', { name: 'Search steps' })
  await palette.getByText('No systems yet.').waitFor()
  expect(await palette.getByRole('link', { name: 'Connections' }).getAttribute('href')).toBe(`/a/${APP}/settings/connections`)

  for (const [name, event] of [
    ['GitHub push', 'repository.pushed'],
    ['Payment completed', 'order.paid'],
  ] as const) {
    await starts.nth(2).waitFor()
    await search.fill(name)
    await page.keyboard.press('Enter')
    await expect.poll(drafted).toMatchObject({ steps: [{}, {}, { eventType: event }, { kind: 'webhook_response' }], faults: [] })
    await product.api('POST', `/app/${APP}/flow/begun/publish`)
    // What is of no push and of no order ends there.
    const body = { type: 'checkout.session.completed', data: { object: { id: 'cs_1', payment_status: 'paid' } } }
    const tried = await product.api<{ steps: object[] }>('POST', `/app/${APP}/flow/begun/test`, { simulated: { body } })
    expect(tried.steps).toMatchObject([{ status: 'SKIP', code: 'filtered' }])
    // The whole of it is one change.
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await expect.poll(async () => (await drafted()).steps).toEqual([])
    await page
      .getByRole('button', { name: /^Add a step/ })
      .first()
      .click()
  }
  await product.api('PUT', `/app/${APP}/connection/erp`, { baseUrl: 'https://erp.example.com/api/v2', auth: { kind: 'none' } })
  await page.reload()
  await starts.filter({ hasText: 'Blank' }).click()
  await starts.first().waitFor({ state: 'detached' })
  const systems = palette.getByRole('group', { name: 'Systems' }).getByRole('option')
  await systems.filter({ hasText: 'erp.example.com' }).waitFor()
  // It is the last of the list, so that the arrow up comes to it.
  await page.keyboard.press('ArrowUp')
  expect(await systems.first().getAttribute('aria-selected')).toBe('true')
  await search.fill('EXAMPLE.com/api')
  await page.keyboard.press('Enter')
  await expect.poll(drafted).toMatchObject({ steps: [{ kind: 'http_request', system: 'erp' }], faults: [] })

  // A phone has no room beside the panel; once that is closed the flow lies in view.
  await page.setViewportSize({ width: 390, height: 800 })
  await page.reload()
  await page.getByRole('button', { name: 'Close the panel' }).click()
  const trigger = page.getByRole('button', { name: /^Starts with Begun/ })
  await expect.poll(async () => (await trigger.boundingBox())?.x).toBeGreaterThanOrEqual(0)
})

test('R37: + → Select System → Built-in Function → Webhook → configure → Save', async () => {
  await makeFlow('orders', { kind: 'job' })
  const page = await open('/flows/orders')
  await page
    .getByRole('button', { name: /^Add a step/ })
    .first()
    .click()
  const palette = page.getByRole('complementary', { name: 'Select System' })
  await palette
    .getByRole('group', { name: 'Built-in Function' })
    .getByRole('option', { name: /^Webhook Starts/ })
    .click()

  await page.getByRole('heading', { level: 1, name: 'Add Listener' }).waitFor()
  await page.getByLabel('Webhook Name').fill('Orders in')
  await page.getByRole('button', { name: 'Make the Public URL' }).click()
  const publicUrl = page.getByLabel('Public URL', { exact: true })
  expect(await page.getByLabel('URL Suffix').inputValue()).toBe('/orders-in')
  await page.getByLabel('URL Suffix').fill('/orders')
  const url = await publicUrl.inputValue()
  expect(await publicUrl.getAttribute('readonly')).not.toBeNull()
  expect(url).toBe(`${console.url}/in/${APP}/orders`)
  await page.getByLabel('Key', { exact: true }).fill('a key of the test')
  const structure = page.getByRole('group', { name: 'Headers' })
  expect(await structure.getByLabel('Headers: name of row 1').inputValue()).toBe('X-API-Key')
  await page.getByLabel('Body', { exact: false }).fill('{ "order": { "id": "SO-1" } }')
  await page.getByRole('button', { name: 'Save' }).click()

  await page.getByRole('heading', { level: 1, name: 'orders' }).waitFor()
  await page.getByRole('button', { name: /^Starts with Orders in, Webhook/ }).waitFor()
  const response = await fetch(url.replace('localhost', '127.0.0.1'), {
    method: 'POST',
    headers: { 'x-api-key': 'a key of the test', 'content-type': 'application/json' },
    body: '{"order":{"id":"SO-2"}}',
  })
  expect(response.status).toBe(202)
})

test('R52: Status Code is picked of 200, 201, 202 and 204, and the page shows what the caller will see', async () => {
  const { product } = console
  const auth = { kind: 'none' }
  await product.api('POST', `/app/${APP}/listener`, { uid: 'asked', name: 'Asked', suffix: '/asked', auth, expected: { body: { id: 7 } } })
  await makeFlow('replies', { kind: 'webhook', listener: 'asked' }, [
    { id: 'answer', kind: 'webhook_response', status: 200, body: { id: '{{ body.id }}', vat: '{{ body.vat }}' } },
  ])
  const page = await open('/flows/replies?step=answer')
  await page.getByRole('link', { name: 'What will the caller see?' }).click()
  const caller = page.getByRole('region', { name: 'What will the caller see?' })
  const status = page.getByRole('group', { name: 'Status Code' })
  for (const name of ['201 Created', '202 Accepted', '204 No Content', '200 OK']) {
    await status.getByRole('button', { name }).click()
    await caller.getByRole('region', { name: 'Answer to the caller' }).getByText(name).waitFor()
  }
  // What is mapped is what the server makes of the expected structure; what is missing can be mended where it is told.
  await caller.getByText('"vat": null').waitFor()
  await page.getByRole('button', { name: 'Add a default' }).click()
  await caller.getByText('"vat": ""').waitFor()
  // The preview shows what is not saved yet.
  await expect
    .poll(async () => (await product.api<{ steps: unknown[] }>('GET', `/app/${APP}/flow/replies`)).steps[0])
    .toMatchObject({ status: 200, body: { id: '{{ body.id }}', vat: '{{ body.vat | default: "" }}' } })
})

test('R83: an endpoint that was disabled by its failures is enabled again from its page, and counts from zero', async () => {
  const { product } = console
  const { port } = receiver.address() as AddressInfo
  const { id } = await product.api<{ id: string }>('POST', `/app/${APP}/endpoint`, {
    url: `http://127.0.0.1:${port}/hooks`,
    description: 'Tallybooks',
    retryPolicy: { waitsSeconds: [], jitter: 0 },
  })
  const send = (): Promise<unknown> => product.api('POST', `/app/${APP}/msg`, { eventType: 'invoice.paid', payload: { id: 1 } })
  const stateOf = async (): Promise<string> => (await product.api<{ state: string }>('GET', `/app/${APP}/endpoint/${id}`)).state
  await send()
  await send()
  await expect.poll(stateOf).toBe('disabled')

  const page = await open(`/settings/webhooks/${id}`)
  const banner = page.getByRole('region', { name: 'Needs attention' })
  await banner.getByText(/was disabled because its attempts kept failing/).waitFor()
  answer = 200
  await banner.getByRole('button', { name: 'Enable' }).click()
  await banner.waitFor({ state: 'detached' })
  expect(await stateOf()).toBe('active')
  // One more failure alone does not disable it: the count began anew.
  answer = 500
  await send()
  await page.getByRole('table', { name: 'Delivery logs' }).getByText('Failed').nth(2).waitFor()
  expect(await stateOf()).toBe('active')
})

test('S19: a page that a flow answers with does nothing in the browser of whoever is signed in', async () => {
  const { product, url, signedIn } = console
  // At the console's own host and port, where its cookie is sent along.
  const attack = "document.title = 'ran'; fetch('/api/v1/me?by=attack')"
  const listener = { uid: 'page', name: 'Page', suffix: '/page', methods: ['GET'], auth: { kind: 'none' } }
  await product.api('POST', `/app/${APP}/listener`, listener)
  await makeFlow('page', { kind: 'webhook', listener: 'page' }, [
    {
      id: 'answer',
      kind: 'webhook_response',
      headers: { 'Content-Type': 'text/html' },
      bodyFormat: 'text',
      body: `<title>still</title><p>Here it is.<script>${attack}</script><img src="data:," onerror="${attack}"><svg onload="${attack}">`,
    },
  ])
  await product.api('POST', `/app/${APP}/flow/page/publish`)
  const page = await signedIn.newPage()
  onTestFinished(() => page.close())
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const answer = (await page.goto(`${url}/in/${APP}/page`))!
  expect(await answer.text()).toContain('Here it is.')
  expect(await answer.request().allHeaders()).toHaveProperty('cookie')
  expect(await page.title()).toBe('still')
  expect(asked.filter((one) => one.includes('by=attack'))).toEqual([])
})
