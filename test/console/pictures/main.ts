// `npm run pictures`: the console as a team sees it after a day, in both themes, into docs/images. `npm run pictures -- home flow`
// makes those only; with `--png <folder>` they are there as PNG too, to be looked at, and with `--width 390` there only, so wide.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Posthorn } from '@posthorn/sdk'
import type { BrowserContext, Page } from 'playwright-core'
import { openConsole } from '../open-console.ts'
import { startHouse } from './house.ts'
import { startReceivers } from './receivers.ts'
import { others, type Screen, screens } from './screens.ts'
import { APP, CUSTOMER, playPart, provisionStory, strangers } from './story.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { png: { type: 'string' }, width: { type: 'string' } } })
const folder = fileURLToPath(new URL('../../../docs/images', import.meta.url))
const HOUR_MS = 3_600_000
/** Of the day, by the hour: it begins in the afternoon before. */
const busy = [9, 10, 8, 7, 5, 4, 3, 2, 1, 1, 1, 2, 3, 5, 7, 9, 11, 12, 11, 9, 8, 9, 10, 7]

const stage = mkdtempSync(join(tmpdir(), 'posthorn-stage-'))
const clock = join(stage, 'clock')
const receivers = await startReceivers()
writeFileSync(join(stage, 'authority.pem'), receivers.authority)
const at = async (hoursAgo: number): Promise<void> => {
  writeFileSync(clock, String(-hoursAgo * HOUR_MS))
  await wait(150)
}
await at(busy.length)
const house = await startHouse()
const console = await openConsole({
  // As an operator has it, whose folder is nobody's business.
  POSTHORN_DATA: './posthorn-data',
  POSTHORN_PORTAL_HOSTS: house.origin,
  NODE_OPTIONS: `--import ${JSON.stringify(new URL('stage.mjs', import.meta.url).href)}`,
  STAGE_CLOCK: clock,
  STAGE_PORT: String(receivers.port),
  POSTHORN_EGRESS_CA: join(stage, 'authority.pem'),
  POSTHORN_PUBLIC_URL: 'https://hooks.lindqvist.example',
})
try {
  const { product, signedIn, url } = console
  const api = new Posthorn({ token: product.apiKey, serverUrl: product.url })
  await provisionStory(api)
  for (const [hour, much] of busy.entries()) {
    await at(busy.length - hour - 0.5)
    if (hour === 21) receivers.breakDown('hooks.parcelway.example', 503)
    if (hour === 20) await strangers(product.url, 4)
    await playPart(api, product.url, much)
    await settledDeliveries(api)
  }
  await at(0)
  await playPart(api, product.url, 4)
  await wait(1500)
  const wanted = positionals.length === 0 ? screens : [...screens, ...others].filter(({ name }) => positionals.includes(name))
  for (const path of [folder, values.png]) if (path !== undefined) mkdirSync(path, { recursive: true })
  for (const screen of wanted) for (const theme of ['light', 'dark'] as const) await picture(signedIn, url, screen, theme)
} finally {
  await console.close()
  receivers.close()
  house.close()
  rmSync(stage, { recursive: true, force: true })
}

async function picture(context: BrowserContext, base: string, screen: Screen, theme: 'light' | 'dark'): Promise<void> {
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const width = screen.width ?? (values.width === undefined ? undefined : Number(values.width))
  if (width !== undefined) await page.setViewportSize({ width, height: 844 })
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  try {
    await page.goto(screen.portal === undefined ? `${base}${screen.path}` : await portalOf(base, screen))
    await settled(page)
    await screen.before?.(page)
    await settled(page)
    await keep(page, screen, theme)
  } catch (error) {
    process.stderr.write(`${screen.name}-${theme}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`)
    await keep(page, screen, theme)
    process.exitCode = 1
  }
  await page.close()
}

/** A fresh link into the portal, opened by itself or in a frame of the house's own page. */
async function portalOf(base: string, { portal }: Screen): Promise<string> {
  const { url } = await console.product.api<{ url: string }>('POST', `/auth/app-portal-access/${CUSTOMER}`, {})
  const [, key] = url.split('#')
  const link = `${base}/portal#${key}`
  return portal === 'alone' ? link : house.around(link)
}

/** Every delivery was tried that somebody answers; after a leap of its clock the server takes a moment to find its lanes again. */
async function settledDeliveries(api: Posthorn): Promise<void> {
  const { data: endpoints } = await api.endpoint.list(APP)
  const answering = endpoints.filter(({ uid }) => uid === 'crm' || uid === 'books')
  for (let left = 100; left > 0; left--) {
    const lists = await Promise.all(
      answering.map(({ id }) => api.delivery.list(APP, { endpoint_id: id, status: ['waiting', 'sending'], limit: 50 })),
    )
    if (lists.every(({ data }) => data.every(({ attempts }) => attempts > 0))) return
    await wait(100)
  }
}

/** Nothing is loaded any more, and nothing moves. */
async function settled(page: Page): Promise<void> {
  const part = (await page.locator('iframe').count()) > 0 ? page.frameLocator('iframe') : page
  await part.getByRole('heading', { level: 1, includeHidden: true }).first().waitFor({ state: 'attached' })
  await part.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready.then(() => undefined)')
  await wait(700)
}

async function keep(page: Page, screen: Screen, theme: string): Promise<void> {
  const name = `${screen.name}-${theme}`
  if (values.png !== undefined) await page.screenshot({ path: join(values.png, `${name}.png`) })
  if (values.width !== undefined || !screens.includes(screen)) return
  const session = await page.context().newCDPSession(page)
  const { data } = (await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 })) as { data: string }
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, 'base64'))
}
