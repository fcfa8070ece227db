import { setImmediate } from 'node:timers/promises'
import type { ConfigCache } from '#coordination'
import { limits } from '#domain'
import type { AcceptOperation, ApplicationSnapshot } from '#store'
import { commit, conclude, judgeFailure, prepare, type CommitDeps, type Prepared } from './commit.ts'
import { tooLarge } from './gate/gate.ts'
import { withCors } from './gate/origins.ts'
import type { RateLimiter } from './gate/rate-limit.ts'
import { declaredLength } from './http/body.ts'
import { judgeBody, judgeHead, type Judged, type JudgeDeps, type OpenBody, type Place } from './judge.ts'
import { readPublicPath } from './listener/routes.ts'
import { answerOptions } from './reply/options.ts'
import { refuse, turnAway } from './reply/refuse.ts'
import type { Answer } from './reply/reply.ts'
import { readContent, type Unread } from './upload/read-content.ts'
import { isForm, type UploadDeps } from './upload/receive-form.ts'
import type { Inbound } from './request/inbound.ts'
import type { RefusedAt } from './request/rejection.ts'

export interface AcceptDeps extends CommitDeps, JudgeDeps, UploadDeps {
  readonly store: CommitDeps['store'] & UploadDeps['store']
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly limiter: RateLimiter
}

/** Anybody may ask whether somebody is there, and what is asked is kept: no sender asks so often. */
const QUESTIONS = { requests: limits.rejectedKeptPerSecond, seconds: 1 }

/** The answer; null if the caller went away before there was one. */
export type Accept = (inbound: Inbound) => Promise<Answer | null>

/**
 * The path of a request: route, gate, body, examination, one group commit, answer. A configuration that changed
 * under way makes the commit `stale`; then all of it is judged once more inside the commit, where nothing changes any more, with the body
 * that was read, and without taking from the caller's rate a second time.
 */
export function createAccept(deps: AcceptDeps): Accept {
  return async (inbound) => {
    const path = readPublicPath(inbound.path)
    if (path === undefined) return turnAway(deps, inbound, 'listener_not_found')
    const snapshot = deps.config.peek(path.application) ?? (await deps.config.application(path.application))
    // Of an unknown application nothing is kept: anybody could fill the disk with them.
    if (snapshot === undefined) return turnAway(deps, inbound, 'listener_not_found')
    let outcome = await judge(deps, inbound, { snapshot, path })
    if (outcome === 'stale') outcome = await judgeByFresh(deps, inbound, { snapshot, path })
    // Unless a commit named them, its files go.
    if (inbound.form !== null) await inbound.form.discard()
    return outcome
  }
}

async function judgeByFresh(deps: AcceptDeps, inbound: Inbound, { snapshot, path }: Place): Promise<Answer | null> {
  const fresh = await deps.config.refresh(snapshot.id, snapshot.version)
  return fresh === undefined ? turnAway(deps, inbound, 'listener_not_found') : judgeAnew(deps, inbound, { snapshot: fresh, path })
}

async function judge(deps: AcceptDeps, inbound: Inbound, place: Place): Promise<Answer | null | 'stale'> {
  const head = judgeHead(deps, inbound, { ...place, limiter: deps.limiter })
  if (head.kind === 'refused') return refuseUnread(deps, inbound, head)
  if (head.kind === 'preflight') return answerOptions(deps, inbound, head.matches)
  const { listener, gate } = head
  const { snapshot } = place
  const content = isForm(inbound, listener)
    ? await readContent(deps, inbound, { ...head, snapshot })
    : await inbound.body(listener.bodyBytesMax)
  if (content.kind !== 'read') return answerUnread(deps, inbound, { ...head, snapshot, content })

  const judged = judgeBody(inbound, { ...head, snapshot, body: content.body, form: inbound.form })
  // Small bodies are examined at once, and cost no further turn.
  const one = 'then' in judged ? await judged : judged
  if (one.kind === 'refused') return answerRefused(deps, inbound, one)
  const tooMany =
    one.examination.kind === 'handshake' && !one.examination.handshake.signed && !deps.limiter.take(`${listener.id} asks`, QUESTIONS).ok
  const at = { application: snapshot.id, listener }
  if (tooMany) return refuse(deps, inbound, { code: 'rate_limited', headers: { ...gate.cors, 'Retry-After': '1' }, at })
  const answer = await commit(deps, one)
  return answer === 'stale' || answer === null ? answer : withOrigins(answer, gate.cors)
}

