import type { AcceptOperation } from '../../port/accept.ts'
import type { LaneUpdate, Settlement } from '../../port/settlement.ts'
import type { NewDelivery, NewMessage } from '../../port/new-work.ts'
import type { RunCommit } from '../../port/run-commit.ts'

/**
 * A batch on its way to the thread: JSON, in which each body is the number of its bytes, and the bodies themselves one behind the other in
 * one buffer, which changes hands. Cloned as objects a batch costs four times as much on the sending side (7 us an operation, not 1.7), and
 * a body that is a slice of a socket's buffer would be cloned with all of that.
 */
export interface Parcel {
  readonly text: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The bodies of a batch, in the order in which they are met. */
class Bodies {
  readonly #taken: Uint8Array[] = []
  #length = 0

  put<Body extends Uint8Array | null>(body: Body): Body {
    if (!(body instanceof Uint8Array)) return body
    this.#taken.push(body)
    this.#length += body.byteLength
    return body.byteLength as unknown as Body
  }

  join(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#length)
    let at = 0
    for (const body of this.#taken) {
      joined.set(body, at)
      at += body.byteLength
    }
    return joined
  }
}

type Put = <Body extends Uint8Array | null>(body: Body) => Body

/** What has bodies, with each of them as `put` returns it; the rest as it is. Used both ways, so that both meet them in one order. */
function withBodies(put: Put) {
  const delivery = (one: NewDelivery): NewDelivery => (one.body === null ? one : { ...one, body: put(one.body) })
  const message = (one: NewMessage): NewMessage => ({
    ...one,
    payload: put(one.payload),
    deliveries: one.deliveries.some(({ body }) => body !== null) ? one.deliveries.map(delivery) : one.deliveries,
  })
  const operational = (one: { readonly operational?: readonly NewMessage[] }) =>
    one.operational === undefined ? undefined : { operational: one.operational.map(message) }
  return {
    accept: (one: AcceptOperation): AcceptOperation => ({
      ...one,
      request: one.request === null || one.request.body === null ? one.request : { ...one.request, body: put(one.request.body) },
      messages: one.messages.map(message),
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
        response_body: put(one.attempt.response_body),
        request_body: put(one.attempt.request_body),
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

const walks: { readonly [Name in BatchName]: (batch: Batches[Name], put: Put) => Batches[Name] } = {
  accept: (batch, put) => batch.map(withBodies(put).accept),
  commitRuns: (batch, put) => batch.map(withBodies(put).commit),
  settle({ settlements, lanes }, put) {
    const { settlement, lane } = withBodies(put)
    return { settlements: settlements.map(settlement), lanes: lanes.map(lane) }
  },
}

export function packBatch<Name extends BatchName>(name: Name, batch: Batches[Name]): Parcel {
  const bodies = new Bodies()
  const text = JSON.stringify(walks[name](batch, (body) => bodies.put(body)))
  return { text, bytes: bodies.join() }
}

export function unpackBatch<Name extends BatchName>(name: Name, { text, bytes }: Parcel): Batches[Name] {
  const joined = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take: Put = (body) => {
    const length = body as unknown
    return (typeof length === 'number' ? joined.subarray(at, (at += length)) : body) as typeof body
  }
  return walks[name](JSON.parse(text) as Batches[Name], take)
}
