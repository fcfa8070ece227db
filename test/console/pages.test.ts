import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { emptyPages, pages } from './checks/pages.ts'
import { fillNaughtyWorld, missingIn } from './checks/naughty-world.ts'
import { bestSpeedOf, overBudget } from './checks/speed.ts'
import { faultsOf, follow, isLong, openPage as openPageAt, type OpenPage, settled } from './checks/visit.ts'
import { openConsole, type OpenConsole } from './open-console.ts'
import { fillSampleWorld, type SampleWorld } from './sample-world.ts'

let console: OpenConsole
let world: SampleWorld
let viewer: Awaited<ReturnType<OpenConsole['signInAs']>> | undefined

beforeAll(async () => {
  console = await openConsole()
  world = await fillSampleWorld(console.product)
  await console.product.api('POST', '/app', { name: 'Bare', uid: 'bare' })
})
afterAll(async () => {
  await viewer?.close()
  await world?.close()
  await console?.close()
})

/** What changes something, by the verb that a button begins with. */
const CHANGES =
  /^(Accept|Add|Archive|Create|Delete|Disable|Duplicate|Edit|Enable|Import|Invite|Move|Pause|Publish|Redo|Remove|Replace|Replay|Resend|Restore|Resume|Revoke|Rotate|Run|Save|Send|Take|Try|Undo)\b/

async function openPage(path: string, heading: string, context: BrowserContext = console.signedIn): Promise<OpenPage> {
  const open = await openPageAt(context, `${console.url}${path}`, heading)
  // Each holds a stream open, and a browser has only so many connections to one server.
  onTestFinished(() => open.page.close())
  return open
}

/** Tabs share a stream: with the others gone, it is this one that opens it. The one that it opens when they go is not that of its new load. */
const listenAlone = async (page: Page): Promise<void> => {
  for (const other of page.context().pages()) if (other !== page) await other.close()
  const address = page.url()
  await page.goto('about:blank')
  await Promise.all([page.waitForResponse(/\/stream/), page.goto(address)])
}

/** Of the built console, compressed. */
const gzippedBytes = (path: string): number => gzipSync(readFileSync(new URL(`../../packages/console/dist${path}`, import.meta.url))).length

