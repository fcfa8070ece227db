import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchTasks } from './checks/longest-task.ts'
import { isLong } from './checks/visit.ts'
import { openConsole, type OpenConsole } from './open-console.ts'

const MANY = isLong ? 100_000 : 10_000
const TAIL_SECONDS = isLong ? 60 : 3

let console: OpenConsole
beforeAll(async () => {
  console = await openConsole()
  const body = { uid: 'narrowed', name: 'Narrowed', suffix: '/narrowed', auth: { kind: 'none' } }
  await console.product.api('POST', '/app/default/listener', body)
})
afterAll(() => console?.close())

const open = async (path: string, heading: string): Promise<Page> => {
  const page = await console.signedIn.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(`${console.url}${path}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  return page
}

test('eight tabs of a browser share one stream: each gets its answers and hears what comes', async () => {
  const streams: string[] = []
  console.signedIn.on('request', (request) => request.url().includes('/stream') && streams.push(request.url()))
  const tabs: Page[] = []
  // A browser has six connections to a server: with a stream each, the seventh tab would not even load.
  for (let i = 0; i < 8; i++) tabs.push(await open('/a/default/messages', 'Messages'))
  const askMe = "fetch('/api/v1/me').then((answer) => answer.status)"
  expect(await Promise.all(tabs.map((tab) => tab.evaluate(askMe)))).toEqual(tabs.map(() => 200))
  expect(streams).toHaveLength(1)

  const heard = async (eventType: string, by: readonly Page[]): Promise<void> => {
    await console.product.api('POST', '/app/default/msg', { eventType, payload: {} })
    await Promise.all(by.map((tab) => tab.getByText(eventType).first().waitFor()))
  }
  await heard('order.first', tabs)
  // The tab that has the stream goes: the next one opens its own, and tells the others.
  const next = console.signedIn.waitForEvent('request', (request) => request.url().includes('/stream'))
  await tabs[0]!.close()
  await next
  await heard('order.second', tabs.slice(1))
  expect(streams).toHaveLength(2)
  for (const tab of tabs.slice(1)) await tab.close()
})

test('filters are saved as a view, chosen again, renamed, shared and removed', async () => {
  const page = await open('/a/default/deliveries?status=failed&range=7d', 'Deliveries')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save these filters' }).click()
  const saving = page.getByRole('dialog', { name: 'Save these filters' })
  await saving.getByLabel('Name').fill('Failed this week')
  await saving.getByRole('button', { name: 'Save view' }).click()
  await saving.waitFor({ state: 'hidden' })

  await page.goto(`${console.url}/a/default/deliveries`)
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Failed this week' }).click()
  await page.waitForURL((address) => address.searchParams.get('status') === 'failed' && address.searchParams.get('range') === '7d')
  // The button says which one it is.
  await page.getByRole('button', { name: 'Views' }).getByText('Failed this week').waitFor()

  // What is ready-made is one of them too.
  await page.getByRole('button', { name: 'Views' }).click()
  const slow = page.waitForRequest((request) => request.url().includes('min_duration_ms=5000'))
  await page.getByRole('menuitem', { name: 'Slow (> 5 s)' }).click()
  await slow
  await page.getByRole('button', { name: 'Remove the filter Took' }).waitFor()

  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Rename or remove' }).click()
  const managing = page.getByRole('dialog', { name: 'Views' })
  await managing.getByLabel('Name of Failed this week').fill('Failed lately')
  await managing.getByRole('button', { name: 'Rename' }).click()
  await managing.getByLabel('Name of Failed lately').waitFor()
  await managing.getByRole('switch').click()
  const views = async () => (await console.product.api<{ data: { name: string; shared: boolean }[] }>('GET', '/app/default/view')).data
  // What an organisation's key sees is what is shared.
  await expect.poll(views).toMatchObject([{ name: 'Failed lately', shared: true }])
  await managing.getByRole('button', { name: 'Remove Failed lately' }).click()
  await managing.getByText('None is left.').waitFor()
  expect(await views()).toEqual([])
  await page.close()
})

test('deliveries are selected by keys or boxes, stay selected while others come, and are cancelled or replayed together', async () => {
  const { api } = console.product
  const held = await api<{ id: string }>('POST', '/app/default/endpoint', {
    ...{ uid: 'held', url: 'https://example.com/', state: 'paused', eventTypes: ['held.*'] },
  })
  const send = () => api('POST', '/app/default/msg', { eventType: 'held.thing', payload: {} })
  for (let n = 0; n < 4; n++) await send()
  const statuses = async () =>
    (await api<{ data: { status: string }[] }>('GET', `/app/default/delivery?endpoint_id=${held.id}`)).data.map(({ status }) => status)
  await expect.poll(statuses).toHaveLength(4)
  const page = await open('/a/default/deliveries?endpoint=held', 'Deliveries')
  const table = page.getByRole('table', { name: 'Deliveries' })
  const boxes = table.getByRole('checkbox', { name: /^Select held.thing/ })
  const chosen = () => boxes.evaluateAll((all) => all.map((box) => (box as unknown as { checked: boolean }).checked))
  const bar = page.getByRole('region', { name: 'Selected deliveries' })
  await expect.poll(() => boxes.count()).toBe(4)

  for (const key of ['j', 'x', 'j', 'j', 'Shift+X']) await page.keyboard.press(key)
  await bar.getByText('3 deliveries selected').waitFor()
  expect(await chosen()).toEqual([true, true, true, false])
  // What comes meanwhile moves them, and is not one of them.
  await bar.getByRole('button', { name: 'Replay' }).focus()
  await send()
  await expect.poll(chosen).toEqual([false, true, true, true, false])
  await page.keyboard.press('Escape')
  await bar.waitFor({ state: 'hidden' })
  expect(await chosen()).toEqual([false, false, false, false, false])

  await boxes.nth(3).click()
  await boxes.nth(4).click({ modifiers: ['Shift'] })
  await bar.getByRole('button', { name: 'Cancel what waits' }).click()
  const question = page.getByRole('dialog', { name: 'Cancel what waits of 2 deliveries?' })
  await question.waitFor()
  // Escape lets the question go, and not what it is about.
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'hidden' })
  await bar.getByRole('button', { name: 'Cancel what waits' }).click()
  await question.getByRole('button', { name: 'Cancel what waits' }).click()
  await page.getByText('2 deliveries cancelled.').first().waitFor()
  expect(await statuses()).toEqual(['held', 'held', 'held', 'cancelled', 'cancelled'])
  await bar.waitFor({ state: 'hidden' })

  await table.getByRole('checkbox', { name: 'Select all that are shown' }).click()
  await boxes.nth(0).press('x')
  await bar.getByText('4 deliveries selected').waitFor()
  await page.keyboard.press('r')
  await page.getByRole('dialog', { name: 'Replay 2 deliveries?' }).getByRole('button', { name: 'Replay 2' }).click()
  await page.waitForURL(/\/replays\/rpl_/)
  await page.close()
})

test('requests that are selected are replayed, and runs run again or are cancelled', async () => {
  const { product } = console
  const post = (path: string, body: object) => product.api('POST', `/app/default${path}`, body)
  await post('/listener', { uid: 'picked', name: 'Picked', suffix: '/picked', auth: { kind: 'none' } })
  const trigger = { kind: 'webhook', listener: 'picked' }
  await post('/flow', { uid: 'picked', name: 'Picked', trigger, steps: [{ id: 'wait', kind: 'delay', for: 3600 }] })
  await post('/flow/picked/publish', {})
  for (let n = 0; n < 3; n++) await (await fetch(`${product.url}/in/default/picked`, { method: 'POST', body: `{"n":${n}}` })).text()
  const runs = async () => (await product.api<{ data: { status: string }[] }>('GET', '/app/default/run?flow=picked')).data
  await expect.poll(runs).toHaveLength(3)

  const page = await open('/a/default/requests?took=0', 'Requests')
  const slow = page.waitForRequest((request) => request.url().includes('min_duration_ms=5000'))
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Slow (> 5 s)' }).click()
  await slow
  await page.getByText('No request matches.').waitFor()
  await page.goto(`${console.url}/a/default/requests?listener=picked`)
  await page.getByText(/^From .* Answered 202 after \d+ ms\.$/).waitFor()
  await page.getByRole('list', { name: 'Requests' }).getByRole('checkbox').nth(2).waitFor()
  for (const key of ['j', 'Shift+ArrowDown']) await page.keyboard.press(key)
  await page.getByRole('region', { name: 'Selected requests' }).getByText('2 requests selected').waitFor()
  await page.keyboard.press('r')
  await page.getByRole('dialog', { name: 'Replay 2 requests?' }).getByRole('button', { name: 'Replay 2' }).click()
  await page.waitForURL(/\/replays\/rpl_/)
  await expect.poll(runs).toHaveLength(5)

  await page.goto(`${console.url}/a/default/runs?flow=picked`)
  const bar = page.getByRole('region', { name: 'Selected runs' })
  await expect.poll(() => page.getByRole('checkbox', { name: /^Select Picked/ }).count()).toBe(5)
  for (const key of ['j', 'x', 'Shift+J', 'Shift+J']) await page.keyboard.press(key)
  await bar.getByText('3 runs selected').waitFor()
  await bar.getByRole('button', { name: 'Cancel what runs' }).click()
  await page.getByRole('dialog', { name: 'Cancel what runs of 3 runs?' }).getByRole('button', { name: 'Cancel what runs' }).click()
  await page.getByText('3 runs cancelled.').first().waitFor()
  expect((await runs()).map(({ status }) => status === 'cancelled')).toEqual([true, true, true, false, false])
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).click()
  await bar.getByText('5 runs selected').waitFor()
  await page.keyboard.press('r')
  await page.getByRole('dialog', { name: 'Run 5 runs again?' }).getByRole('button', { name: 'Run again' }).click()
  // Two of them are still under way.
  await page.getByText('3 runs started.').first().waitFor()
  expect(await runs()).toHaveLength(8)
  await page.close()
})

test('a stretch of the chart is looked at closer by dragging or by Shift and arrows, and stands in the address', async () => {
  const page = await open('/a/default?range=1h', 'Home')
  const bars = page.getByRole('list', { name: 'Deliveries over time' }).getByRole('link')
  const stretchIn = (address: string) => ['after', 'before'].map((name) => Date.parse(new URL(address).searchParams.get(name)!))
  await bars.nth(29).waitFor()
  const [from, to] = [await bars.nth(26).boundingBox(), await bars.nth(29).boundingBox()]
  await page.mouse.move(from!.x + 4, from!.y + 40)
  await page.mouse.down()
  await page.mouse.move(to!.x + 4, to!.y + 40, { steps: 4 })
  await page.getByText('Let go to look closer').waitFor()
  await page.mouse.up()
  await page.waitForURL(/after=.*before=/)
  const [after, before] = stretchIn(page.url())
  expect(before! - after!).toBe(8 * 60_000)
  // Eight minutes in bars of one each: two of these are two minutes.
  await expect.poll(() => bars.count()).toBe(8)
  await bars.nth(6).focus()
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL((address) => stretchIn(address.href)[0] === before! - 2 * 60_000 && stretchIn(address.href)[1] === before)
  await expect.poll(() => bars.count()).toBe(2)

  await page
    .getByRole('region', { name: /^In, run, out from/ })
    .getByRole('link', { name: /requests received/ })
    .click()
  await page.getByRole('heading', { level: 1, name: 'Requests' }).waitFor()
  expect(stretchIn(page.url())).toEqual([before! - 2 * 60_000, before])
  await page
    .getByRole('button', { name: 'Time range' })
    .getByText(/^From .* to /)
    .waitFor()
  await page.goBack()
  // A press without a drag leads to what the bar shows.
  await bars.nth(1).click()
  await page.waitForURL(/\/deliveries\?after=/)
  expect(stretchIn(page.url())).toEqual([before! - 60_000, before])
  await page.goBack()
  await page.getByRole('button', { name: 'Show as a table' }).click()
  await page.getByRole('button', { name: /back to the last 24 h$/ }).click()
  await page.getByRole('table').getByRole('link').nth(23).click()
  await page.waitForURL(/after=.*before=/)
  const [began, ended] = stretchIn(page.url())
  expect(ended! - began!).toBe(3_600_000)
  await page.close()
})

/** A page of so many deliveries that there were never so many. */
function manyDeliveries(from: number, count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ id: `dlv_${String(from + at).padStart(22, '0')}`, applicationId: 'app_many', status: 'delivered', eventType: 'order.taken' },
    ...{ messageId: 'msg_many', endpointId: null, runId: null, stepId: null, attempts: 1, nextAttempt: null, lastStatusCode: 200 },
    ...{ lastFailure: null, lastFailureReason: null, nextStep: null, statusReason: null },
    ...{ createdAt: new Date(1_790_000_000_000 - (from + at) * 1000).toISOString(), finishedAt: null },
  }))
}

test(`C12: a list of ${MANY} rows is as small in the page as one of fifty, and says how many there are`, async () => {
  const page = await console.signedIn.newPage()
  page.setDefaultTimeout(60_000)
  await page.route('**/api/v1/app/default/delivery?*', (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get('iterator') ?? 0)
    const next = from + MANY / 10
    const data = manyDeliveries(from, MANY / 10)
    return route.fulfill({ json: { data, iterator: String(next), prevIterator: null, done: next >= MANY } })
  })
  await page.goto(`${console.url}/a/default/deliveries?range=30d`)
  const table = page.getByRole('table', { name: 'Deliveries' })
  await table.getByRole('link').first().waitFor()
  expect(await table.getAttribute('aria-rowcount')).toBe('-1')
  const scrollOn = `{ const surface = document.querySelector('table[aria-label=Deliveries]').parentElement; surface.scrollTop = surface.scrollHeight }`
  await expect.poll(async () => (await page.evaluate(scrollOn), table.getAttribute('aria-rowcount'))).toBe(String(MANY + 1))
  await page.evaluate(scrollOn)
  await table.locator(`tr[aria-rowindex="${MANY + 1}"]`).waitFor()
  expect(await table.getByRole('row').count()).toBeLessThan(120)
  await page.close()
})

test('C12: thousands of endpoints come page by page while one scrolls, and the server looks for what is typed', async () => {
  const page = await console.signedIn.newPage()
  page.setDefaultTimeout(60_000)
  const asked: URLSearchParams[] = []
  const made = await console.product.api<object>('POST', '/app/default/endpoint', { url: 'https://example.com/', disabled: true })
  await page.route('**/api/v1/app/default/endpoint?*', (route) => {
    const query = new URL(route.request().url()).searchParams
    asked.push(query)
    const from = Number(query.get('iterator') ?? 0)
    const rows = Array.from({ length: query.has('text') ? 1 : 100 }, (_, at) => {
      return { ...made, id: `ep_${from + at}`, description: `Number ${from + at}` }
    })
    return route.fulfill({
      json: { data: rows, iterator: String(from + 100), prevIterator: null, done: query.has('text') || from === 2900 },
    })
  })
  const counted: string[][] = []
  await page.route('**/api/v1/app/default/stats?*group_by=endpoint*', (route) => {
    const keys = new URL(route.request().url()).searchParams.getAll('groups').flatMap((one) => one.split(','))
    counted.push(keys)
    const groups = keys.map((key) => ({ key, newest: new Date().toISOString(), counts: [3], failures: [1], delivered: 2, failed: 1 }))
    return route.fulfill({ json: { bucket: 'hour', since: '', until: '', complete: true, buckets: [], groups, now: {} } })
  })
  await page.goto(`${console.url}/a/default/settings/webhooks`)
  const table = page.getByRole('table', { name: 'Endpoints' })
  await table.getByText('Number 0', { exact: true }).waitFor()
  expect(asked.filter((query) => query.has('iterator'))).toEqual([])
  const scrollOn = `{ const surface = document.querySelector('table[aria-label=Endpoints]').parentElement; surface.scrollTop = surface.scrollHeight }`
  await expect.poll(async () => (await page.evaluate(scrollOn), table.getAttribute('aria-rowcount'))).toBe('3001')
  await page.evaluate(scrollOn)
  await table.getByText('Number 2999').waitFor()
  // What each did lately is asked for the rows that are seen, also for the last of thousands.
  await table.getByRole('row').filter({ hasText: 'Number 2999' }).getByText('66.7%').waitFor()
  expect(Math.max(...counted.map((keys) => keys.length))).toBeLessThanOrEqual(100)
  expect(await table.getByRole('row').count()).toBeLessThan(120)
  await page.getByRole('searchbox', { name: 'Description or URL' }).fill('far')
  await expect.poll(() => table.getByRole('row').count()).toBe(2)
  expect(asked.at(-1)!.get('text')).toBe('far')
  await page.close()
})

test('C12: of hundreds of event types the server looks for what is typed, in their list and where an endpoint chooses', async () => {
  const eventTypes = Array.from({ length: 300 }, (_, n) => ({ name: `part${100 + n}.made`, description: `Part ${n} was made.` }))
  await console.product.api('POST', '/event-type/import', { eventTypes })
  const page = await open('/a/default/settings/event-types', 'Event types')
  const table = page.getByRole('table', { name: 'Event types' })
  await table.getByText('part100.made').waitFor()
  await page.getByRole('searchbox', { name: 'Name or description' }).fill('part 299')
  await table.getByText('part399.made').waitFor()
  expect(await table.getByRole('row').count()).toBe(2)

  await page.goto(`${console.url}/a/default/settings/webhooks?add=endpoint`)
  await page.getByLabel('part100.made').waitFor()
  await page.getByRole('textbox', { name: 'Find an event type' }).fill('part398')
  await page.getByLabel('part398.made').check()
  await page.getByRole('textbox', { name: 'Find an event type' }).fill('')
  // What was chosen is seen, and can be taken back, though the first page does not hold it.
  await page.getByLabel('part100.made').waitFor()
  expect(await page.getByLabel('part398.made').isChecked()).toBe(true)
  await page.close()
  const messages = await open('/a/default/messages', 'Messages')
  await messages.getByLabel('Event type', { exact: true }).click()
  await messages.getByRole('combobox', { name: 'Find an event type by name' }).fill('part397')
  await messages.getByRole('option', { name: 'part397.made' }).click()
  await messages.waitForURL(/type=part397\.made/)
  await messages.close()
})

test('C12: two hundred requests a second are shown to the last, and the page grows no further', async () => {
  const { product, signedIn } = console
  await product.api('POST', '/app/default/listener', { uid: 'tail', name: 'Tail', suffix: '/tail', auth: { kind: 'none' } })
  const page = await open('/a/default/listeners/tail', 'Tail')
  const rows = page.getByRole('list', { name: 'Requests' }).getByRole('listitem')
  const send = async (n: number): Promise<string> => {
    const answer = await fetch(`${product.url}/in/default/tail`, { method: 'POST', body: `{"n":${n}}` })
    return ((await answer.json()) as { requestId: string }).requestId
  }
  await send(0)
  await rows.first().waitFor()
  const session = await signedIn.newCDPSession(page)
  const heapBytes = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize
  }
  const before = await heapBytes()
  const longestTaskMs = await watchTasks(console.browser)
  for (let tick = 0; tick < TAIL_SECONDS * 20; tick++) {
    const due = wait(50)
    await Promise.all(Array.from({ length: 10 }, (_, n) => send(tick * 10 + n)))
    await due
  }
  const last = await send(-1)
  await rows.first().locator(`a[href*="${last}"]`).waitFor()
  expect(await longestTaskMs()).toBeLessThanOrEqual(100)
  expect(await rows.count()).toBeLessThanOrEqual(51)
  expect((await heapBytes()) - before).toBeLessThan(50_000_000)
  await page.close()
})

test.each([
  ['/a/default/requests?status=rejected&range=7d', 'Requests'],
  ['/a/default/runs?status=ko&range=7d', 'Runs'],
  ['/a/default/messages?range=30d', 'Messages'],
  ['/a/default/deliveries?status=failed%2Cwaiting&range=7d&q=nothing', 'Deliveries'],
  ['/a/default/listeners?q=tail', 'Listeners'],
  ['/a/default/settings/webhooks?q=nobody', 'Webhooks'],
  ['/org/audit?action=listener.created', 'Audit log'],
])('C13: %s is the whole state of its page', async (path, heading) => {
  const page = await open(path, heading)
  // The filters as they are shown, and what is typed into the search boxes.
  const shown = () =>
    page.evaluate(`[
      ...[...document.querySelectorAll('[data-filter-chip]')].map(({ textContent }) => textContent),
      ...[...document.querySelectorAll('input[type=search]')].map(({ value }) => value),
    ]`) as Promise<string[]>
  await page.getByRole('main').locator('[data-filter-chip], input[type=search]').first().waitFor()
  const before = await shown()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  await expect.poll(shown).toEqual(before)
  // A page that says nothing in its address shows something else.
  await page.goto(`${console.url}${path.slice(0, path.indexOf('?'))}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  await expect.poll(shown).not.toEqual(before)
  await page.goBack()
  await expect.poll(shown).toEqual(before)
  await page.close()
})

