import { Worker } from 'node:worker_threads'
import { programBeside, type Clock } from '#platform'
import type { StoredEventType, Store } from '#store'
import type { Description } from './describe-thread.ts'
import { eventsPage, exampleBody, SHOWN_BYTES_MAX } from './events-page.ts'
import { payloadsPage } from './payloads-page.ts'

/** One page shows no more event types than anybody reads. */
const EVENT_TYPES_MAX = 1000
/** Anybody may ask for the pages, so the store is asked at most so often. */
const FRESH_MS = 1000

interface DocumentationDeps {
  readonly store: Pick<Store, 'queries'>
  readonly clock: Clock
}

interface EventPages {
  readonly events: string
  readonly payloads: string
}

/** The description of the API, for programs and for people. Made when it is first asked for: most processes never are. */
export class Documentation {
  readonly #deps: DocumentationDeps
  #description: Promise<Description> | undefined
  #pages: { readonly value: Promise<EventPages>; readonly at: number } | undefined

  constructor(deps: DocumentationDeps) {
    this.#deps = deps
  }

  description(): Promise<Description> {
    this.#description ??= describe().catch((error: unknown) => {
      this.#description = undefined
      throw error
    })
    return this.#description
  }

  /** Made anew when they are asked for and older than a second; callers who come meanwhile share them. */
  eventPages(): Promise<EventPages> {
    const { clock, store } = this.#deps
    if (this.#pages === undefined || clock.monotonic() - this.#pages.at >= FRESH_MS) {
      const made = { value: pagesOfEvents(store), at: clock.monotonic() }
      this.#pages = made
      made.value.catch(() => {
        if (this.#pages === made) this.#pages = undefined
      })
    }
    return this.#pages.value
  }
}

/** Made once, in a thread of its own, because whoever asks first must not keep others waiting. */
function describe(): Promise<Description> {
  const thread = new Worker(programBeside('./describe-thread', import.meta.url))
  return new Promise((resolve, reject) => {
    thread.once('message', resolve).once('error', reject)
    thread.once('exit', () => reject(new Error('the thread that describes the API ended without an answer')))
  })
}

/** Event types are what customers may know, so everybody may read them; those behind a feature flag not yet, archived ones no more. */
async function pagesOfEvents({ queries }: Pick<Store, 'queries'>): Promise<EventPages> {
  const rows = await queries.eventTypes.published(SHOWN_BYTES_MAX, EVENT_TYPES_MAX + 1)
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
