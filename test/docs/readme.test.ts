import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProduct, type Product } from '../support/product.ts'
import { codeBlocks, readPage } from './markdown.ts'
import { openShell, type Shell } from './shell.ts'

const KEY = 'readme-key-that-is-long-enough-for-it'
const blocks = codeBlocks(readPage('README.md'))
const isReceivers = (text: string) => text.startsWith('receiver:')
/** The commands that are marked, each with the output that the page shows below them. */
const tour = blocks.flatMap((block, i) => {
  if (!block.marker.startsWith('tour')) return []
  const next = blocks[i + 1]
  return [{ ...block, shown: next?.language === 'text' && !isReceivers(next.text) ? next.text : undefined }]
})

let product: Product
let shell: Shell

beforeAll(async () => {
  product = await createProduct()
  // `localhost` may be either loopback address.
  await product.start({ POSTHORN_API_KEY: KEY, POSTHORN_PUBLIC_URL: 'http://localhost:8400', POSTHORN_EGRESS_ALLOW: '127.0.0.0/8,::1/128' })
  shell = openShell({ URL: product.url, KEY, RECEIVER: String(await freePort()) })
})
afterAll(async () => {
  await shell?.close()
  await product?.remove()
})

test('the commands of the README print what it says, on a server that runs', async () => {
  expect(tour.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(5)
  for (const { text, marker, line, shown } of tour) {
    await come(marker)
    const printed = await shell.run(text)
    if (shown !== undefined) expect(withoutIds(printed), `README.md:${line}`).toBe(withoutIds(shown))
    const awaited = /then wait for "(.*)"/.exec(marker)?.[1]
    if (awaited !== undefined) await shell.line(awaited)
  }
  const shown = blocks.find(({ text }) => isReceivers(text))!.text.trimEnd()
  const [beginning, ending] = withoutIds(shown).split(' ... ')
  const heard = withoutIds(await shell.line('receiver: verified'))
  expect(heard.startsWith(beginning!) && heard.endsWith(ending!), heard).toBe(true)
})

/**
 * What a reader's own pace gives and a script has to wait for: an attempt is settled after its receiver has answered, and a refusal is
 * written behind the answer.
 */
async function come(marker: string): Promise<void> {
  const [, application] = /once (\w+) has delivered/.exec(marker) ?? []
  const [, listener, count] = /once (\w+) has (\d+) requests/.exec(marker) ?? []
  if (application !== undefined) {
    await until(
      `${application}/delivery`,
      (deliveries) => deliveries.length > 0 && deliveries.every(({ status }) => status === 'delivered'),
    )
  }
  if (listener !== undefined) await until(`default/listener/${listener}/request`, (requests) => requests.length === Number(count))
}

async function until(path: string, holds: (data: readonly { status: string }[]) => boolean): Promise<void> {
  for (;;) {
    const answer = await fetch(`${product.url}/api/v1/app/${path}`, { headers: { authorization: `Bearer ${KEY}` } })
    const { data } = (await answer.json()) as { data: { status: string }[] }
    if (holds(data)) return
    await wait(10)
  }
}

/** Without what differs from run to run, line breaks that follow from it, and what the receiver prints in between. */
function withoutIds(text: string): string {
  return text
    .replaceAll(/^receiver: (?:listens|verified.*)\n/gm, '')
    .replaceAll(/\b([a-z]{2,5})_[0-9A-Za-z]{22}\b/g, '$1_id')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