test.each([
  [
    'deliveries',
    'Deliveries',
    ['type=a.b', 'class=500', 'failure=connect_refused', 'message=msg_1', 'run=run_1', 'took=1000', 'status=failed'],
  ],
  ['requests', 'Requests', ['type=push', 'reason=api_key_wrong', 'method=POST', 'class=400', 'took=1000', 'status=rejected']],
  ['listeners/narrowed', 'Narrowed', ['type=push', 'method=POST', 'took=1000', 'status=rejected']],
  ['messages', 'Messages', ['type=a.b', 'channel=inland']],
  ['runs', 'Runs', ['trigger=webhook', 'took=1000', 'status=ko']],
  ['/org/audit', 'Audit log', ['actor=system']],
])('C13: whatever narrows %s is said, and can be taken off', async (path, heading, filters) => {
  const page = await open(`${path.startsWith('/') ? path : `/a/default/${path}`}?${filters.join('&')}`, heading)
  const remove = page.getByRole('button', { name: /^Remove the filter/ })
  for (let left = filters.length; left > 0; left--) {
    await expect.poll(() => remove.count()).toBe(left)
    await remove.first().click()
  }
  await page.waitForURL((address) => filters.every((filter) => !address.searchParams.has(filter.slice(0, filter.indexOf('=')))))
  await page.close()
})