describe('the pages of the console', () => {
  // One visit of a page is looked at for all checks that one can look for; each check then says what it found on all of them.
  const found: string[] = []
  const scriptBytes = new Map<string, number>()
  const scriptFiles = new Map<string, number>()

  const visited = [...pages, ...emptyPages]

  test.each(visited)('%s is visited in both themes and every width', async (path, heading) => {
    const { faults, loading } = await faultsOf(await openPage(path, heading))
    found.push(...faults.map((fault) => `${fault}: ${path}`))
    expect(loading.scripts.length).toBeGreaterThan(0)
    scriptBytes.set(
      path,
      loading.scripts.reduce((sum, script) => sum + gzippedBytes(script), 0),
    )
    scriptFiles.set(path, loading.scripts.length)
  })

  test('C1: what could not be loaded says so, with a way on, in a page that is as sound as any', async () => {
    const page = await console.signedIn.newPage()
    onTestFinished(() => page.close())
    page.setDefaultTimeout(60_000)
    const problem = {
      type: 'about:blank',
      title: 'Store trouble',
      status: 422,
      code: 'validation',
      detail: 'The store did not answer.',
      requestId: 'rq_1',
    }
    await page.route('**/api/v1/app/lindqvist/delivery?*', (route) => route.fulfill({ status: 422, json: problem }))
    await page.goto(`${console.url}/a/lindqvist/deliveries`)
    await page.getByText('The store did not answer.').waitFor()
    const { faults } = await faultsOf({ page, complaints: [] })
    expect(faults).toEqual([])
    await page.unroute('**/api/v1/app/lindqvist/delivery?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('table', { name: 'Deliveries' }).waitFor()
  })

  test.each([
    ['C1', 'axe has nothing to say, in both themes and at every width'],
    ['C3', 'what has the focus shows it, and lies under nothing'],
    ['C5', 'what can be pressed is large enough for a pointer and for a finger'],
    ['C6', 'no status is told by a colour alone'],
    ['C7', 'nothing moves, is wider than the page or cut off, at 320 pixels and with wide letters too'],
    ['C8', 'the ground and the parts of the browser are of the theme'],
    ['C9', 'nothing moves while a page comes'],
    ['C17', 'every page has one heading, its title, its landmarks and its language'],
    ['C18', 'six sizes and the colours of the tokens are all there is'],
    ['C20', 'no page complains, fails a call, or asks another host'],
  ])('%s: %s', (check) => {
    expect(scriptBytes.size).toBe(visited.length)
    expect(found.filter((fault) => fault.startsWith(`${check} `))).toEqual([])
  })

  test('C10: the first page loads at most 200 kB of script, a list 300, in few files, and only flows load the canvas and the editors', () => {
    const over = [...scriptBytes].filter(([path, bytes]) => {
      const isFlow = /\/flows\/./.test(path)
      return bytes > (path === '/a/lindqvist' ? 200_000 : isFlow ? 550_000 : 300_000)
    })
    expect(over).toEqual([])
    // Each file costs a request and its own start: once there were a hundred of them to a page.
    expect([...scriptFiles].filter(([, files]) => files > 35)).toEqual([])
    expect(Math.min(...scriptBytes.values())).toBeGreaterThan(50_000)
  })

  test.runIf(isLong)('C10: a list is painted, answers and changes in time, by a processor that is four times slower', async () => {
    expect(overBudget(await bestSpeedOf(console.signedIn, `${console.url}/a/lindqvist/deliveries`))).toEqual({})
  })

  let seen: { readonly page: Page; readonly heading: string } | undefined
  test.each(pages)('%s shows a viewer nothing that they may not use', async (path, heading) => {
    viewer ??= await console.signInAs('viewer')
    // As somebody walks through it. Where the heading stays, nothing tells when the page has come: it is loaded.
    if (seen === undefined || seen.heading === heading) {
      await seen?.page.close()
      seen = { heading, page: (await openPageAt(viewer.context, `${console.url}${path}`, heading)).page }
    } else {
      await follow(seen.page, path, heading)
      seen = { heading, page: seen.page }
    }
    const names = await seen.page
      .locator('button:visible:enabled, a:visible, input:visible:enabled, [role=switch]:visible:enabled')
      .evaluateAll((all) => all.map((one) => one.ariaLabel ?? one.textContent ?? ''))
    expect(names.filter((name) => CHANGES.test(name.trim()))).toEqual([])
  })

  test('C2: a flow is made, tried and published without a mouse', async () => {
    const { page, complaints } = await openPage('/a/lindqvist/flows', 'Flows')
    await page.getByRole('button', { name: 'Add flow' }).press('Enter')
    const name = page.getByRole('dialog').getByLabel('Name')
    await name.fill('By keyboard')
    // The flow of the other listener answers its callers already, and only one may.
    await page.getByRole('dialog').getByLabel('Listener').press('Enter')
    await expect.poll(() => page.evaluate('document.activeElement.placeholder')).toBe('Find a listener by name')
    await page.getByRole('option', { name: 'GitHub' }).waitFor()
    // However late the server answers a search, Enter behind the last letter chooses nothing else.
    const answered = Promise.withResolvers<void>()
    await page.route(/listener\?.*text=g/, async (route) => {
      await answered.promise
      await route.continue()
    })
    await page.keyboard.type('github')
    await expect.poll(() => page.getByRole('listbox').getByRole('option').allTextContents()).toEqual(['GitHub'])
    await page.keyboard.press('Enter')
    answered.resolve()
    await page.getByRole('dialog').getByText('GitHub').waitFor()
    await name.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'By keyboard' }).waitFor()
    await page.getByRole('combobox', { name: 'Search steps' }).fill('webhook response')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: 'response' }).waitFor()
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Publish' }).press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).press('Enter')
    await page.getByText('v1 is live.').waitFor()
    expect(complaints).toEqual([])
  })

  test('an endpoint is added, its secret is shown once, and a test event says what came of it (R62 to R66, R77)', async () => {
    const { page } = await openPage('/a/lindqvist/settings/webhooks', 'Webhooks')
    await page.getByRole('button', { name: 'Add Endpoint' }).click()
    await page.getByLabel('Endpoint URL').fill('http://127.0.0.1:59009/hooks')
    await page.getByRole('button', { name: 'Add Endpoint' }).last().click()
    await page.getByText('Choose at least one event, or send everything.').waitFor()
    await page.getByRole('button', { name: 'Send me everything' }).click()
    await page.getByRole('button', { name: 'Add Endpoint' }).last().click()
    await page.getByRole('heading', { name: 'Copy your signing secret' }).waitFor()
    expect(await page.locator('[data-secret]').textContent()).toMatch(/^whsec_/)
    await page.keyboard.press('Escape')
    expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Send test event' }).click()
    await page.getByText(/^Test event failed: /).waitFor()
    await page.getByLabel('I have stored the secret where my server reads it').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('heading', { level: 1, name: '127.0.0.1:59009' }).waitFor()
    expect(await page.locator('[data-secret]').count()).toBe(0)
  })

  test('what waits for a later try is counted, and tried now from the page of its endpoint', async () => {
    const { api } = console.product
    const retryPolicy = { waitsSeconds: [36_000] }
    const endpoint = { uid: 'away', url: 'http://127.0.0.1:59009/away', description: 'Away', eventTypes: ['away.*'], retryPolicy }
    await api('POST', '/app/lindqvist/endpoint', endpoint)
    await api('POST', '/app/lindqvist/msg', { eventType: 'away.sent', payload: {} })
    const listed = async () => {
      const path = '/app/lindqvist/delivery?endpoint_id=away&status=waiting'
      return (await api<{ data: readonly { attempts: number }[] }>('GET', path)).data
    }
    await vi.waitFor(async () => expect(await listed()).toMatchObject([{ attempts: 1 }]), { timeout: 20_000 })
    const { page } = await openPage('/a/lindqvist/settings/webhooks/away', 'Away')
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Try what waits now' }).click()
    await page.getByRole('dialog', { name: 'Try 1 delivery now?' }).waitFor()
    await page.getByRole('button', { name: 'Try 1 now' }).click()
    await page.getByRole('heading', { level: 1, name: 'Replay' }).waitFor()
    await page.getByText('1 delivery queued.').waitFor()
    await vi.waitFor(async () => expect(await listed()).toMatchObject([{ attempts: 2 }]), { timeout: 20_000 })
    // The list of messages says to how many of its endpoints each was delivered, and is read again when one of them goes on.
    await page.goto(`${console.url}/a/lindqvist/messages?type=away.sent`)
    await listenAlone(page)
    await page.getByText(/^\d of \d$/).waitFor()
    const { data } = await api<{ data: readonly { id: string }[] }>('GET', '/app/lindqvist/delivery?endpoint_id=away')
    const readAgain = page.waitForRequest(/\/msg\?.*with_deliveries=true/)
    await api('POST', `/app/lindqvist/delivery/${data[0]!.id}/cancel`)
    await readAgain
  })

  test('a message that went to nobody says which event type was meant, and why each endpoint did not get it', async () => {
    const { api } = console.product
    await api('POST', '/app/default/endpoint', { url: 'https://example.com/', description: 'Quotations', eventTypes: ['quotation.sent'] })
    const { id } = await api<{ id: string }>('POST', '/app/default/msg', { eventType: 'quotation.snet', payload: {} })
    const { page } = await openPage(`/a/default/messages/${id}`, 'quotation.snet')
    await page.getByText('Did you mean "quotation.sent"?').waitFor()
    const reasons = page.getByRole('listitem').filter({ hasText: 'Quotations' })
    await reasons.waitFor()
    expect(await reasons.textContent()).toBe('Quotations, example.com, which is not subscribed to quotation.snet')
  })

  test('C11: what a sender wrote is shown as text, and runs nothing', async () => {
    const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202e`
    const body = JSON.stringify({ order: { id: hostile, lines: [] } })
    await fetch(`${console.product.url}/in/lindqvist/orders`, {
      method: 'POST',
      headers: { 'x-api-key': 'the key of the sample world', 'content-type': 'application/json' },
      body,
    })
    const { page, complaints } = await openPage('/a/lindqvist/listeners/orders', 'Orders in')
    await page.getByRole('region', { name: 'Request body' }).getByText('onerror').waitFor()
    expect(await page.title()).toMatch(/^Orders in/)
    expect(await page.getByRole('region', { name: 'Request body' }).textContent()).toContain('⟨202e⟩')
    expect(complaints).toEqual([])
  })

  test('C11: naughty names, bodies, headers, answers and ids are shown as text on every page, and break none', async () => {
    const naughty = await fillNaughtyWorld(console.product)
    const { page, complaints } = await openPage('/a/naughty', 'Home')
    for (const path of [...naughty.pages, ...naughty.lists]) {
      await page.goto(`${console.url}${path}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      const read = async (): Promise<string> => {
        await settled(page)
        expect([await page.title(), await page.evaluate('globalThis.owned')], path).toEqual([
          expect.not.stringMatching(/^owned/),
          undefined,
        ])
        return page.getByRole('main').innerText()
      }
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${path}, ${width}`).toBeLessThanOrEqual(width)
      }
      await read()
      if (naughty.lists.includes(path)) expect(await missingIn(naughty.names, page, read), path).toEqual([])
    }
    // What is not there answers 404 and is told; nothing else may be complained of.
    expect(complaints.filter((complaint) => !/\b404\b/.test(complaint))).toEqual([])
    await naughty.close()
  }, 900_000)

  test.each([
    ['dark', 'light'],
    ['light', 'dark'],
  ] as const)('C8: whoever chose %s sees it from the first paint, on a system that is %s', async (theme, system) => {
    const page = await console.signedIn.newPage()
    onTestFinished(() => page.close())
    await page.emulateMedia({ colorScheme: system })
    await page.addInitScript(`{
      localStorage.setItem('posthorn.theme', '${theme}')
      globalThis.grounds = new Set()
      const look = () => {
        if (document.body !== null) grounds.add(getComputedStyle(document.documentElement).backgroundColor)
        requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }`)
    await page.goto(`${console.url}/a/lindqvist`)
    await page.getByRole('heading', { level: 2, name: 'Deliveries' }).waitFor()
    const grounds = (await page.evaluate('[...grounds]')) as string[]
    expect(grounds).toHaveLength(1)
    // Of OKLCH the first figure is how light it is.
    const [lightness] = /[\d.]+/.exec(grounds[0]!) ?? []
    expect(Number(lightness) > 0.5).toBe(theme === 'light')
    await page.evaluate(`localStorage.removeItem('posthorn.theme')`)
  })

  test.each([
    ['Secrets', '/a/lindqvist/settings/secrets', 'Add secret', 'Name'],
    ['Flows', '/a/lindqvist/flows', 'Add flow', 'Name'],
    ['Event types', '/a/lindqvist/settings/event-types', 'Add event type', 'Name'],
    ['API keys', '/org/keys', 'Create key', 'Name'],
    ['Members', '/org/members', 'Invite member', 'Email'],
    ['Webhooks', '/a/lindqvist/settings/webhooks', 'Add Endpoint', 'Endpoint URL'],
    ['Listeners', '/a/lindqvist/listeners/new', undefined, 'Webhook Name'],
  ])(
    'C14: the form of %s can be sent by Enter while it is empty, and says beside the first field what is missing',
    async (_, path, open, label) => {
      const page = await console.signedIn.newPage()
      onTestFinished(() => page.close())
      page.setDefaultTimeout(60_000)
      await page.goto(`${console.url}${path}`)
      if (open !== undefined) await page.getByRole('button', { name: open }).first().click()
      const form = open === undefined ? page.getByRole('main') : page.getByRole('dialog')
      const field = form.getByLabel(label, { exact: true })
      await field.press('Enter')
      const first = form.locator('[aria-invalid=true]').first()
      await first.waitFor()
      await expect
        .poll(() => first.evaluate((node) => node === (node.ownerDocument as unknown as { activeElement: unknown }).activeElement))
        .toBe(true)
      const words = await first.evaluate(
        (node) => node.ownerDocument.getElementById(node.getAttribute('aria-describedby') ?? '')?.textContent,
      )
      expect(words).toMatch(/\S \S/)
    },
  )

  test('C15: a live list stands still under the pointer, and says how many came', async () => {
    const { page } = await openPage('/a/lindqvist/requests', 'Requests')
    await listenAlone(page)
    const rows = page.getByRole('list', { name: 'Requests' }).getByRole('listitem')
    await rows.first().hover()
    const before = await rows.first().textContent()
    await world.sendOrders(2)
    // What may have come before the stream was open counts as one more, if that is told only now.
    const paused = page.getByRole('button', { name: /^Paused, [23] new$/ })
    await paused.waitFor()
    // Who cannot see hears the sum, and no row.
    await page.getByText(/^[23] new\.$/).waitFor({ state: 'attached' })
    expect(await rows.first().evaluate((row) => row.closest('[aria-live], [role=status], [role=log], [role=alert]'))).toBe(null)
    expect(await rows.first().textContent()).toBe(before)
    await paused.click()
    await paused.waitFor({ state: 'detached' })
  })
})
