import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../support/chromium.ts'
import { createProduct, type Product } from '../support/product.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><script>document.title="owned"</script><circle cx="5" cy="5" r="5"/></svg>'

let product: Product
let browser: Browser
/** A customer's own pages, which show the portal in a frame: one site that may, and one that may not. */
let hosts: readonly { readonly server: Server; readonly origin: string }[]

const startHost = async () => {
  const server = createServer((request, response) => {
    const frame = decodeURIComponent(request.url!.slice(2))
    response.setHeader('content-type', 'text/html').end(
      `<!doctype html><title>Host</title><iframe src="${frame}" width="1200" height="700"></iframe>
        <script>addEventListener('message', ({ origin, source, data }) => {
          const frame = document.querySelector('iframe')
          if (source !== frame.contentWindow || data.type !== 'posthorn.portal.height') return
          frame.dataset.from = origin
          frame.style.height = data.height + 'px'
        })</script>`,
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

beforeAll(async () => {
  hosts = [await startHost(), await startHost()]
  product = await createProduct()
  await product.start({ POSTHORN_PORTAL_HOSTS: hosts[0]!.origin, POSTHORN_PUBLIC_URL: undefined })
  await product.api('POST', '/app', { uid: 'brauhaus', name: 'Brauhaus' })
  await product.api('POST', '/event-type', { name: 'invoice.paid', description: 'An invoice was paid.', example: { id: 1 } })
  const logo = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  await product.api('PUT', '/portal/look', { name: 'Lindqvist Supply', logo, accent: '#7a3b1d', returnUrl: 'https://app.example.com/' })
  browser = await startChromium()
})
afterAll(async () => {
  await browser?.close()
  await product?.remove()
  for (const { server } of hosts) server.close()
})

const linkOf = async (body: object = {}) => {
  const { url } = await product.api<{ url: string }>('POST', '/auth/app-portal-access/brauhaus', body)
  return url.replace('127.0.0.1', 'localhost')
}

const open = async (): Promise<{ page: Page; complaints: string[] }> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  // Of one process: a context that is closed takes the browser along.
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('response', (response) => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`))
  return { page, complaints }
}

describe('the portal', () => {
  test("opens once, with the owner's name, logo and colour, and can be used by everybody in both themes", async () => {
    const { page, complaints } = await open()
    await page.goto(await linkOf())
    await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
    expect(page.url()).not.toContain('php_')
    expect(await page.title()).toBe('Webhooks · Lindqvist Supply')
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents()).toEqual([
      'Endpoints',
      'Delivery logs',
      'Event types',
    ])
    expect(await page.evaluate('document.documentElement.style.getPropertyValue("--color-accent")')).toContain('#7a3b1d')
    for (const [tab, heading] of [
      ['Endpoints', 'Webhooks'],
      ['Delivery logs', 'Delivery logs'],
      ['Event types', 'Event types'],
    ] as const) {
      await page.getByRole('link', { name: tab }).click()
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.evaluate(axe)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`
        expect(await page.evaluate(run), `${tab}, ${colorScheme}`).toEqual([])
      }
    }
    // Loading the page again is not opening the link again; a script in a logo runs nowhere.
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Event types' }).waitFor()
    expect(await page.title()).toBe('Event types · Lindqvist Supply')
    expect(complaints).toEqual([])
  })

  test('lets its people add an endpoint, see what was sent there as it is sent, and nothing of how it came about', async () => {
    const { page, complaints } = await open()
    await page.goto(await linkOf())
    await page.getByRole('button', { name: 'Add Endpoint' }).first().click()
    await page.getByLabel('Endpoint URL').fill(`${hosts[0]!.origin}/hook`)
    await page.getByRole('button', { name: 'Send me everything' }).click()
    await page.getByRole('button', { name: 'Add Endpoint' }).last().click()
    await page.getByRole('heading', { name: 'Copy your signing secret' }).waitFor()
    await page.getByLabel('I have stored the secret where my server reads it').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('link', { name: 'Delivery logs' }).click()
    await page.getByRole('heading', { level: 1, name: 'Delivery logs' }).waitFor()
    await product.api('POST', '/app/brauhaus/msg', { eventType: 'invoice.paid', payload: { id: 7 } })
    await page
      .getByRole('link', { name: /invoice\.paid/ })
      .first()
      .waitFor()
    // What the plan allows stands at the foot, where there is one with limits.
    const plan = page.getByRole('contentinfo')
    expect(await plan.count()).toBe(0)
    await product.api('POST', '/plan', { name: 'tight', endpointsMax: 2, deliveriesPerHour: 1 })
    await product.api('PATCH', '/app/brauhaus', { plan: 'tight' })
    for (const id of [8, 9]) await product.api('POST', '/app/brauhaus/msg', { eventType: 'invoice.paid', payload: { id } })
    await page
      .getByRole('link', { name: /invoice\.paid.*throttled/ })
      .first()
      .waitFor()
    await page.reload()
    // In the last hour of a day the time has a date before it.
    await plan.getByText(/^Plan tight: 1 of 2 endpoints, 1 of 1 deliveries this hour\. The next is sent at [^.]+\. /).waitFor()
    await product.api('PATCH', '/app/brauhaus', { plan: 'unlimited' })
    for (const path of ['listeners', 'flows', 'settings/secrets']) {
      await page.goto(`${page.url().split('/a/')[0]}/a/brauhaus/${path}`)
      await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
    }
    expect(complaints).toEqual([])
  })

  test('is shut for a link that was used, and keeps nothing of who was there before', async () => {
    const { page } = await open()
    const used = await linkOf()
    await page.goto(used)
    await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
    // The same tab follows the same link: what was open there is not what the link says.
    await page.goto('about:blank')
    await page.goto(used)
    await page.getByRole('heading', { level: 1, name: 'This link is used up' }).waitFor()
    expect(await page.getByRole('link', { name: 'Back to Lindqvist Supply' }).getAttribute('href')).toBe('https://app.example.com/')
    await page.goto(used.split('#')[0]!)
    await page.getByRole('heading', { level: 1, name: 'This link is used up' }).waitFor()
  })

  test('says to the page around its frame how high it is, which grows and shrinks with what it shows', async () => {
    const { page } = await open()
    for (let i = 0; i < 30; i++) await product.api('POST', '/event-type', { name: `many.${i}`, description: 'x' })
    await page.goto(`${hosts[0]!.origin}/?${encodeURIComponent(await linkOf())}`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
    const height = async (): Promise<number> => page.evaluate(`parseInt(document.querySelector('iframe').style.height || '0', 10)`)
    await expect.poll(height).toBeGreaterThan(0)
    expect(await page.locator('iframe').getAttribute('data-from')).toBe(`http://localhost:${product.port}`)
    await frame.getByRole('link', { name: 'Event types' }).click()
    await frame.getByText('many.29').first().waitFor()
    await expect.poll(height).toBeGreaterThan(30 * 40)
    // With that nothing of it scrolls in its frame any more.
    const hidden = `[...document.querySelectorAll('[data-scrolls]')].map((one) => one.scrollHeight - one.clientHeight)`
    const inside = page.frames().find((one) => one.url().includes('/a/'))!
    await expect.poll(() => inside.evaluate(hidden)).toEqual([0])
    await frame.getByRole('link', { name: 'Endpoints' }).click()
    await expect.poll(height).toBeLessThan(30 * 40)
  })

  test('shows itself in a frame of a host that was allowed, and of no other', async () => {
    const { page } = await open()
    await page.goto(`${hosts[0]!.origin}/?${encodeURIComponent(await linkOf())}`)
    await page.frameLocator('iframe').getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
    const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()))
    await page.goto(`${hosts[1]!.origin}/?${encodeURIComponent(await linkOf())}`)
    await refused
    expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0)
  })
})
