import type { AcceptOperation } from '../../port/accept.ts'
import type { LaneUpdate, Settlement } from '../../port/settlement.ts'
import type { NewDelivery, NewMessage, NewRequest, NewRun } from '../../port/new-work.ts'
import type { RunCommit } from '../../port/run-commit.ts'
import { withoutTrees } from './without-trees.ts'
import { requestOf, requestValues, runOf, runValues, type RequestValues, type RunValues } from './row-values.ts'

/**
 * A batch on its way to the thread: JSON, in which each body is the number of its bytes and each row of a request or a run a 0; the bodies
 * themselves one behind the other in one buffer, which changes hands; and those rows as lists of their values. Cloned as objects a batch
 * costs four times as much on the sending side, and a body that is a slice of a socket's buffer would be cloned with all of that. Rows are
 * mostly text, half of it JSON, which JSON escapes and reads back slowly: as lists an operation with a run takes 1.5 us here and 2.5 on the
 * thread, where it took 2.9 and 4.6. Lists of all objects, whatever they are, took as long as JSON: names are cheap only where they are known.
 */
export interface Parcel {
  readonly text: string
  readonly rows: readonly (RequestValues | RunValues)[]
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What of a batch crosses beside its JSON. Used both ways, so that both meet it in one order. */
interface Crossing {
  body<Body extends Uint8Array | null>(body: Body): Body
  request(request: NewRequest): NewRequest
  run(run: NewRun): NewRun
}

class Packing implements Crossing {
  readonly #bodies: Uint8Array[] = []
  readonly #rows: (RequestValues | RunValues)[] = []
  #length = 0

  body<Body extends Uint8Array | null>(body: Body): Body {
    if (!(body instanceof Uint8Array)) return body
    this.#bodies.push(body)
    this.#length += body.byteLength
    return body.byteLength as unknown as Body
  }

  request(request: NewRequest): NewRequest {
    return this.#row<NewRequest>(requestValues(request, this.body(request.body)))
  }

  run(run: NewRun): NewRun {
    return this.#row<NewRun>(runValues(run))
  }

  #row<Row>(values: RequestValues | RunValues): Row {
    this.#rows.push(values)
    return 0 as Row
  }

  parcel(text: string): Parcel {
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const body of this.#bodies) {
      bytes.set(body, at)
      at += body.byteLength
    }
    return { text, rows: this.#rows, bytes }
  }
}

class Unpacking implements Crossing {
  readonly #bodies: Buffer
  readonly #rows: Parcel['rows']
  #body = 0
  #row = 0

  constructor({ bytes, rows }: Parcel) {
    this.#bodies = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#rows = rows
  }

  body<Body extends Uint8Array | null>(body: Body): Body {
    const length = body as unknown
    return (typeof length === 'number' ? this.#bodies.subarray(this.#body, (this.#body += length)) : body) as Body
  }

  request(): NewRequest {
    const request = requestOf(this.#rows[this.#row++] as RequestValues)
    return { ...request, body: this.body(request.body) }
  }

  run(): NewRun {
    return runOf(this.#rows[this.#row++] as RunValues)
  }
}

/** What crosses by itself, as `crossing` returns it; the rest as it is. */
function withCrossing(crossing: Crossing) {
  const delivery = (one: NewDelivery): NewDelivery => (one.body === null ? one : { ...one, body: crossing.body(one.body) })
  const message = (one: NewMessage): NewMessage => ({
    ...one,
    payload: crossing.body(one.payload),
    deliveries: one.deliveries.some(({ body }) => body !== null) ? one.deliveries.map(delivery) : one.deliveries,
  })
  const operational = (one: { readonly operational?: readonly NewMessage[] }) =>
    one.operational === undefined ? undefined : { operational: one.operational.map(message) }
  return {
    accept: (one: AcceptOperation): AcceptOperation => ({
      ...one,
      request: one.request === null ? null : crossing.request(one.request),
      runs: one.runs.map((run) => crossing.run(run)),
      messages: one.messages.map(message),
      ...(one.alongside && { alongside: withoutTrees(one.alongside) }),
    }),
    commit: (one: RunCommit): RunCommit => ({
      ...one,
      messages: one.messages.map(message),
      deliveries: one.deliveries.map(delivery),
      ...operational(one),
    }),
    settlement: (one: Settlement): Settlement => ({
      ...one,
      attempt: one.attempt && {
        ...one.attempt,
        response_body: crossing.body(one.attempt.response_body),
        request_body: crossing.body(one.attempt.request_body),
      },
      ...operational(one),
    }),
    lane: (one: LaneUpdate): LaneUpdate => (one.stop?.operational ? { ...one, stop: { ...one.stop, ...operational(one.stop) } } : one),
  }
}

type Batches = {
  readonly accept: readonly AcceptOperation[]
  readonly commitRuns: readonly RunCommit[]
  readonly settle: { readonly settlements: readonly Settlement[]; readonly lanes: readonly LaneUpdate[] }
}
export type BatchName = keyof Batches

const walks: { readonly [Name in BatchName]: (batch: Batches[Name], crossing: Crossing) => Batches[Name] } = {
  accept: (batch, crossing) => batch.map(withCrossing(crossing).accept),
  commitRuns: (batch, crossing) => batch.map(withCrossing(crossing).commit),
  settle({ settlements, lanes }, crossing) {
    const { settlement, lane } = withCrossing(crossing)
    return { settlements: settlements.map(settlement), lanes: lanes.map(lane) }
  },
}

export function packBatch<Name extends BatchName>(name: Name, batch: Batches[Name]): Parcel {
  const packing = new Packing()
  return packing.parcel(JSON.stringify(walks[name](batch, packing)))
}

export function unpackBatch<Name extends BatchName>(name: Name, parcel: Parcel): Batches[Name] {
  return walks[name](JSON.parse(parcel.text) as Batches[Name], new Unpacking(parcel))
}
