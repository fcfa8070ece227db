import { Posthorn } from '@posthorn/sdk'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openConsole, type OpenConsole } from './open-console.ts'

// What went out is sent again, or to whom it missed: messages, the logs of an endpoint, and replays as they are listed.
const APP = 'again'
let console: OpenConsole
let api: Posthorn

beforeAll(async () => {
  console = await openConsole()
  api = new Posthorn({ token: console.product.apiKey, serverUrl: console.product.url })
  await api.application.create({ name: 'Again', uid: APP })
})
afterAll(() => console?.close())

const open = async (path: string): Promise<Page> => {
  const page = await console.signedIn.newPage()
  onTestFinished(() => page.close())
  page.setDefaultTimeout(60_000)
  await page.goto(`${console.url}${path}`)
  return page
}

/** Paused: what is sent there waits, and nothing leaves the machine. */
const endpoint = (uid: string, eventTypes: string[], more: object = {}) =>
  api.endpoint.create(APP, { uid, url: `https://${uid}.example.com/`, description: `The ${uid}`, eventTypes, state: 'paused', ...more })
const send = async (eventType: string): Promise<string> => (await api.message.create(APP, { eventType, payload: {} })).id
const statusesAt = async (uid: string) =>
  (await api.delivery.list(APP, { endpoint_id: (await api.endpoint.get(APP, uid)).id })).data.map(({ status, messageId }) => [
    messageId,
    status,
  ])

test('messages that are selected are sent again, or to an endpoint that missed them, and their replay is listed', async () => {
  await endpoint('first', ['chosen.*'])
  const sent = [await send('chosen.a'), await send('chosen.b'), await send('chosen.c')]
  await expect.poll(() => statusesAt('first')).toHaveLength(3)
  const { data } = await api.delivery.list(APP, { message_id: sent[2]! })
  await api.delivery.cancel(APP, data[0]!.id)
  await endpoint('second', ['chosen.*'])

  const page = await open(`/a/${APP}/messages`)
  const boxes = page.getByRole('checkbox', { name: /^Select chosen/ })
  await expect.poll(() => boxes.count()).toBe(3)
  for (const key of ['j', 'x', 'Shift+J']) await page.keyboard.press(key)
  const bar = page.getByRole('region', { name: 'Selected messages' })
  await bar.getByText('2 messages selected').waitFor()
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('None of their deliveries failed.').waitFor()
  await dialog.getByLabel('To which 2 messages go').selectOption('Every endpoint that they went to')
  // One of the two still waits, and goes by itself.
  await dialog.getByRole('button', { name: 'Send 1' }).waitFor()
  await dialog.getByLabel('To which 2 messages go').selectOption('An endpoint that missed them')
  expect(await dialog.getByRole('button', { name: 'Send again' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Endpoint', { exact: true }).click()
  await page.getByRole('option', { name: /^The second/ }).click()
  await dialog.getByRole('button', { name: 'Send 2' }).click()
  await page.waitForURL(/\/replays\/rpl_/)
  await expect
    .poll(() => statusesAt('second'))
    .toEqual([
      [sent[2], 'held'],
      [sent[1], 'held'],
    ])

  await page.getByRole('link', { name: 'Replays' }).click()
  await page.getByRole('link', { name: 'messages 2 messages, endpoint The second, second.example.com, done' }).waitFor()
})

test('a message is sent to an endpoint that it missed, once more where it got it, and not where it is not wanted', async () => {
  await endpoint('had', ['missed.*'])
  const id = await send('missed.a')
  await expect.poll(() => statusesAt('had')).toHaveLength(1)
  await api.delivery.cancel(APP, (await api.delivery.list(APP, { message_id: id })).data[0]!.id)
  await endpoint('late', ['missed.*'])
  await endpoint('other', ['other.*'])

  const page = await open(`/a/${APP}/messages/${id}`)
  const line = page.getByRole('listitem').filter({ hasText: 'The late' })
  // Who does not subscribe to it is not offered it.
  expect(await page.getByRole('listitem').filter({ hasText: 'The other' }).getByRole('button').count()).toBe(0)
  await line.getByRole('button', { name: 'Send it there' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send to an endpoint' })
  await dialog.getByText('It never got this message.', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await statusesAt('late')).toEqual([[id, 'held']])
  await page.getByRole('table', { name: 'Deliveries of this message' }).getByText('The late').waitFor()
  await line.waitFor({ state: 'detached' })

  const choose = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Send to an endpoint' }).click()
    await dialog.getByLabel('Endpoint', { exact: true }).click()
    await page.getByRole('option', { name }).click()
  }
  await choose('The other')
  await dialog.getByText('because it is not subscribed to missed.a', { exact: false }).waitFor()
  expect(await dialog.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  await choose('The had')
  await dialog.getByText('It was sent there before.', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await statusesAt('had')).toEqual([[id, 'held']])
})

test('of the delivery logs of an endpoint some are chosen, and cancelled or replayed', async () => {
  await endpoint('logged', ['logged.*'])
  for (const name of ['a', 'b', 'c']) await send(`logged.${name}`)
  await expect.poll(() => statusesAt('logged')).toHaveLength(3)
  const page = await open(`/a/${APP}/settings/webhooks/logged`)
  const boxes = page.getByRole('table', { name: 'Delivery logs' }).getByRole('checkbox', { name: /^Select logged/ })
  await expect.poll(() => boxes.count()).toBe(3)
  await boxes.nth(0).click()
  await boxes.nth(1).click({ modifiers: ['Shift'] })
  const bar = page.getByRole('region', { name: 'Selected deliveries' })
  await bar.getByText('2 deliveries selected').waitFor()
  await bar.getByRole('button', { name: 'Cancel what waits' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel what waits' }).click()
  await page.getByText('2 deliveries cancelled.').first().waitFor()
  expect((await statusesAt('logged')).map(([, status]) => status)).toEqual(['cancelled', 'cancelled', 'held'])
  await boxes.nth(0).click()
  await bar.getByRole('button', { name: 'Replay' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Replay 1' }).click()
  await page.waitForURL(/\/replays\/rpl_/)
})

test('a replay that is under way is ended where all of them are listed', async () => {
  await endpoint('slow', ['slow.*'])
  for (const name of ['a', 'b', 'c', 'd']) await send(`slow.${name}`)
  await expect.poll(() => statusesAt('slow')).toHaveLength(4)
  const { id: slow } = await api.endpoint.get(APP, 'slow')
  const { data } = await api.delivery.list(APP, { endpoint_id: slow })
  await api.delivery.cancelMany(APP, { deliveryIds: data.map(({ id }) => id) })
  // One in a second, of which the first is taken at once: it is under way for long enough, however slow this machine is.
  const filter = { endpointId: slow, status: ['cancelled' as const] }
  const replay = (await api.replay.create(APP, { filter, ratePerSecond: 1 })) as { readonly id: string }
  const page = await open(`/a/${APP}/deliveries`)
  await page.getByRole('link', { name: 'Replays' }).click()
  await page.getByRole('button', { name: `Cancel replay ${replay.id}` }).click()
  await expect.poll(async () => (await api.replay.get(APP, replay.id)).status).toBe('cancelled')
  await page.getByRole('button', { name: `Cancel replay ${replay.id}` }).waitFor({ state: 'detached' })
})