test('on a small laptop the name of a listener has room: another column gives way to it', async () => {
  const page = await open('/a/default/listeners', 'Listeners')
  const head = (name: string) => page.getByRole('columnheader', { name })
  await page.setViewportSize({ width: 1440, height: 900 })
  await head('HTTP Method').waitFor()
  await page.setViewportSize({ width: 1180, height: 900 })
  await head('HTTP Method').waitFor({ state: 'hidden' })
  expect((await head('Webhook Name').boundingBox())!.width).toBeGreaterThan(150)
  await page.close()
})

test('beside a panel on a small laptop no column of deliveries is cut off', async () => {
  await console.product.api('POST', '/app/default/endpoint', { url: 'http://127.0.0.1:59009/', description: 'Beside' })
  await console.product.api('POST', '/app/default/msg', { eventType: 'order.beside', payload: {} })
  const page = await open('/a/default/deliveries', 'Deliveries')
  await page.setViewportSize({ width: 1200, height: 800 })
  const table = page.getByRole('table', { name: 'Deliveries' })
  await table.getByRole('link', { name: /order\.beside/ }).click()
  await page.getByRole('complementary').waitFor()
  const beyond = "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('main [data-scrolls]'))"
  await expect.poll(() => page.evaluate(beyond)).toBe(0)
  await page.close()
})

