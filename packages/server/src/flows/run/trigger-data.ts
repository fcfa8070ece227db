import { derive } from '#coordination/derive'
import { CHAIN_HEADER, chainIn, limits, parseExactJson, traceOfRequest } from '#domain'
import { fieldsOf, parseBody, type RequestForm } from '#platform/for-children'
import type { LoadedRun, StoredRequest, ApplicationSnapshot } from '#store'
import type { TriggerData } from '../mapping/context.ts'

/** What a job or an event brings, or one of many events of a request, as `run.input` keeps it (JSON). Written by whoever starts such a run. */
export interface RunInput {
  /** The job's document, or the event's data; the mapping's `body`. */
  readonly document?: unknown
  /** The entry that the job works on, if the document is one that is kept. */
  readonly entryId?: string
  readonly eventType?: string
  /** The run's place in a chain of flows that start each other by events; absent: it is the first. */
  readonly chain?: number
  /** The message of the event. */
  readonly message?: string
  /** What caused the run in a trace; absent: the message, or nothing. */
  readonly trace?: string
}

export interface RunSource {
  readonly trigger: TriggerData
  readonly entry: Readonly<Record<string, unknown>> | null
}

const nothing: TriggerData = {
  method: null,
  path: null,
  params: {},
  query: {},
  headers: {},
  body: null,
  files: [],
  ip: null,
  eventType: null,
}

/** As `runsOfEvent` begins an input. What follows may be a megabyte, which nobody parses to know this. */
const BEGINNING = /^\{"eventType":"(?:[^"\\]|\\.)*","chain":(\d+),(?:"message":"(msg_\w+)",)?(?:"trace":("(?:[^"\\]|\\.)*"),)?/

/** As a job's begins whose caller is a step of another run, or said of which trace its call is a part. */
const BEGINNING_OF_JOB = /^\{(?:"chain":(\d+),)?(?:"trace":("(?:[^"\\]|\\.)*"),)?/

/** The run's place in a chain of flows that start each other; it is the first unless an event or a call of another run started it. */
export function chainOf({ run: { input }, request }: Started): number {
  if (request !== null) return chainIn(HEADER.exec(request.headers)?.[1])
  return Number((input === null ? null : (BEGINNING.exec(input) ?? BEGINNING_OF_JOB.exec(input)))?.[1] ?? 1)
}

/** In the JSON of the headers, where no value can look like it: its quotes are escaped. */
const HEADER = new RegExp(`\\["${CHAIN_HEADER}","(\\d+)"\\]`, 'i')

interface Started {
  readonly run: Pick<LoadedRun['run'], 'input'>
  readonly request: Pick<StoredRequest, 'headers'> | null
}

/** The message of the event that started the run; null for jobs, requests, and runs that were started before it was kept. */
export function messageThatStarted({ input }: Pick<LoadedRun['run'], 'input'>): string | null {
  return (input === null ? null : BEGINNING.exec(input))?.[2] ?? null
}

/** The trace that the run was started in, as its caller or its message said it. */
export function traceOfStart({ run: { input }, request }: Started): string | null {
  if (request !== null) return traceOfRequest(request)
  if (input === null) return null
  const trace = BEGINNING.exec(input)?.[3] ?? BEGINNING_OF_JOB.exec(input)?.[2]
  return trace === undefined ? null : (JSON.parse(trace) as string)
}

/** What the mapping sees of what started a run: the request as it was stored, or the job's or event's input. */
export function runSource({ run, request }: LoadedRun, snapshot: ApplicationSnapshot): RunSource {
  const input = run.input === null ? null : (parseExactJson(run.input) as RunInput)
  if (request !== null) return requestSource(request, snapshot, input)
  const trigger: TriggerData = { ...nothing, body: input?.document ?? null, eventType: input?.eventType ?? null }
  return { trigger, entry: input?.entryId === undefined ? null : { id: input.entryId, document: trigger.body } }
}

/** What of a listener says how its requests are read. */
interface ListenerShape {
  readonly suffix: string
  readonly format: 'auto' | 'json' | 'xml' | 'text'
}

const shapesOf = derive((snapshot: ApplicationSnapshot): ReadonlyMap<string, ListenerShape> => {
  const shapeOf = ({ suffix, config }: ApplicationSnapshot['listeners'][number]) => ({
    suffix,
    format: (JSON.parse(config) as { bodyFormat?: ListenerShape['format'] }).bodyFormat ?? 'auto',
  })
  return new Map(snapshot.listeners.map((listener) => [listener.id, shapeOf(listener)]))
})

/** With an input it is one of many events that the request has brought. */
function requestSource(request: StoredRequest, snapshot: ApplicationSnapshot, input: RunInput | null): RunSource {
  const listener = shapesOf(snapshot).get(request.listener_id ?? '')
  const form = request.form === null ? null : (JSON.parse(request.form) as RequestForm)
  const ofAll = () => (form === null ? readBody(request, listener?.format ?? 'auto') : fieldsOf(form))
  const body = input === null ? ofAll() : (input.document ?? null)
  const trigger: TriggerData = {
    method: request.method,
    path: request.path,
    params: paramsOf(request.path, listener?.suffix ?? ''),
    query: request.query === '' ? {} : readPairs(new URLSearchParams(request.query)),
    headers: readPairs(JSON.parse(request.headers) as [string, string][], (name) => name.toLowerCase()),
    body,
    files: form?.files ?? [],
    ip: request.ip,
    eventType: input === null ? request.event_type : (input.eventType ?? null),
  }
  // A view of the stored body under an id made from the request's; no copy (decisions/a-request-is-an-entry).
  return { trigger, entry: { id: entryIdOf(request.id), document: body } }
}

/** The id of the entry that a request is: its own digits, so that one is found by the other. */
function entryIdOf(requestId: string): string {
  return `entry_${requestId.slice(requestId.indexOf('_') + 1)}`
}

/** R95 to R99: JSON, XML and forms as values (JSON or XML whatever the type says, if the listener wants it so), other text as text; bytes that are no text are not for the mapping. */
function readBody({ body, content_type }: StoredRequest, format: ListenerShape['format']): unknown {
  const parsed = parseBody(body ?? NO_BODY, {
    contentType: content_type,
    format,
    onMalformed: 'raw',
    depthMax: limits.jsonDepthMax,
  })
  switch (parsed.kind) {
    case 'json':
    case 'xml':
      return parsed.value()
    case 'form':
      return parsed.fields()
    case 'raw':
      return parsed.text() ?? null
    default:
      return null
  }
}

const NO_BODY = new Uint8Array(0)

/** Repeated names become arrays. Without a prototype, because the names are the sender's. */
function readPairs(pairs: Iterable<readonly [string, string]>, nameOf = (name: string) => name): Record<string, string | string[]> {
  const read = Object.create(null) as Record<string, string | string[]>
  for (const [written, value] of pairs) {
    const name = nameOf(written)
    const before = read[name]
    if (before === undefined) read[name] = value
    else if (typeof before === 'string') read[name] = [before, value]
    else before.push(value)
  }
  return read
}

/** The values of `:param` segments, counted from the path's end, because only the suffix is the listener's. */
function paramsOf(path: string, suffix: string): Record<string, string> {
  const params = Object.create(null) as Record<string, string>
  if (!suffix.includes(':')) return params
  const names = suffix.split('/').filter((segment) => segment !== '')
  const values = path
    .split('/')
    .filter((segment) => segment !== '')
    .slice(-names.length)
  for (const [index, name] of names.entries()) {
    if (name.startsWith(':')) params[name.slice(1)] = decodeSegment(values[index] ?? '')
  }
  return params
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
