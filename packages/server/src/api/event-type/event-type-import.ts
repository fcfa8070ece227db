import { eventTypeIn, type EventTypeImport, type eventTypeOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError } from '#domain'
import type { StoredEventType, Statement } from '#store'
import { changeOrganisation } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { catalogues } from './catalogues/catalogues.ts'
import { eventTypeRow } from './event-type-row.ts'

type EventTypeIn = z.output<typeof eventTypeIn>

/** What an import did, by name. */
interface Imported {
  readonly created: string[]
  readonly updated: string[]
  readonly unchanged: string[]
}

/** Makes the event types be as the import says, all in one commit; those that are so already are left alone. */
export async function importEventTypes(deps: ApiDeps, call: Call<typeof eventTypeOperations.import>): Promise<Answer> {
  const wanted = wantedOf(call.body)
  const imported = await changeOrganisation(deps, call, async () => {
    const compared = await compare(deps, wanted)
    const changed = compared.filter(({ old, row }) => old !== undefined && !isSame(old, row))
    const unchanged = compared.filter(({ old, row }) => old !== undefined && isSame(old, row))
    const namesOf = (some: readonly Compared[]) => some.map(({ row }) => row.name)
    const made = compared.filter(({ old }) => old === undefined)
    const result: Imported = { created: namesOf(made), updated: namesOf(changed), unchanged: namesOf(unchanged) }
    return {
      statements: [...made, ...changed].map((one) => writes(deps, one)),
      action: 'event_type.imported',
      target: call.body.catalogue ?? 'event-types',
      after: { created: result.created, updated: result.updated },
      result,
    }
  })
  return { status: 200, body: imported }
}

interface Compared {
  readonly old: StoredEventType | undefined
  readonly row: StoredEventType
}

async function compare({ store, clock }: ApiDeps, wanted: readonly EventTypeIn[]): Promise<Compared[]> {
  const names = wanted.map(({ name }) => name)
  const rows = await store.queries.eventTypes.byNames(names)
  const before = new Map(rows.map((row) => [row.name, row]))
  const now = clock.now()
  return wanted.map(({ name, ...fields }) => {
    const old = before.get(name)
    return { old, row: eventTypeRow(name, fields, { createdAt: old?.created_at ?? now, now: Math.max(now, (old?.updated_at ?? 0) + 1) }) }
  })
}

function writes({ store }: ApiDeps, { old, row }: Compared): Statement {
  const { eventTypes } = store.statements
  return old === undefined ? eventTypes.insert(row) : eventTypes.replace(old, row)
}

function wantedOf({ catalogue, eventTypes }: EventTypeImport): readonly EventTypeIn[] {
  const refuse = (pointer: string, code: string, message: string) =>
    new AppError('validation_error', { fields: [{ pointer, code, message }] })
  if ((catalogue === undefined) === (eventTypes === undefined)) throw refuse('', 'choose_one', 'Give either "catalogue" or "eventTypes".')
  // Read as a caller's would be, so that a catalogue cannot bring what the API refuses.
  if (catalogue !== undefined) return catalogues[catalogue].map((one) => check(eventTypeIn, one, 'body') as EventTypeIn)
  const names = eventTypes!.map(({ name }) => name)
  const twice = names.findIndex((name, i) => names.indexOf(name) < i)
  if (twice >= 0) throw refuse(`/eventTypes/${twice}/name`, 'duplicate', `"${names[twice]}" stands in the list twice.`)
  return eventTypes!
}

function isSame(old: StoredEventType, row: StoredEventType): boolean {
  const fields = ['description', 'archived', 'deprecated', 'schemas', 'example', 'feature_flags', 'group_name'] as const
  return fields.every((name) => old[name] === row[name])
}