test('a name written from the right is cut off at its end, too', async () => {
  const name = 'مستمع الطلبات الواردة من المتجر الكبير في وسط المدينة القديمة'
  await console.product.api('POST', '/app/default/listener', { name, suffix: '/from-the-right', auth: { kind: 'none' } })
  const page = await open('/a/default/listeners', 'Listeners')
  await page.getByText(name).first().waitFor()
  // How far the first letter lies beyond the edges of what is seen, and whether anything is cut off at all.
  const [beyond, isCut] = (await page.evaluate(`(() => {
    const name = [...document.querySelectorAll('main .clip')].find(({ textContent }) => textContent === ${JSON.stringify(name)})
    const letter = document.createRange()
    letter.setStart(name.firstChild, 0)
    letter.setEnd(name.firstChild, 1)
    const [part, view] = [letter.getBoundingClientRect(), name.getBoundingClientRect()]
    return [Math.max(part.right - view.right, view.left - part.left), name.scrollWidth > name.clientWidth]
  })()`)) as [number, boolean]
  expect(isCut).toBe(true)
  expect(beyond).toBeLessThanOrEqual(1)
  await page.close()
})

test('C21: a browser that knows itself offline says so, and so does the page, until it is not', async () => {
  const page = await open('/a/default/messages', 'Messages')
  const bar = page.getByText('No connection to the server.', { exact: false })
  await console.signedIn.setOffline(true)
  await bar.waitFor()
  await console.signedIn.setOffline(false)
  await expect.poll(() => bar.count()).toBe(0)
  await page.close()
})

