import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { createProduct } from '../support/product.ts'
import { codeBlocks, readPage } from './markdown.ts'
import { openShell, type Shell } from './shell.ts'

/** A tour starts some dozens of processes one after the other, on a machine that may have others to run. */
export const TOUR_MS = 120_000
const PATIENCE_MS = 60_000

const KEY = 'tour-key-that-is-long-enough-for-it'

/** A program that runs, and a shell in which its URL and key are set as a page says. */
export interface Tour extends AsyncDisposable {
  /** Runs the first marked block of a page only: the shorthands that other pages take over. */
  begin(path: string): Promise<void>
  /** Runs the marked commands of a page in order, and compares what they print with what the page shows below them. Returns how often. */
  walk(path: string): Promise<number>
}

export async function startTour(): Promise<Tour> {
  const product = await createProduct()
  const receiver = String(await freePort())
  // `localhost` may be either loopback address.
  const settings = { POSTHORN_API_KEY: KEY, POSTHORN_PUBLIC_URL: 'http://localhost:8400', POSTHORN_EGRESS_ALLOW: '127.0.0.0/8,::1/128' }
  await product.start(settings)
  const shell = openShell({ URL: product.url, KEY, RECEIVER: receiver })

  /**
   * What a reader's own pace gives and a script has to wait for: an attempt is settled after its receiver has answered, and a refusal is
   * written behind the answer.
   */
  const come = async (marker: string): Promise<void> => {
    const [, application] = /once (\w+) has delivered/.exec(marker) ?? []
    const [, listener, count] = /once (\w+) has (\d+) requests/.exec(marker) ?? []
    if (application !== undefined) {
      const delivered = (data: readonly { status: string }[]) => data.length > 0 && data.every(({ status }) => status === 'delivered')
      await until(`${application}/delivery`, delivered)
    }
    if (listener !== undefined) await until(`default/listener/${listener}/request`, (requests) => requests.length === Number(count))
  }

  const until = async (path: string, holds: (data: readonly { status: string }[]) => boolean): Promise<void> => {
    for (const late = performance.now() + PATIENCE_MS; performance.now() < late; await wait(10)) {
      const answer = await fetch(`${product.url}/api/v1/app/${path}`, { headers: { authorization: `Bearer ${KEY}` } })
      const { data } = (await answer.json()) as { data: { status: string }[] }
      if (holds(data)) return
    }
    throw new Error(`${path} does not come to what the page waits for`)
  }

  return {
    async begin(path) {
      await shell.run(codeBlocks(readPage(path)).find(({ marker }) => marker === 'tour')!.text)
    },
    async walk(path) {
      const blocks = codeBlocks(readPage(path))
      let compared = 0
      for (const [i, { marker, text, line }] of blocks.entries()) {
        if (!marker.startsWith('tour')) continue
        await come(marker)
        const printed = await shell.run(text)
        const next = blocks[i + 1]
        if (next?.language === 'text' && !isReceivers(next.text)) {
          compared++
          expect(general(printed), `${path}:${line}`).toBe(general(next.text))
        }
        const [, awaited] = /then wait for "(.*)"/.exec(marker) ?? []
        if (awaited !== undefined) await shell.line((one) => one === awaited)
      }
      for (const { text } of blocks.filter((block) => isReceivers(block.text))) await heard(shell, text)
      return compared
    },
    async [Symbol.asyncDispose]() {
      await shell.close()
      await product.remove()
    },
  }
}

function isReceivers(text: string): boolean {
  return text.startsWith('receiver:')
}

/** Each line that the page shows of the receiver; where it has dots, something stands that is left out. */
async function heard(shell: Shell, shown: string): Promise<void> {
  for (const line of shown.trimEnd().split('\n')) {
    const [beginning, ending = ''] = general(line, 'all').split(' ... ')
    await shell.line((one) => general(one, 'all').startsWith(beginning!) && general(one, 'all').endsWith(ending))
  }
}

/** Without what differs from run to run, and line breaks that follow from it; also without what the receiver prints in between, unless all is asked for. */
function general(text: string, what?: 'all'): string {
  const own = what === 'all' ? text : text.replaceAll(/^receiver: (?:listens|verified.*)\n/gm, '')
  return own
    .replaceAll(/\b([a-z]{2,5})_[0-9A-Za-z]{22}\b/g, '$1_id')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
