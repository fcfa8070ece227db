import { isId, type Ids } from '#domain'
import { readEntry, type FoundEntry, type SiloJob } from '#flows'
import type { TransformAnswer } from '#platform'
import type { Store } from '#store'

/** Where entries are read; null: there is no silo. */
export type SiloStore = Pick<Store, 'queries' | 'statements' | 'mutate' | 'files'> | null

interface Saved {
  readonly id: string
  readonly key: string | null
  readonly version: number
  /** JSON text. */
  readonly document: string
}

/** What one try may hold: a loop may save a thousand times. */
const HELD_CHARACTERS_MAX = 16 * 1024 * 1024

/** The silo as one try sees it: what is there, and in front of it what its own steps saved, which nobody else sees and nothing keeps. */
export class TriedSilo {
  /** By id, and by key. */
  readonly #saved = new Map<string, Saved>()
  #held = 0
  readonly #store: SiloStore
  readonly #ids: Ids
  readonly #application: string

  constructor(store: SiloStore, { ids, application }: { readonly ids: Ids; readonly application: string }) {
    this.#store = store
    this.#ids = ids
    this.#application = application
  }

  async answer(job: SiloJob): Promise<TransformAnswer> {
    if (job.kind === 'save_entry') return this.#save(job)
    const own = this.#saved.get(job.entry)
    if (own !== undefined) return { ok: true, output: job.kind === 'load_entry' ? loaded(own) : JSON.stringify(found(own)) }
    return this.#store === null ? noSilo : readEntry({ store: this.#store }, job, this.#application)
  }

  async #save({ key, document }: Extract<SiloJob, { kind: 'save_entry' }>): Promise<TransformAnswer> {
    this.#held += document.length
    if (this.#held > HELD_CHARACTERS_MAX) return tooMuch
    const before = key === null ? undefined : (this.#saved.get(key) ?? (await this.#store?.queries.silo.findByKey(this.#application, key)))
    const id = before?.id ?? this.#ids.make('entry')
    const version = (before?.version ?? 0) + 1
    const saved = { id, key, version, document }
    this.#saved.set(id, saved)
    // What looks like an id is looked for as one.
    if (key !== null && !isId('entry', key)) this.#saved.set(key, saved)
    return { ok: true, output: JSON.stringify({ id, key, version }) }
  }
}

const noSilo: TransformAnswer = {
  ok: false,
  code: 'entry_not_found',
  message: 'There is no silo here, so no entry but those that this run saved.',
}

const tooMuch: TransformAnswer = { ok: false, code: 'silo_full', message: `A try saves ${HELD_CHARACTERS_MAX} characters at most.` }

const contentType = 'application/json'

/** The document is put in as it is, with every digit of its numbers. */
function loaded({ document, ...about }: Saved): string {
  return `${JSON.stringify({ ...about, contentType }).slice(0, -1)},"document":${document}}`
}

function found({ id, version, document }: Saved): FoundEntry {
  return { id, version, size: Buffer.byteLength(document), name: null, contentType }
}