/** Its body is not waited for: whoever shows no key may be slow on purpose. What came with the head is kept, so that its owner sees who sends. */
async function refuseUnread(deps: AcceptDeps, inbound: Inbound, { refusal, at }: Extract<Judged, { kind: 'refused' }>): Promise<Answer> {
  if (at.listener === null) return refuse(deps, inbound, { ...refusal, at })
  // The parser goes on with what has come before it lets the microtasks run; that a body in chunks has ended it says a turn later.
  await (inbound.headers['transfer-encoding'] === undefined ? Promise.resolve() : setImmediate())
  const body = inbound.beginning(limits.rejectedBodyBytesKept)
  return refuse(deps, inbound, { ...refusal, body, bodyBytes: declaredLength(inbound.headers) ?? body?.length, at })
}

type OpenHead = Omit<OpenBody, 'body' | 'form'>

/** Why there is no body, or no form, to judge. */
function answerUnread(deps: AcceptDeps, inbound: Inbound, unread: OpenHead & { readonly content: Unread }): Answer | null {
  const { listener, gate, snapshot, content } = unread
  const at = { application: snapshot.id, listener }
  switch (content.kind) {
    case 'aborted':
      return null
    case 'no_room':
      return turnAway(deps, inbound, 'overloaded')
    case 'stopping':
      return turnAway(deps, inbound, 'stopping')
    case 'turned_away':
      return turnAway(deps, inbound, content.code)
    case 'too_slow':
      return refuse(deps, inbound, { code: 'body_too_slow', headers: gate.cors, at })
    case 'too_large':
      return refuse(deps, inbound, { ...tooLarge(listener), headers: gate.cors, at })
    case 'refused':
      return refuse(deps, inbound, { ...content.refusal, headers: { ...gate.cors, ...content.refusal.headers }, at })
  }
}

/** The second and last time. What was judged inside the commit is answered behind it. */
async function judgeAnew(deps: AcceptDeps, inbound: Inbound, { snapshot, path }: Place): Promise<Answer | null> {
  const { form } = inbound
  const read = form?.isStreamed === true ? null : await inbound.body(0) // it was read before the first commit
  const body = read?.kind === 'read' ? read.body : Buffer.alloc(0)
  await readAhead(deps, inbound, { snapshot, path, body, form })
  let judged: Prepared | Exclude<Judged, { kind: 'open' }> | undefined
  const make = (current: ApplicationSnapshot | undefined): AcceptOperation | null => {
    if (judged?.kind === 'prepared') judged.waiting?.cancel()
    judged = undefined
    if (current === undefined) return null
    const head = judgeHead(deps, inbound, { snapshot: current, path, limiter: null })
    const examined = head.kind === 'open' ? judgeBody(inbound, { ...head, snapshot: current, body, form }) : head
    // Others wait for a commit, so nothing large is read in it: the sender tries again.
    const one = 'then' in examined ? ({ kind: 'refused', refusal: { code: 'overloaded' }, at: placeOf(current, head) } as const) : examined
    judged = one.kind === 'committable' ? prepare(deps, one, null) : one
    return judged.kind === 'prepared' ? judged.operation : null
  }
  const result = await deps.committer
    .acceptAnew({ application: snapshot.id, snapshot, make })
    .catch((error: unknown) => judgeFailure(deps, { operation: judged?.kind === 'prepared' ? judged.operation : null, form }, error))
  if (judged === undefined) return turnAway(deps, inbound, typeof result === 'string' ? result : 'listener_not_found')
  if (judged.kind !== 'prepared') return answerRefused(deps, inbound, judged)
  const answer = await conclude(deps, judged, result)
  if (answer === 'stale') return turnAway(deps, inbound, 'overloaded')
  return answer && withOrigins(answer, judged.one.cors)
}

type Content = Pick<OpenBody, 'body' | 'form'>

/** What takes turns, verifying or reading, is remembered, so that it is known inside the commit. */
async function readAhead(deps: AcceptDeps, inbound: Inbound, { snapshot, path, body, form }: Place & Content): Promise<void> {
  const head = judgeHead(deps, inbound, { snapshot, path, limiter: null })
  if (head.kind === 'open') await judgeBody(inbound, { ...head, snapshot, body, form })
}

function placeOf({ id }: ApplicationSnapshot, head: Judged): RefusedAt {
  return { application: id, listener: head.kind === 'open' ? head.listener : null }
}

function answerRefused(deps: AcceptDeps, inbound: Inbound, judged: Exclude<Judged, { kind: 'open' }>): Answer {
  if (judged.kind === 'preflight') return answerOptions(deps, inbound, judged.matches)
  return refuse(deps, inbound, { ...judged.refusal, at: judged.at })
}

function withOrigins(answer: Answer, cors: Readonly<Record<string, string>>): Answer {
  return Object.keys(cors).length === 0 ? answer : { ...answer, headers: withCors(answer.headers, cors) }
}
