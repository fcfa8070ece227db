import { Worker } from 'node:worker_threads'
import { programBeside, type Clock } from '#platform'
import type { StoredEventType, Store } from '#store'
import { route, type Answer, type Route } from '../route.ts'
import { pagePolicy } from './documentation-frame.ts'
import type { Description } from './describe-thread.ts'
import { eventsPage, exampleBody, SHOWN_BYTES_MAX } from './events-page.ts'
import { payloadsPage } from './payloads-page.ts'

const about = { noun: 'documentation', method: 'GET', scope: 'public', access: 'read', answers: { 200: null } } as const
const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }

/** One page shows no more event types than anybody reads. */
const EVENT_TYPES_MAX = 1000
/** Anybody may ask for the pages, so the store is asked at most so often. */
const FRESH_MS = 1000

/** The description of the API, for programs and for people. Made when it is first asked for: most processes never are. */
export function openApiRoutes(deps: { readonly store: Pick<Store, 'queries'>; readonly clock: Clock }): Route[] {
  let description: Promise<Description> | undefined
  const described = () =>
    (description ??= describe().catch((error: unknown) => {
      description = undefined
      throw error
    }))
  const told = keptFor(deps.clock, () => toldEventTypes(deps.store))
  return [
    route({ ...about, id: 'v1.documentation.openapi', path: '/openapi.json', summary: 'The description of the API' }, async () => ({
      status: 200,
      json: (await described()).json,
      headers: { ...headers, 'access-control-allow-origin': '*' },
    })),
    route({ ...about, id: 'v1.documentation.page', path: '/docs', summary: 'The description of the API, to be read' }, async () =>
      pageAnswer((await described()).page),
    ),
    route({ ...about, id: 'v1.documentation.events', path: '/docs/events', summary: 'The event types, to be read' }, async () =>
      pageAnswer((await told()).events),
    ),
    route({ ...about, id: 'v1.documentation.payloads', path: '/docs/payloads', summary: 'How webhooks look, to be read' }, async () =>
      pageAnswer((await told()).payloads),
    ),
  ]
}

/** Made once, in a thread of its own, because whoever asks first must not keep others waiting. */
function describe(): Promise<Description> {
  const thread = new Worker(programBeside('./describe-thread', import.meta.url))
  return new Promise((resolve, reject) => {
    thread.once('message', resolve).once('error', reject)
    thread.once('exit', () => reject(new Error('the thread that describes the API ended without an answer')))
  })
}

function pageAnswer(page: string): Answer {
  return {
    status: 200,
    content: { type: 'text/html; charset=utf-8', bytes: page },
    headers: { ...headers, 'content-security-policy': pagePolicy },
  }
}

/** Event types are what customers are told, so everybody may read them; those behind a feature flag are not told yet, archived ones no more. */
async function toldEventTypes({ queries }: Pick<Store, 'queries'>): Promise<{ readonly events: string; readonly payloads: string }> {
  const rows = await queries.eventTypes.told(SHOWN_BYTES_MAX, EVENT_TYPES_MAX + 1)
  const first = rows.slice(0, EVENT_TYPES_MAX)
  const example = first.find((row) => row.deprecated === 0 && row.example !== null) ?? first[0]
  return {
    events: await eventsPage(first, rows.length > EVENT_TYPES_MAX),
    payloads: payloadsPage(example === undefined ? nothingYet : exampleOfRow(example)),
  }
}

function exampleOfRow(row: StoredEventType) {
  return { eventType: row.name, body: exampleBody(row) }
}

const nothingYet = {
  eventType: 'invoice.paid',
  body: exampleBody({ name: 'invoice.paid', example: '{"invoice":{"id":"inv_3fK9aB"}}', schemas: null }),
}

/** Makes a value anew when it is asked for and older than a second; callers who come meanwhile share it. */
function keptFor<T>(clock: Clock, make: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly at: number } | undefined
  return () => {
    if (kept === undefined || clock.monotonic() - kept.at >= FRESH_MS) {
      const value = make()
      const made = { value, at: clock.monotonic() }
      kept = made
      value.catch(() => {
        if (kept === made) kept = undefined
      })
    }
    return kept.value
  }
}
