import { setTimeout as wait } from 'node:timers/promises'
import type { Product } from './product.ts'

/** What the measures need of the program, said in its API: the one file to change when a route changes. */

export async function createApplication(product: Product, uid: string): Promise<void> {
  await product.request('POST', '/app', { uid, name: `Bench ${uid}` })
}

export async function createEventType(product: Product, name: string): Promise<void> {
  await product.request('POST', '/event-type', { name, description: 'Made by the bench' })
}

export async function createEndpoint(
  product: Product,
  app: string,
  endpoint: { uid: string; url: string; eventType: string },
): Promise<void> {
  const { uid, url, eventType } = endpoint
  await product.request('POST', `/app/${app}/endpoint`, { uid, url, eventTypes: [eventType] })
}

/** The id of what stands at this path of the API. */
export async function idOf(product: Product, path: string): Promise<string> {
  return ((await product.request('GET', path)) as { id: string }).id
}

export async function disableEndpoint(product: Product, app: string, uid: string): Promise<void> {
  await product.request('PATCH', `/app/${app}/endpoint/${uid}`, { disabled: true })
}

/** `at_once` answers 202 by itself once the request is stored. Answers with the path of its public URL. */
export async function createListener(
  product: Product,
  app: string,
  { uid, mode, auth = { kind: 'none' } }: { uid: string; mode: 'at_once' | 'flow'; auth?: object },
): Promise<string> {
  const reply = mode === 'flow' ? { mode } : { mode, status: 202 }
  const written = { uid, name: `Bench ${uid}`, suffix: `/${uid}`, auth, reply }
  await product.request('POST', `/app/${app}/listener`, written)
  return `/in/${app}/${uid}`
}

/** Three steps and a mapped reply: what Node-RED's flow of the published figure does, and one step more. */
export async function publishFlow(product: Product, app: string, listener: string): Promise<string> {
  const definition = {
    name: 'Bench',
    trigger: { kind: 'webhook', listener },
    steps: [
      { id: 'shaped', kind: 'transform', expression: "{ 'n': body.n, 'length': $length(body.data) }" },
      { id: 'marked', kind: 'set_meta', meta: { number: '{{ steps.shaped.output.n }}' } },
      { id: 'reply', kind: 'webhook_response', status: 201, body: { n: '{{ steps.shaped.output.n }}', runId: '{{ run.id }}' } },
    ],
  }
  const { id } = (await product.request('POST', `/app/${app}/flow`, definition)) as { id: string }
  await product.request('POST', `/app/${app}/flow/${id}/publish`)
  return id
}

export const messagePath = (app: string) => `/api/v1/app/${app}/msg`
/** `payload` is JSON already, so that its bytes are the same as in every other measure. */
export const messageBody = (eventType: string, payload: string) => `{"eventType":"${eventType}","payload":${payload}}`

/** Ids of every request that the listener recorded. */
export const requestIds = (product: Product, app: string, listener: string) => allIds(product, `/app/${app}/listener/${listener}/request`)

/** Of every file that came with requests. */
export async function fileHashes(product: Product, app: string): Promise<string[]> {
  const { data } = (await product.request('GET', `/app/${app}/entry?kind=file&limit=250`)) as { data: { sha256: string }[] }
  return data.map(({ sha256 }) => sha256)
}

/** Ids of the runs that ended well. */
export const finishedRuns = (product: Product, app: string, flow: string) => allIds(product, `/app/${app}/run`, { flow, status: 'ok' })

/** Resolves once none of the endpoint's deliveries since that moment is under way any more; answers how many of them were delivered. */
export async function settled(
  product: Product,
  app: string,
  awaited: { endpoint: string; since: number; delivered: number },
): Promise<number> {
  const path = `/app/${app}/endpoint/${awaited.endpoint}/stats?since=${new Date(awaited.since).toISOString()}`
  for (;;) {
    const stats = (await product.request('GET', path)) as Record<'success' | 'pending' | 'sending' | 'fail', number>
    if (stats.success >= awaited.delivered || stats.pending + stats.sending === 0) return stats.success
    await wait(10)
  }
}

async function allIds(product: Product, path: string, query: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const ids: string[] = []
  let iterator: string | null = null
  for (;;) {
    const search: URLSearchParams = new URLSearchParams({ ...query, limit: '250', ...(iterator !== null && { iterator }) })
    const page = (await product.request('GET', `${path}?${search}`)) as { data: { id: string }[]; iterator: string | null; done: boolean }
    ids.push(...page.data.map(({ id }) => id))
    iterator = page.iterator
    if (page.done || iterator === null) return ids
  }
}
