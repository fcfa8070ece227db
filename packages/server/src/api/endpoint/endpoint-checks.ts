import { headersFault } from '@posthorn/contract'
import { AppError, escapePointer, headerFault, type EndpointState, type FieldFault, type Plan } from '#domain'
import { failures, type Egress, type Transforms } from '#platform'
import type { Store } from '#store'

import type { Actor } from '../caller/actor.ts'
import { contentFaults, type ContentFields } from './endpoint-content.ts'

interface Checking {
  readonly store: Pick<Store, 'queries'>

  readonly egress: Pick<Egress, 'vet'>
  readonly transforms: Transforms
}

/** What the contract cannot know: that the URL may be called, that event types exist, that headers can be sent, what the plan allows. */
export async function checkEndpoint(
  { store, egress, transforms, ...asking }: Checking & Asking,
  fields: {
    url?: string | undefined
    eventTypes?: readonly string[] | null | undefined
    headers?: Readonly<Record<string, string>> | null | undefined
    timeoutMs?: number | null | undefined
    state?: EndpointState | undefined
    disabled?: boolean | undefined
  } & ContentFields,
  plan: Plan,
): Promise<void> {
  const faults: FieldFault[] = [...urlFaults(egress, fields.url), ...headerFaults(fields.headers ?? {}, asking.standing)]
  faults.push(...stateFaults(fields))
  faults.push(...(await contentFaults({ transforms }, asking.owner, fields)))
  if (fields.timeoutMs && plan.timeoutMsMax !== null && fields.timeoutMs > plan.timeoutMsMax) {
    faults.push({ pointer: '/timeoutMs', code: 'plan_limit', message: `The plan ${plan.name} allows at most ${plan.timeoutMsMax} ms.` })
  }
  faults.push(...(await eventTypeFaults(store, fields.eventTypes, asking)))
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
}

/** `disabled` is Svix's word for one of the states: whoever says both means the same by them, or one of the two is a slip. */
function stateFaults({ state, disabled }: { state?: EndpointState | undefined; disabled?: boolean | undefined }): FieldFault[] {
  if (state === undefined || disabled === undefined || (state === 'disabled') === disabled) return []
  const message = `"state" is "${state}" and "disabled" is ${disabled}, which contradict each other. Give one of the two.`
  return [{ pointer: '/disabled', code: 'contradiction', message }]
}

function urlFaults(egress: Pick<Egress, 'vet'>, url: string | undefined): FieldFault[] {
  if (url === undefined) return []
  const fault = (code: string, message: string): FieldFault[] => [{ pointer: '/url', code, message }]
  if (/[\s\u0000-\u001f]/.test(url)) return fault('bad_url', 'The URL has a space or a control character. Write a space as %20.')
  const vetted = egress.vet(url)
  if (!vetted.ok) return fault(vetted.code, `${vetted.reason} ${failures[vetted.code].nextStep}`)
  const { username, password } = new URL(url)
  // A URL is shown in lists, logs and attempts; headers are sealed at rest and never shown.
  if (username === '' && password === '') return []
  return fault('url_credentials', 'The URL holds a user name or a password. Put them into "headers" as Authorization: Basic ... instead.')
}

const HEADERS_MAX = 50

/** `standing`: those that the endpoint has already. What was saved before there was a rule for it may stay. */
function headerFaults(headers: Readonly<Record<string, string>>, standing: Readonly<Record<string, string>> = {}): FieldFault[] {
  const stays = (name: string): boolean => Object.hasOwn(standing, name) && standing[name] === headers[name]
  const names = Object.keys(headers)
  if (names.every(stays)) return []
  if (names.length > HEADERS_MAX)
    return [{ pointer: '/headers', code: 'too_big', message: `An endpoint has at most ${HEADERS_MAX} headers.` }]
  const tooLong = headersFault(headers)
  if (tooLong && tooLong.name === undefined) return [{ pointer: '/headers', code: 'too_big', message: tooLong.message }]
  const lower = names.map((name) => name.toLowerCase())
  // Two that stood beside each other may stay; beside a new one, none does.
  const areNew = new Set(lower.filter((_, i) => !stays(names[i]!)))
  const faultOf = (name: string, i: number): string | undefined => {
    if (lower.indexOf(lower[i]!) < i && areNew.has(lower[i]!)) return `The header ${name} is there twice; case makes no difference.`
    return stays(name) ? undefined : faultOfHeader(name, headers[name]!)
  }
  return names.flatMap((name, i) => {
    const message = faultOf(name, i)
    return message === undefined ? [] : [{ pointer: `/headers/${escapePointer(name)}`, code: 'bad_header', message }]
  })
}

/** Each is looked at alone: one that is too long itself must not hide that all of them are. */
function faultOfHeader(name: string, value: string): string | undefined {
  return headersFault({ [name]: value })?.message ?? headerFault(name, value)
}

/** Who wants it: an event type that the caller does not see is unknown here too, unless the endpoint has it already. */
interface Asking {
  /** The application. */
  readonly owner: string
  readonly actor: Pick<Actor, 'featureFlags'>
  readonly subscribed?: readonly string[]
  readonly standing?: Readonly<Record<string, string>>
}

async function eventTypeFaults(
  { queries }: Pick<Store, 'queries'>,

  eventTypes: readonly string[] | null | undefined,
  { actor, subscribed = [] }: Asking,
): Promise<FieldFault[]> {
  const literal = (eventTypes ?? []).filter((name) => !name.endsWith('*'))
  if (literal.length === 0) return []
  const rows = await queries.eventTypes.known(literal, actor.featureFlags)
  const known = new Set(rows.filter(({ name, seen }) => seen || subscribed.includes(name)).map(({ name }) => name))
  const unknown = literal.filter((name) => !known.has(name))
  if (unknown.length === 0) return []
  return [
    {
      pointer: '/eventTypes',
      code: 'unknown_event_type',
      message: `The following event types don't exist: ${unknown.join(', ')}. Create them first, or use a pattern such as "invoice.*".`,
    },
  ]
}
