import type { ApplicationSnapshot } from '#store'
import { examine, type Examination } from './examine.ts'
import { passGate, type Gate } from './gate/gate.ts'
import type { RateLimiter } from './gate/rate-limit.ts'
import type { CompiledListener, ListenerRoute } from './listener/listeners.ts'
import type { PublicPath, RouteMatch, Routes } from './listener/routes.ts'
import { allowedMethods } from './reply/options.ts'
import type { Inbound } from './request/inbound.ts'
import type { ReceivedForm } from './upload/received-form.ts'
import type { Refusal, RefusedAt } from './request/rejection.ts'

export interface JudgeDeps {
  readonly routesOf: (snapshot: ApplicationSnapshot) => Routes<ListenerRoute>
}

export interface Place {
  readonly snapshot: ApplicationSnapshot
  readonly path: PublicPath
}

/** What a configuration makes of a request, before anything is done. */
export type Judged =
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly at: RefusedAt }
  | { readonly kind: 'preflight'; readonly matches: readonly RouteMatch<ListenerRoute>[] }
  | { readonly kind: 'open'; readonly listener: CompiledListener; readonly gate: Extract<Gate, { kind: 'open' }> }

export function judgeHead(
  { routesOf }: JudgeDeps,
  inbound: Inbound,
  { snapshot, path, limiter }: Place & { limiter: RateLimiter | null },
): Judged {
  const matches = routesOf(snapshot).match(path.segments)
  const application = snapshot.id
  if (matches.length === 0) return { kind: 'refused', refusal: { code: 'listener_not_found' }, at: { application, listener: null } }
  if (inbound.method === 'OPTIONS') return { kind: 'preflight', matches }
  const match = matches.find(({ target }) => target.methods.includes(inbound.method))
  if (match === undefined) {
    const at = { application, listener: matches[0]!.target.listener() }
    return { kind: 'refused', refusal: { code: 'method_not_allowed', headers: { Allow: allowedMethods(matches) } }, at }
  }
  const listener = match.target.listener()
  const gate = passGate(listener, inbound, limiter)
  return gate.kind === 'refused' ? { ...gate, at: { application, listener } } : { kind: 'open', listener, gate }
}

/** A form is kept in the place of its bytes. */
const NOTHING = new Uint8Array()

export interface Committable {
  readonly kind: 'committable'
  readonly inbound: Inbound
  readonly snapshot: ApplicationSnapshot
  readonly listener: CompiledListener
  readonly body: Uint8Array
  readonly form: ReceivedForm | null
  readonly examination: Exclude<Examination, { kind: 'refused' }>
  readonly cors: Readonly<Record<string, string>>
}

export type BodyJudged = Committable | Extract<Judged, { kind: 'refused' }>
export type OpenBody = Extract<Judged, { kind: 'open' }> & {
  readonly snapshot: ApplicationSnapshot
  readonly body: Uint8Array
  readonly form: ReceivedForm | null
}

/** What is kept of a body that came with a coding is what it says. */
export function judgeBody(inbound: Inbound, open: OpenBody): BodyJudged | Promise<BodyJudged> {
  const { listener, gate, body, form } = open
  const examined = examine({ inbound, listener, body, form, verification: gate.verification, cors: gate.cors })
  return 'then' in examined ? examined.then((examination) => judgedBy(inbound, open, examination)) : judgedBy(inbound, open, examined)
}

function judgedBy(inbound: Inbound, { snapshot, listener, gate, body, form }: OpenBody, examination: Examination): BodyJudged {
  const at = { application: snapshot.id, listener }
  if (examination.kind === 'refused') return { ...examination, at }
  if (examination.kind === 'event' && listener.answers === 'no_flow') {
    return {
      kind: 'refused',
      refusal: { code: 'no_flow', headers: gate.cors, body, proof: examination.proof },
      at,
    }
  }
  return {
    kind: 'committable',
    inbound,
    snapshot,
    listener,
    body: form === null ? examination.body : NOTHING,
    form,
    examination,
    cors: gate.cors,
  }
}
