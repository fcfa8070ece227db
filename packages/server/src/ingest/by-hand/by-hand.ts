import { derive, perVersion } from '#coordination'
import { errors, limits, REDACTED, type ErrorCode } from '#domain'
import type { Clock, Egress, Log, Vault } from '#platform'
import type { AcceptOperation, ApplicationSnapshot, RequestOrigin, RequestProof, StoredListener } from '#store'
import { operationOf, type OperationDeps } from '../accept-operation.ts'
import { examine, type Examination } from '../examine.ts'
import { refuseContent } from '../gate/gate.ts'
import { flowsByListener, readPublished } from '../listener/listener-flows.ts'
import { compileListener, type CompiledListener } from '../listener/listeners.ts'
import { openSecrets } from '../listener/open-auth.ts'
import { compileRoutes, readPublicPath } from '../listener/routes.ts'
import type { Inbound } from '../request/inbound.ts'
import { readQuery } from '../request/query.ts'
import { detailOf, type Refusal } from '../request/rejection.ts'
import { PASSED } from '../schemes/verification.ts'
import { RemoteKeys } from '../schemes/tokens/remote-keys.ts'
import { systemOf } from '../systems/registry.ts'
import { isForm } from '../upload/receive-form.ts'
import { inboundByHand, type RequestByHand } from './inbound-by-hand.ts'
import { proved, type Proved } from './prove.ts'

export interface ByHandDeps extends OperationDeps {
  readonly vault: Vault
  readonly log: Log
  readonly egress: Pick<Egress, 'send'>
  readonly clock: Clock
  readonly settings: { readonly publicUrl: string; readonly bodyBytesMax?: number }
}

interface Place {
  readonly snapshot: ApplicationSnapshot
  readonly row: Readonly<StoredListener>
}

/** What a listener makes of a request. `not_checkable`: too little of it is there to say. */
export interface Verdict {
  readonly taken: boolean
  readonly verified: boolean
  readonly proof: RequestProof
  readonly code: ErrorCode | 'not_checkable' | null
  readonly detail: string | null
}

export interface Judged extends Verdict {
  /** Of one that is taken. */
  readonly examination: Exclude<Examination, { kind: 'refused' }> | null
}

/**
 * Judges requests that people hand in, by the listeners that would have taken them: as whoever sends meets them, but for what only a
 * connection shows, such as origin, address and rate. Made for a process of the API, which receives nothing itself.
 */
export class ByHand {
  readonly #deps: ByHandDeps
  readonly #keys: RemoteKeys
  readonly #published = perVersion(readPublished)
  readonly #flowsOf = derive(({ flows }) => flowsByListener(flows, this.#published))

  constructor(deps: ByHandDeps) {
    this.#deps = deps
    this.#keys = new RemoteKeys(deps)
  }

