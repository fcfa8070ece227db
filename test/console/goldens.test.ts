import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { differences, goldenOf, keepGolden, type Part } from './checks/goldens.ts'
import { pages } from './checks/pages.ts'
import { isLong, openPage, settled, within } from './checks/visit.ts'
import { openConsole, type OpenConsole } from './open-console.ts'
import { fillSampleWorld, type SampleWorld } from './sample-world.ts'

// C19: every page is made of the same parts as when somebody last looked at it, in the same places and colours, in both themes and at two
// widths. Not its pixels: each Chromium draws letters in its own way. `POSTHORN_KEEP_GOLDENS=1` keeps what is there now.
const keeps = process.env['POSTHORN_KEEP_GOLDENS'] === '1'
const outline = `{${readFileSync(new URL('checks/outline.mjs', import.meta.url), 'utf8')}}`
const WIDTHS = [1440, 390]
/** What a page computes of its data may come after it. */
const COMES_MS = 30_000

describe.runIf(isLong)('the looks of the console', () => {
  let console: OpenConsole
  let world: SampleWorld

  beforeAll(async () => {
    console = await openConsole()
    world = await fillSampleWorld(console.product)
    await worldAtRest(console)
  })
  afterAll(async () => {
    await world?.close()
    await console?.close()
  })

  test.each(pages)('C19: %s is made of the parts that it had, where and as they were', async (path, heading) => {
    const { page } = await openPage(console.signedIn, `${console.url}${path}`, heading)
    onTestFinished(() => page.close())
    await within(page, 'The outline', page.evaluate(outline))
    const screen = path.replaceAll(/^\/(a\/lindqvist)?\/?/g, '').replaceAll(/\W+/g, '-') || 'home'
    if (keeps) {
      const kept: [string, readonly Part[]][] = []
      for (const width of WIDTHS) kept.push([String(width), await lastPartsOf(page, width)])
      keepGolden(screen, Object.fromEntries(kept))
    }
    for (const width of WIDTHS)
      for (const theme of ['light', 'dark'] as const)
        await expect
          .poll(async () => differences(goldenOf(screen, width) ?? [], await partsOf(page, width, theme)), {
            message: `${screen}, ${theme}, ${width}`,
            timeout: COMES_MS,
          })
          .toEqual([])
  })
})

async function partsOf(page: Page, width: number, theme: 'light' | 'dark'): Promise<readonly Part[]> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.setViewportSize({ width, height: 900 })
  await settled(page)
  return (await within(page, 'outlineOf()', page.evaluate('outlineOf()'))) as readonly Part[]
}

/** Once nothing has come for three seconds. */
async function lastPartsOf(page: Page, width: number): Promise<readonly Part[]> {
  for (let before: readonly Part[] = []; ; await wait(3000)) {
    const now = await partsOf(page, width, 'light')
    if (JSON.stringify(now) === JSON.stringify(before)) return now
    before = now
  }
}

/** Every run has ended and every delivery was tried: what a page shows of them no longer changes. */
async function worldAtRest({ product }: OpenConsole): Promise<void> {
  const first = async (list: string): Promise<readonly unknown[]> =>
    (await product.api<{ data: readonly unknown[] }>('GET', `/app/lindqvist/${list}`)).data
  for (const list of ['run?status=running', 'run?status=queued', 'delivery?status=sending'])
    await vi.waitFor(async () => expect(await first(list), list).toEqual([]), { timeout: 60_000 })
}
