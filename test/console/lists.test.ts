import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type OpenConsole } from './open-console.ts'

let console: OpenConsole
beforeAll(async () => {
  console = await openConsole()
}, 120_000)
afterAll(() => console?.close())

const open = async (path: string, heading: string): Promise<Page> => {
  const page = await console.signedIn.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`${console.url}${path}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  return page
}

test('eight tabs of a browser share one stream: each gets its answers and hears what comes', { timeout: 120_000 }, async () => {
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

test('filters are saved as a view, chosen again, renamed, shared and removed', { timeout: 60_000 }, async () => {
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

  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Rename or remove' }).click()
  const managing = page.getByRole('dialog', { name: 'Views' })
  await managing.getByLabel('Name of Failed this week').fill('Failed lately')
  await managing.getByRole('button', { name: 'Rename' }).click()
  await managing.getByLabel('Name of Failed lately').waitFor()
  await managing.getByRole('switch').click()
  const views = async () => (await console.product.api<{ data: { name: string; shared: boolean }[] }>('GET', '/app/default/view')).data
  // What an organisation's key sees is what is shared.
  await expect.poll(views, { timeout: 20_000 }).toMatchObject([{ name: 'Failed lately', shared: true }])
  await managing.getByRole('button', { name: 'Remove Failed lately' }).click()
  await managing.getByText('None is left.').waitFor()
  expect(await views()).toEqual([])
  await page.close()
})
