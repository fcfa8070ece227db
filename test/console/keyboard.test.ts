import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isLong } from './checks/visit.ts'
import { openConsole, type OpenConsole } from './open-console.ts'

// The eight main tasks, each with the keyboard alone (C2): focus is moved by Tab, arrows and shortcuts, never by a script.
const APP = 'lindqvist'
// The other checks are on SQLite, so that each engine has the way of an event through the pages.
const ENGINES = isLong ? (['sqlite', 'postgres'] as const) : (['postgres'] as const)
let console: OpenConsole
let receiver: Server
let hooks: string

const open = async (path: string): Promise<Page> => {
  const page = await console.signedIn.newPage()
  onTestFinished(() => page.close())
  page.setDefaultTimeout(60_000)
  await page.goto(`${console.url}/a/${APP}${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** Tab until it has the focus, as somebody would who sees where it is. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor()
  for (let presses = 0; presses < 120; presses++) {
    if (await target.evaluate((node) => node === (node.getRootNode() as unknown as { activeElement: unknown }).activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${target.toString()}`)
}
const press = async (page: Page, target: Locator, key = 'Enter'): Promise<void> => {
  await tabTo(page, target)
  await page.keyboard.press(key)
}
const type = async (page: Page, target: Locator, text: string): Promise<void> => {
  await tabTo(page, target)
  await page.keyboard.type(text)
}
/** Finds a step in the palette, whose search has the focus once it is open. */
const pick = async (page: Page, step: string): Promise<void> => {
  await page.locator('input:focus').waitFor()
  await page.keyboard.type(step)
  await page.keyboard.press('Enter')
}
/** After each act the focus is on something. */
const holdsFocus = (page: Page): Promise<boolean> => page.evaluate('document.activeElement !== document.body') as Promise<boolean>