test('C7: on a phone the tab that is open is in sight, and the strip says that it goes on', async () => {
  const page = await console.signedIn.newPage()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${console.url}/a/default/listeners/narrowed?tab=use`)
  const [tabs, current] = [page.getByRole('navigation', { name: 'Parts of the listener' }), page.getByRole('link', { name: 'Use it' })]
  await current.waitFor()
  // Where it ends, against where its strip does.
  const edge = async (): Promise<number> => {
    const [part, strip] = await Promise.all([current.boundingBox(), tabs.boundingBox()])
    return part!.x + part!.width - (strip!.x + strip!.width)
  }
  await expect.poll(edge).toBeLessThanOrEqual(1)
  expect(await tabs.getAttribute('data-more')).toBe('before')
  await page.close()
})

test('C13: a filter replaces, a row that is opened can be gone back from, and each is a link', async () => {
  await console.product.api('POST', '/app/default/msg', { eventType: 'order.third', payload: {} })
  const page = await open('/a/default/messages', 'Messages')
  await page.goto(`${console.url}/a/default/listeners/tail`)
  const rows = page.getByRole('list', { name: 'Requests' }).getByRole('link')
  await rows.nth(1).click()
  await page.waitForURL(/open=req_/)
  await page.getByRole('button', { name: /Status/ }).click()
  await page
    .getByRole('menuitemcheckbox', { name: 'Accepted' })
    .or(page.getByRole('menuitem', { name: 'Accepted' }))
    .click()
  await page.waitForURL(/status=accepted/)
  await page.keyboard.press('Escape')
  await page.goBack()
  await page.waitForURL((address) => address.search === '')
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'Messages' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/a/default/messages')
  await page.close()
})

test('C14: what is typed is not lost by a link, a tab of the page or Back', async () => {
  const page = await open('/a/default/listeners/tail?tab=limits', 'Tail')
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await page.getByLabel('Allowed Origins').fill('https://app.example.com')
  await page.getByRole('link', { name: 'Reply', exact: true }).click()
  await question.getByRole('button', { name: 'Cancel' }).click()
  await question.waitFor({ state: 'hidden' })
  expect(await page.getByLabel('Allowed Origins').inputValue()).toBe('https://app.example.com')
  await page.getByRole('button', { name: 'Save limits' }).click()
  await page.getByText('Saved.').first().waitFor()
  // What is kept is nothing to ask about.
  await page.getByRole('link', { name: 'Reply', exact: true }).click()
  await page.getByLabel('Then it is answered').fill('204')
  await page.getByRole('link', { name: 'Flows', exact: true }).click()
  await question.getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('heading', { level: 1, name: 'Flows' }).waitFor()
  await page.close()
})

test('C21: a server that goes away is told of, and what came meanwhile is there once it is back', async () => {
  const { product } = console
  await product.api('POST', '/app/default/msg', { eventType: 'order.before', payload: {} })
  const page = await open('/a/default/messages?range=1h', 'Messages')
  await page.getByText('order.before').first().waitFor()
  await product.kill()
  await page.getByText('No connection to the server.', { exact: false }).waitFor()
  // What was there stays.
  expect(await page.getByText('order.before').count()).toBeGreaterThan(0)
  await product.start()
  for (const eventType of ['order.while-away', 'order.as-well']) await product.api('POST', '/app/default/msg', { eventType, payload: {} })
  for (const eventType of ['order.while-away', 'order.as-well']) await page.getByText(eventType).first().waitFor()
  await page.getByText('No connection to the server.', { exact: false }).waitFor({ state: 'detached' })
  await page.close()
})
