import type { SessionId } from '#domain'
import { isKept, type AcceptOperation, type AcceptPart, type AcceptResult, type Dedup } from '../../port/accept.ts'
import type { CommitResult } from '../../port/group-commits.ts'
import { writeAlongside } from '../alongside.ts'
import { collectApplications } from './applications.ts'
import { collectInserts, notifyOthers, type Inserted } from './inserts.ts'
import { storable, type EncodeRows } from '../connection/encode-rows.ts'
import type { Wire } from './wire.ts'
import { named } from '../functions/install.ts'
import { rowTypes } from '../connection/row-type.ts'

interface Answer {
  readonly now: number
  readonly kinds: readonly (0 | 1 | 2)[]
  readonly duplicates: readonly (readonly [op: number, key: number, ref: string])[] | null
  readonly inserted: Inserted | null
}

const statement = {
  name: 'accept',
  text: named('select posthorn.accept($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) as answer'),
}

/** One round trip for a batch, and more in its transaction for what is written alongside. Operations, applications and keys are numbered from 1, as SQL arrays are. */
export async function accept(
  { run, encode, send }: Wire,
  session: SessionId,
  operations: readonly AcceptOperation[],
): Promise<CommitResult<AcceptResult>> {
  const inserts = collectInserts(encode)
  const applications = collectApplications()
  const keys = collectKeys(encode)
  const requests: object[] = []
  const runs: object[] = []
  const entries: object[] = []
  const add = (op: number, { application, dedups, runs: made }: Pick<AcceptOperation, 'application' | 'dedups' | 'runs'>) => {
    applications.add(application)
    keys.add(op, dedups)
    for (const run of made) runs.push({ op, ...run, ...run.ended })
  }
  for (const [i, operation] of operations.entries()) {
    const op = i + 1
    add(op, operation)
    if (operation.request !== null) requests.push({ op, ...operation.request, ...(operation.parts && { run_ids: '[]' }) })
    if (operation.entries !== undefined) for (const entry of operation.entries) entries.push({ op, ...entry })
    for (const message of operation.messages) inserts.message(op, message)
  }
  const parts = partsOf(operations)
  for (const { op, application, part } of parts) add(op, { application, dedups: part.dedup === null ? [] : [part.dedup], runs: part.runs })
  const values = [
    session,
    ...applications.parameters,
    ...keys.parameters,
    encode(rowTypes.request, requests),
    encode(rowTypes.run, runs),
    ...inserts.parameters,
    encode(rowTypes.entry, entries),
    parts.length === 0 ? null : [...operations.map(() => 0), ...parts.map(({ parent }) => parent)],
  ]
  const { rows } = await run({ ...statement, values })
  const { now, kinds, duplicates, inserted } = rows[0]!.answer as Answer
  const results = operations.map((_, i): AcceptResult => ({ kind: kinds[i] === 0 ? 'accepted' : 'stale' }))
  for (const { op, parent, place } of parts) {
    const result = results[parent - 1]!
    if (kinds[op - 1] !== 1 || result.kind !== 'accepted') continue
    results[parent - 1] = { kind: 'accepted', copies: [...(result.copies ?? []), place] }
  }
  for (const [op, key, ref] of duplicates ?? []) {
    if (op <= operations.length) results[op - 1] = { kind: 'duplicate', scope: keys.scope(key), ref }
  }
  for (const [i, operation] of operations.entries())
    if (operation.alongside !== undefined && isKept(operation, results[i]!)) await writeAlongside(run, operation.alongside)
  notifyOthers(inserted, send)
  return { results, ...inserts.result(inserted, now, (op) => kinds[op - 1] === 0) }
}

interface NumberedPart {
  /** Behind the operations, each part is one of its own. */
  readonly op: number
  readonly parent: number
  readonly place: number
  readonly application: AcceptOperation['application']
  readonly part: AcceptPart
}

function partsOf(operations: readonly AcceptOperation[]): NumberedPart[] {
  const parts: NumberedPart[] = []
  for (const [i, { application, parts: own = [] }] of operations.entries()) {
    for (const [place, part] of own.entries()) {
      parts.push({ op: operations.length + parts.length + 1, parent: i + 1, place, application, part })
    }
  }
  return parts
}

/** Distinct keys, each with the reference of the first operation that wants it, and who wants which. */
function collectKeys(encode: EncodeRows) {
  const places = new Map<string, number>()
  const keys: { n: number; scope: string; key: string; ref: string; keep: number }[] = []
  const wants = { op: [] as number[], key: [] as number[], ref: [] as string[], keep: [] as number[] }
  return {
    add(op: number, dedups: readonly Dedup[]): void {
      for (const { scope, key, ref, keepMs } of dedups) {
        const name = JSON.stringify([scope, key])
        let place = places.get(name)
        if (place === undefined) {
          place = keys.length + 1
          keys.push({ n: place, scope, key, ref, keep: keepMs })
          places.set(name, place)
        }
        wants.op.push(op)
        wants.key.push(place)
        wants.ref.push(storable(ref))
        wants.keep.push(keepMs)
      }
    },
    scope: (place: number) => keys[place - 1]!.scope,
    get parameters() {
      return [encode(rowTypes.key, keys), wants.op, wants.key, wants.ref, wants.keep]
    },
  }
}