describe.for(ENGINES)('on %s', (engine) => {
  beforeAll(async () => {
    sent = undefined
    receiver = createServer((request, response) => request.resume().on('end', () => response.writeHead(200).end('{"ok":true}')))
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    hooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
    console = await openConsole({}, engine)
    const { product } = console
    await product.api('POST', '/app', { name: 'Lindqvist Supply', uid: APP })
    await product.api('POST', '/event-type', { name: 'invoice.paid', description: 'Paid.' })
    await product.api('POST', `/app/${APP}/endpoint`, { uid: 'books', url: hooks, description: 'Tallybooks' })
  })
  afterAll(async () => {
    receiver?.close()
    await console?.close()
  })

  test('C2: a listener is made, and its URL copied', async () => {
    const page = await open('/listeners')
    await press(page, page.getByRole('link', { name: 'Add Listener' }).first())
    await page.getByRole('heading', { level: 1, name: 'Add Listener' }).waitFor()
    await type(page, page.getByLabel('Webhook Name'), 'Orders in')
    await press(page, page.getByRole('button', { name: 'Make the Public URL' }))
    await type(page, page.getByLabel('Key', { exact: true }), 'a')
    const guessable = page.getByText('This can be guessed')
    await guessable.waitFor()
    await page.keyboard.type(' key of the test')
    await guessable.waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Orders in' }).waitFor()
    await press(page, page.getByRole('button', { name: 'Copy the Public URL' }))
    await page.getByText(/^(Copied\.|The browser did not allow copying)/).waitFor({ state: 'attached' })
    expect(await holdsFocus(page)).toBe(true)
  })

  test('C2: a flow of two steps is built, and a field mapped', async () => {
    await console.product.api('POST', `/app/${APP}/flow`, {
      uid: 'two',
      name: 'Two',
      trigger: { kind: 'webhook', listener: await listenerId() },
      steps: [],
    })
    const page = await open('/flows/two')
    // The palette of an empty flow is open.
    await pick(page, 'transform')
    await press(page, page.getByRole('button', { name: 'Add a step after transform', exact: true }))
    await pick(page, 'webhook response')
    await page.getByRole('heading', { level: 2, name: 'response' }).waitFor()
    await press(page, page.getByRole('link', { name: 'What will the caller see?' }))
    const tree = page.getByRole('tree', { name: 'Variables' })
    await tree.getByRole('treeitem', { name: /^body,/ }).waitFor()
    await press(page, page.getByRole('button', { name: 'Add header' }))
    await type(page, page.getByLabel('Name of header 1'), 'X-Body')
    await type(page, page.getByRole('textbox', { name: 'Value of header 1' }), 'is ')
    await tabTo(page, tree.getByRole('treeitem').first())
    await page.keyboard.press('Enter')
    expect(await holdsFocus(page)).toBe(true)
    await page.getByText('Changes are saved to the draft').waitFor()
    await expect
      .poll(async () => (await console.product.api<{ steps: unknown[] }>('GET', `/app/${APP}/flow/two`)).steps[1])
      .toMatchObject({ kind: 'webhook_response', headers: { 'X-Body': 'is {{ body }}' } })
  })

  test('C2: a test event is sent, its attempt opened, and a delivery sent again', async () => {
    const page = await open('/settings/webhooks/books')
    await press(page, page.getByRole('button', { name: 'Send test event' }).first())
    await page.getByText(/^Test event delivered/).waitFor()
    await console.product.api('POST', `/app/${APP}/msg`, { eventType: 'invoice.paid', payload: { id: 1 } })
    await page.goto(`${console.url}/a/${APP}/deliveries`)
    const row = page
      .getByRole('table', { name: 'Deliveries' })
      .getByRole('link', { name: /^invoice\.paid/ })
      .first()
    await press(page, row)
    const panel = page.getByRole('complementary', { name: 'Delivery' })
    await press(page, panel.getByRole('button', { name: 'Resend now' }))
    await page.getByText('One more attempt is on its way.').first().waitFor({ state: 'attached' })
    expect(await holdsFocus(page)).toBe(true)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(await holdsFocus(page)).toBe(true)
  })

  test('C2: a secret is rotated', async () => {
    const page = await open('/settings/webhooks/books')
    await press(page, page.getByRole('button', { name: 'Rotate Secret' }).first())
    const dialog = page.getByRole('dialog')
    await press(page, dialog.getByRole('button', { name: /^Rotate/ }))
    const shown = page.getByRole('dialog', { name: /secret/i })
    await shown.locator('[data-secret]').waitFor()
    await press(page, shown.getByLabel('I have stored the secret where my server reads it'), 'Space')
    await press(page, shown.getByRole('button', { name: 'Done' }))
    await shown.waitFor({ state: 'detached' })
    expect(await holdsFocus(page)).toBe(true)
  })

  test('C2: `?` lists the keys, g and a letter go to a page, and all of them can be turned off', async () => {
    const page = await open('/listeners')
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await press(page, dialog.getByRole('switch', { name: 'Keys of a single sign' }), 'Space')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/a/${APP}/listeners`)
    await press(page, page.getByRole('button', { name: 'All keys' }))
    await press(page, dialog.getByRole('switch', { name: 'Keys of a single sign' }), 'Space')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.waitForURL(/\/flows$/)
  })

  test('the keys of a single sign act on what is shown', async () => {
    await twoRequests()
    const page = await open('/listeners/keyed')
    const row = page.getByRole('list', { name: 'Requests' }).getByRole('link').nth(1)
    await row.waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await row.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('c')
    await page.getByText(/^(Copied\.|The browser did not allow copying)/).waitFor({ state: 'attached' })
    await page.keyboard.press('f')
    await page.getByRole('menuitemcheckbox', { name: 'Accepted' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menuitemcheckbox', { name: 'Accepted' }).waitFor({ state: 'detached' })
    await page.keyboard.press(']')
    await page.waitForURL(/\/runs\/run_/)
    await page.locator('nav[aria-label=Trail] [aria-current=step]').filter({ hasText: 'Run' }).waitFor()
    await page.keyboard.press('[')
    await page.waitForURL(/\/requests\/req_/)
    await page.getByRole('button', { name: 'Edit and resend' }).waitFor()
    await page.keyboard.press('e')
    const dialog = page.getByRole('dialog', { name: 'Edit and resend' })
    await dialog.waitFor()
    expect(await dialog.count()).toBe(1)
  })

  test('of a body the path of a value is told, a request is compared with the one before, and copied as a call', async () => {
    await twoRequests()
    await console.signedIn.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await open('/listeners/keyed')
    const body = page.getByRole('region', { name: 'Request body' })
    await tabTo(page, body)
    for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowDown')
    await page.getByText('body.order.id', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Copy as variable' }).click()
    const copied = () => page.evaluate('navigator.clipboard.readText()')
    await expect.poll(copied).toBe('{{ body.order.id }}')

    await page.getByRole('button', { name: 'Diff' }).click()
    const differs = page.getByRole('dialog', { name: 'What differs' }).getByRole('region', { name: 'Body: what differs' })
    await differs.getByText('"id": 1').waitFor()
    await differs.getByText('"id": 2').waitFor()
    await page.keyboard.press('Escape')
    // The focus comes back to what opened it, and would take another key's press before it has.
    await page.getByRole('button', { name: 'Diff' }).and(page.locator(':focus')).waitFor()
    await press(page, page.getByRole('button', { name: 'Copy as', exact: true }))
    await page.getByRole('menuitem', { name: 'fetch (JavaScript)' }).click()
    await expect.poll(copied).toContain(`await fetch(process.env.POSTHORN_URL + "/in/${APP}/keyed", {\n  method: "POST",`)
  })

  test('a field of a step shows readings as chips, completes them, and what changes with a version is told step by step', async () => {
    await twoRequests()
    const page = await open('/flows/keyed?step=answer')
    const field = page.getByRole('textbox', { name: 'Custom Response Body' })
    await field.locator('.cm-chip').getByText('{{ body.order.id }}').waitFor()
    await press(page, page.getByRole('button', { name: 'Add header' }))
    await type(page, page.getByLabel('Name of header 1'), 'X-Id')
    // A question mark in an editor is a question mark.
    await type(page, page.getByRole('textbox', { name: 'Value of header 1' }), '?{{')
    // By pointer: a key within the first moment of an offer is taken for one that was meant for the text.
    await page.getByRole('option', { name: /^body/ }).first().click()
    // A slash at the beginning of a word asks for a variable, and is gone when one is taken; any other is a slash.
    await press(page, page.getByRole('button', { name: 'Add header' }))
    await type(page, page.getByLabel('Name of header 2'), 'X-Order')
    await type(page, page.getByRole('textbox', { name: 'Value of header 2' }), 'a/b /')
    await page.getByRole('option', { name: /^body/ }).first().click()
    await page
      .getByText(/^Saved/)
      .first()
      .waitFor()
    await press(page, page.getByRole('button', { name: 'Publish' }))
    const changes = page.getByRole('dialog').getByRole('list', { name: 'What changes' }).getByRole('listitem')
    await changes.filter({ hasText: 'answer' }).getByText('{"X-Id":"?{{ body }}","X-Order":"a/b {{ body }}"}').waitFor()
    expect(await changes.count()).toBe(1)
    await press(page, page.getByRole('button', { name: 'JSON' }))
    await page.getByRole('region', { name: 'What changes, as JSON' }).getByText('"X-Id"').waitFor()
  })
})

let sent: Promise<void> | undefined
/** A listener that starts a flow, and two requests to it, once for all tests. */
function twoRequests(): Promise<void> {
  sent ??= (async () => {
    const { api, url } = console.product
    await api('POST', `/app/${APP}/listener`, { uid: 'keyed', name: 'Keyed', suffix: '/keyed', auth: { kind: 'none' } })
    await api('POST', `/app/${APP}/flow`, {
      ...{ uid: 'keyed', name: 'Keyed', trigger: { kind: 'webhook', listener: 'keyed' } },
      steps: [{ id: 'answer', kind: 'webhook_response', status: 201, body: { id: '{{ body.order.id }}' } }],
    })
    await api('POST', `/app/${APP}/flow/keyed/publish`, {})
    const headers = { 'content-type': 'application/json' }
    for (const id of [1, 2]) await fetch(`${url}/in/${APP}/keyed`, { method: 'POST', headers, body: `{"order":{"id":${id}}}` })
  })()
  return sent
}

async function listenerId(): Promise<string> {
  const { data } = await console.product.api<{ data: { id: string }[] }>('GET', `/app/${APP}/listener`)
  return data[0]!.id
}
