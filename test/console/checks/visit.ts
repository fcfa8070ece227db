import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import { expect, vi } from 'vitest'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const measures = [new URL('look.mjs', import.meta.url), new URL('forced-colours.mjs', import.meta.url)].map(
  (script) => `{${readFileSync(script, 'utf8')}}`,
)

/** What axe looks at, and what it is called with in a page. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
interface AxePage {
  readonly document: unknown
  readonly axe: {
    run(
      root: unknown,
      options: object,
    ): Promise<{ readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[] }>
  }
}

/** A page that moves by 0.1 is called good elsewhere; half of that is asked. */
const SHIFT_MAX = 0.05

interface Look {
  readonly theme: 'light' | 'dark'
  readonly width: number
}

/** In `npm test`: a desk in light and a phone in dark. In `npm run test:console`: each theme with each width. */
export const isLong = process.env['POSTHORN_TEST_CONSOLE'] === 'all'
const looks: readonly Look[] = isLong
  ? [1440, 1024, 390].flatMap((width) => [{ theme: 'light', width } as const, { theme: 'dark', width } as const])
  : [
      { theme: 'light', width: 1440 },
      { theme: 'dark', width: 390 },
    ]

/** Far beyond what a page takes to answer on a machine that is busy with other things. */
const ANSWER_MS = 120_000

/** A call into a page that does not answer waits for ever: this says instead what was waited for, and where. */
export async function within<T>(page: Page, what: string, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what}: no answer within ${ANSWER_MS / 1000} s from ${page.url()}`)), ANSWER_MS)
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer))
}

/** A page that is open, and what it complained of meanwhile: in its console, of calls that failed, of hosts that are not ours. */
export interface OpenPage {
  readonly page: Page
  readonly complaints: string[]
}

export async function openPage(context: BrowserContext, url: string, heading: string): Promise<OpenPage> {
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => (complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()))
  page.on('response', (response) => response.status() >= 400 && complaints.push(`${response.status()} ${response.url()}`))
  page.on('request', (request) => new URL(request.url()).hostname !== 'localhost' && complaints.push(`asked ${request.url()}`))
  await page.goto(url)
  // What stands behind a dialog is hidden from who cannot see, and is there all the same.
  await page.getByRole('heading', { level: 1, name: heading, includeHidden: true }).first().waitFor()
  await settled(page)
  return { page, complaints }
}

/** To another page of the console as a link leads there: nothing is loaded again. Its heading has to differ from the one that is shown. */
export async function follow(page: Page, path: string, heading: string): Promise<void> {
  await within(page, `The way to ${path}`, page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`))
  await page.getByRole('heading', { level: 1, name: heading, includeHidden: true }).first().waitFor()
  await settled(page)
}

/** There is its heading, and nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1, includeHidden: true }).first().waitFor({ state: 'attached' })
  const loading = page.locator('[aria-label=Loading]')
  const parts = () => loading.evaluateAll((all) => all.map((one) => (one.parentElement?.outerHTML ?? '').slice(0, 200)))
  await vi.waitFor(async () => expect(await within(page, 'What still loads', parts()), page.url()).toEqual([]), { timeout: 60_000 })
}

export interface Loading {
  /** How much of the page moved while it came. */
  readonly shift: number
  readonly largestMs: number
  /** The paths of its scripts. */
  readonly scripts: readonly string[]
}

/** What is wrong with a page in all looks: each fault begins with the number of its check. */
export async function faultsOf({ page, complaints }: OpenPage): Promise<{ readonly faults: readonly string[]; readonly loading: Loading }> {
  let loading = await loadingOf(page)
  // What else the machine does decides about the order in which things come: three times is no accident.
  for (let again = 2; again > 0 && loading.shift >= SHIFT_MAX; again--) {
    await page.reload()
    await settled(page)
    loading = await loadingOf(page)
  }
  const faults: string[] = []
  const note = (look: string, found: readonly string[]): void => void faults.push(...found.map((fault) => `${fault}, ${look}`))
  const session = await page.context().newCDPSession(page)
  for (const look of looks) {
    const { theme, width } = look
    const touch = width < 801
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: touch, maxTouchPoints: 1 })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    const name = `${theme}, ${width}`
    note(name, await violationsOf(page, look))
    note(name, await lookBy(page, `lookAtPage(${JSON.stringify({ width, touch, dark: theme === 'dark' })})`))
    if (width === 1440 && theme === 'light') note(name, await lookBy(page, 'lookAtFocus()'))
  }
  for (const [look, found] of await faultsForOtherEyes(page)) note(look, found)
  if (loading.shift >= SHIFT_MAX) faults.push(`C9 the page moved by ${loading.shift.toFixed(3)} while it came`)
  return { faults: [...faults, ...complaints.map((complaint) => `C20 ${complaint}`)], loading }
}

/** One of the measures, in the page. */
const lookBy = async (page: Page, measure: string): Promise<readonly string[]> =>
  (await within(page, measure, page.evaluate(measure))) as readonly string[]

async function loadingOf(page: Page): Promise<Loading> {
  for (const script of [axe, ...measures]) await within(page, 'The measures', page.evaluate(script))
  return (await within(page, 'lookAtLoading()', page.evaluate('lookAtLoading()'))) as Loading
}

/** C1. Of what is in order axe need not tell each part. */
async function violationsOf(page: Page, { theme, width }: Look): Promise<readonly string[]> {
  const options = { runOnly: tags, resultTypes: ['violations'] }
  // What moves is at its end, unless it never ends: that is for C7 to tell.
  await page.evaluate('document.getAnimations().forEach((one) => one.effect.getComputedTiming().endTime < Infinity && one.finish())')
  const violations = page.evaluate(async (options) => {
    const page = globalThis as unknown as AxePage
    const found = await page.axe.run(page.document, options)
    return found.violations.map(({ id, nodes }) => `C1 ${id}: ${nodes[0]?.html.slice(0, 160)}`)
  }, options)
  return within(page, `axe, ${theme}, ${width}`, violations)
}

/** C7: twice as large, four times as large with wide letters, and in the colours of the system. What has the focus shows it in all of them. */
async function faultsForOtherEyes(page: Page): Promise<readonly (readonly [look: string, faults: readonly string[]])[]> {
  const look = (script: string): Promise<readonly string[]> => lookBy(page, script)
  const resized = async (width: number, height: number): Promise<readonly string[]> => {
    await page.setViewportSize({ width, height })
    const columns = (await within(page, 'The width', page.evaluate('document.documentElement.scrollWidth'))) as number
    return columns > width ? [`C7 the page is ${columns} wide, of ${width}`] : []
  }
  const found: [string, readonly string[]][] = []
  // A desk of 1440 by 900 as it is with everything twice as large, and one of 1280 with everything four times as large.
  found.push(['200 %', [...(await resized(720, 450)), ...(await look('lookAtFocus()'))]])
  found.push(['400 %', [...(await resized(320, 900)), ...(await look('lookAtSpacing(320)'))]])
  await page.setViewportSize({ width: 1440, height: 900 })
  for (const colorScheme of isLong ? (['light', 'dark'] as const) : (['dark'] as const)) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate('rememberGrounds()')
    await page.emulateMedia({ forcedColors: 'active' })
    found.push([`forced ${colorScheme}`, [...(await look('lookAtForcedColours()')), ...(await look('lookAtFocus()'))]])
    await page.emulateMedia({ forcedColors: 'none' })
  }
  return found
}
