import { derive } from '#coordination'
import { limits } from '#domain'
import { fieldsOf, type RequestForm } from '#platform'
import type { ApplicationSnapshot, StoredRequest } from '#store'
import { inputOf } from './accept-operation.ts'
import { readBodyFor, valueRead, type BodyReading } from './body/read-body.ts'
import { eventTypeOf } from './examine.ts'
import { readSplitting } from './listener/listeners.ts'
import { readHeaders } from './request/headers.ts'
import { systemOf } from './systems/registry.ts'

type ReadSplitting = ReturnType<typeof readSplitting>

const known = derive(() => new Map<string, ReadSplitting>())

/** How a listener of the application splits its requests; undefined: it does not. */
function splittingOf(application: ApplicationSnapshot, listener: string | null): ReadSplitting {
  const row = listener === null ? undefined : application.listeners.find(({ id }) => id === listener)
  if (row === undefined) return undefined
  const read = known(application)
  if (!read.has(row.id)) read.set(row.id, readSplitting(row, systemOf))
  return read.get(row.id)
}

/** What requests that are kept would bring if they came now. */
export const splitting = {
  isSplit: (application: ApplicationSnapshot, listener: string | null): boolean => splittingOf(application, listener) !== undefined,
  /**
   * The events of a request, each as a run keeps what it works on. Null: it is one, or what would be refused. Nothing is verified again, and
   * copies are no matter here: it was accepted.
   */
  async eventsOf(application: ApplicationSnapshot, request: StoredRequest): Promise<readonly string[] | null> {
    const by = splittingOf(application, request.listener_id)
    if (by === undefined) return null
    const read = await readingOf(request, by)
    const items = read.kind === 'read' ? read.items() : undefined
    if (read.kind !== 'read' || items === undefined || items.length > limits.eventsOfRequestMax) return null
    const headers = readHeaders((JSON.parse(request.headers) as [string, string][]).flat())
    const source = { headers, query: request.query, bodyText: read.textAt }
    return items.map(({ json, textAt }) => inputOf({ json, eventType: eventTypeOf(by.split, { ...source, itemText: textAt }) }))
  },
}

function readingOf(
  { form, body, content_type: contentType }: StoredRequest,
  { questions, settings }: NonNullable<ReadSplitting>,
): BodyReading | Promise<BodyReading> {
  if (form !== null) return valueRead(questions, fieldsOf(JSON.parse(form) as RequestForm))
  const options = { contentType, format: settings.bodyFormat, onMalformed: settings.onMalformed, depthMax: limits.jsonDepthMax }
  return readBodyFor(questions, body ?? new Uint8Array(0), options)
}