  /** `trusted`: whoever hands it in answers for it, so nothing is asked of its proof. */
  async judge(place: Place, request: RequestByHand, { trusted = false } = {}): Promise<Judged> {
    const listener = this.#compile(place)
    const inbound = inboundByHand(request, this.#deps.settings.publicUrl)
    const by = { kind: listener.authKind, secretLast4: null }
    const hidden = trusted ? undefined : by.kind === 'mtls' ? CERTIFICATE : hiddenCredential(listener, inbound)
    if (hidden !== undefined) return { taken: false, verified: false, proof: by, code: 'not_checkable', detail: hidden, examination: null }
    if (isForm(inbound, listener))
      return { taken: false, verified: false, proof: by, code: 'not_checkable', detail: FORM, examination: null }
    const barred = refuseByHand(place, listener, request, inbound)
    const verification = trusted ? PASSED : null
    const examined: Examination =
      barred === undefined
        ? await examine({ inbound, listener, body: request.body, form: null, verification, cors: {} })
        : { kind: 'refused', refusal: barred }
    const examination = trusted && examined.kind !== 'refused' ? { ...examined, proof: null } : examined
    if (examination.kind !== 'refused') {
      const proof = examination.proof === null ? by : readProof(examination.proof)
      return { taken: true, verified: examination.proof !== null, proof, code: null, detail: null, examination }
    }
    const { code, proof } = examination.refusal
    const known = proof == null ? by : readProof(proof)
    return {
      taken: false,
      verified: known !== by,
      proof: known,
      code,
      detail: detailOf(examination.refusal) ?? errors[code].sentence,
      examination: null,
    }
  }

  /** What keeps a request that was judged so, and starts what it starts. Nobody waits for its answer. */
  operation(
    place: Place,
    request: RequestByHand,
    made: { readonly examination: Exclude<Examination, { kind: 'refused' }>; readonly origin: RequestOrigin; readonly at: number },
  ): AcceptOperation & { readonly request: NonNullable<AcceptOperation['request']> } {
    const listener = this.#compile(place)
    const inbound = { ...inboundByHand(request, this.#deps.settings.publicUrl), receivedAt: made.at }
    const { examination, origin } = made
    const { snapshot } = place
    const one = { kind: 'committable', inbound, snapshot, listener, body: examination.body, form: null, examination, cors: {} } as const
    const operation = operationOf(this.#deps, one)
    return {
      ...operation,
      request: { ...operation.request, origin: JSON.stringify(origin), took_ms: null },
      runs: operation.runs.map((run) => ({ ...run, answer_by: null })),
    }
  }

  /** The request as its sender would prove it now; `signKey`: a private key for where the listener has the public one. */
  async prove({ snapshot, row }: Place, request: RequestByHand, signKey: string | undefined): Promise<Proved> {
    const opened = openSecrets(row, { vault: this.#deps.vault, snapshot })
    const { url } = inboundByHand(request, this.#deps.settings.publicUrl)
    if (!opened.ok) return { ok: false, pointer: '/sign', message: 'A secret of the listener cannot be opened. Set it anew, then sign.' }
    return proved({ request, url }, opened.auth, systemOf(row.system), signKey)
  }

  /** Whether a path leads to the listener. */
  leadsTo({ row }: Pick<Place, 'row'>, path: string): boolean {
    const segments = readPublicPath(path)?.segments
    return segments !== undefined && compileRoutes([{ suffix: row.suffix, methods: [] }]).match(segments).length > 0
  }

  /** Whether it has the form of a handshake, which is no event. */
  isHandshake(place: Place, request: RequestByHand): boolean {
    const inbound = inboundByHand(request, this.#deps.settings.publicUrl)
    const { method, url, query, headers } = inbound
    return this.#compile(place).handshakes.isQuestion({ method, url, query, headers, body: request.body })
  }

  /** What a listener verifies requests by, without a request. */
  proofOf(place: Place): RequestProof {
    return { kind: this.#compile(place).authKind, secretLast4: null }
  }

  #compile({ snapshot, row }: Place): CompiledListener {
    const { vault, log } = this.#deps
    const { bodyBytesMax = limits.bodyBytesMax } = this.#deps.settings
    const sizes = { bodyBytesMax, uploadBytesMax: limits.uploadBytesMax }
    return compileListener(row, { vault, log, ...sizes, systemOf, keys: this.#keys, snapshot, flows: this.#flowsOf(snapshot) })
  }
}

const CERTIFICATE = 'Requests of this listener are verified by the certificate of their connection, which is not kept with a request.'
const FORM = 'A multipart form is read while it arrives, and its files are kept apart: it cannot be judged by hand.'

/** What is taken of nobody, as ingest says it before it looks at a body. */
function refuseByHand({ row }: Place, listener: CompiledListener, { method, body }: RequestByHand, inbound: Inbound): Refusal | undefined {
  const methods = JSON.parse(row.methods) as string[]
  if (!methods.includes(method))
    return { code: 'method_not_allowed', detail: `The listener takes ${methods.join(', ')}, and not ${method}.` }
  return refuseContent(listener, inbound, body.length)
}

function readProof(text: string): RequestProof {
  return JSON.parse(text) as RequestProof
}

/** Credentials are not kept with a request, so one that shows them cannot be judged by them again. */
function hiddenCredential({ asksFor }: CompiledListener, { headers, query }: Inbound): string | undefined {
  const shown = readQuery(query)
  const hidden = asksFor.headers.find((name) => headers[name]?.includes(REDACTED)) ?? asksFor.query.find((name) => shown[name] === REDACTED)
  if (hidden === undefined) return undefined
  return `What stood in "${hidden}" is a credential, and is not kept with a request. Paste the request as it was sent, or have it sent again.`
}
