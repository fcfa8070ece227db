import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Product } from '../../support/product.ts'
import { naughtyStrings } from '../naughty-strings.ts'
import { within } from './visit.ts'

const A = '/a/naughty'
/** Of the names that are given here, a view's has the least room. */
const NAME_MAX = 80
const AT_A_TIME = 8
const NOWHERE = 'http://127.0.0.1:59009'
const auth = { kind: 'none' } as const

export interface NaughtyWorld {
  /** What is named by each string, in each of `lists`. */
  readonly names: readonly string[]
  readonly lists: readonly string[]
  /** Where else they are shown. */
  readonly pages: readonly string[]
  close(): Promise<void>
}

/** An application in which whatever a person, a sender or a receiver can name or write is a naughty string. */
export async function fillNaughtyWorld({ api, url }: Product): Promise<NaughtyWorld> {
  const names = [...new Set(naughtyStrings.map(asName))].filter((name) => name !== '')
  const app = await api<{ id: string }>('POST', '/app', { name: naughtyStrings[1], uid: 'naughty' })
  const make = (path: string, body: object) => api<{ id: string }>('POST', `/app/naughty${path}`, body)
  await make('/listener', { name: names[0], uid: 'first', suffix: '/first', auth })
  for (let from = 0; from < names.length; from += AT_A_TIME)
    await Promise.all(names.slice(from, from + AT_A_TIME).flatMap((name, at) => called(name, from + at).map((thing) => make(...thing))))
  const receiver = await startReceiver()
  const shown = await whatWasWritten({ api, url }, make, receiver.url)
  const lost = encodeURIComponent(`<img src=x onerror="document.title='owned'">`)
  return {
    names,
    lists: [`${A}/listeners`, `${A}/flows`, `${A}/settings/webhooks`, `${A}/silo`],
    pages: [
      ...[A, `${A}/first`, `${A}/requests`, `${A}/runs`, `${A}/messages`, `${A}/deliveries`, ...shown],
      ...['/org/applications', '/org/keys', `${A}/settings/application`],
      ...[`${A}/requests?q=${lost}`, `${A}/deliveries?endpoint=${lost}`, `/go/${lost}`, `/a/${lost}`, `${A}/requests/${lost}`],
    ],
    async close() {
      await new Promise((resolve) => receiver.server.close(resolve))
      await api('DELETE', `/app/${app.id}`)
    },
  }
}

const asName = (text: string): string => [...text.trim()].slice(0, NAME_MAX).join('').trim()

/** What bears a name that anybody may choose. */
function called(name: string, n: number): readonly (readonly [path: string, body: object])[] {
  return [
    ['/endpoint', { url: `${NOWHERE}/${encodeURIComponent(name)}`, description: name, eventTypes: ['none.*'] }],
    ['/listener', { name, uid: `n${n}`, suffix: `/n${n}`, auth }],
    ['/flow', { name, uid: `f${n}`, trigger: { kind: 'job' }, steps: [] }],
    ['/entry', { key: `${n} ${name}`, document: { [name]: name } }],
    ['/view', { list: 'deliveries', name, search: { q: name } }],
  ]
}

/** All of them at once in a request, a run, a message, a delivery and what a receiver answered; where each is shown. */
async function whatWasWritten(
  { api, url }: Pick<Product, 'api' | 'url'>,
  make: (path: string, body: object) => Promise<{ readonly id: string }>,
  receiver: string,
): Promise<readonly string[]> {
  const steps = [
    { id: 'echo', kind: 'transform', expression: 'body.naughtyStrings' },
    { id: 'end', kind: 'fail', code: 'naughty', message: '{{ body.naughtyStrings[0] }}' },
  ]
  const flow = await make('/flow', { name: naughtyStrings[1], trigger: { kind: 'webhook', listener: 'first' }, steps })
  await api('POST', `/app/naughty/flow/${flow.id}/publish`)
  await make('/endpoint', { url: receiver, description: naughtyStrings[1], uid: 'answers', eventTypes: ['a.*'] })
  const message = await make('/msg', { eventType: 'a.b', payload: { naughtyStrings, [naughtyStrings[1]!]: naughtyStrings[2] } })
  const headers = naughtyStrings.filter((text) => /^[\x20-\x7e]{1,200}$/.test(text)).slice(0, 60)
  for (const contentType of ['application/json', 'text/html', naughtyStrings[0]!]) {
    const response = await fetch(`${url}/in/naughty/first?q=${encodeURIComponent(naughtyStrings[1]!)}`, {
      method: 'POST',
      headers: { 'content-type': contentType, ...Object.fromEntries(headers.map((text, at) => [`x-${at}`, text])) },
      body: JSON.stringify({ naughtyStrings }),
    })
    await response.arrayBuffer()
  }
  const first = async (path: string): Promise<string> => {
    const read = () => api<{ data: readonly { id: string; finishedAt: string | null }[] }>('GET', `/app/naughty/${path}`)
    await expect.poll(async () => (await read()).data.find(({ finishedAt }) => finishedAt !== null)).toBeDefined()
    return (await read()).data.find(({ finishedAt }) => finishedAt !== null)!.id
  }
  const [run, delivery] = [await first('run'), await first('delivery?endpoint_id=answers')]
  return [
    ...[
      `${A}/listeners/first`,
      `${A}/listeners/first?part=headers`,
      `${A}/flows/${flow.id}`,
      `${A}/runs/${run}`,
      `${A}/runs/${run}?step=echo&tab=output`,
    ],
    ...[
      `${A}/messages/${message.id}`,
      `${A}/deliveries/${delivery}`,
      `${A}/deliveries/${delivery}?tab=response`,
      `${A}/settings/webhooks/answers`,
    ],
    ...[`${A}/listeners/n1`, `${A}/flows/f1`],
  ]
}

/** Answers in kind, as a page that would run what is in it. */
async function startReceiver(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'text/html' }).end(naughtyStrings.join('\n')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** A step down in the list, unless it is at its end and has all. */
const scrollOn = `new Promise((resolve) => requestAnimationFrame(() => {
  const table = document.querySelector('main table')
  const surface = table.parentElement
  const before = surface.scrollTop
  surface.scrollTop += surface.clientHeight - 100
  resolve(surface.scrollTop === before && table.getAttribute('aria-rowcount') !== '-1')
}))`

/** Which of the names are not read anywhere in a list, from its beginning to its end, with all that it loads on the way. */
export async function missingIn(names: readonly string[], page: Page, read: () => Promise<string>): Promise<readonly string[]> {
  const bare = (text: string): string => text.replaceAll(/\s+/g, '')
  const missing = new Map(names.map((name) => [bare(name), name]))
  for (;;) {
    const text = bare(await read())
    for (const name of missing.keys()) if (text.includes(name)) missing.delete(name)
    const isOver = await within(page, 'A list that scrolls', page.evaluate(scrollOn))
    if (isOver === true || missing.size === 0) return [...missing.values()]
  }
}
