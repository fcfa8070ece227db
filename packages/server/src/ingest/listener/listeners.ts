import { derive, perVersion } from '#coordination'
import { keptListener, limits, parseExactJson, type Listener } from '#domain'
import type { Log, Vault } from '#platform'
import type { ApplicationSnapshot, StoredListener } from '#store'
import type { ListenerQuestions } from '../body/read-body.ts'
import { compileAddresses, type AddressMatcher } from '../gate/addresses.ts'
import type { DedupRule } from '../request/dedup.ts'
import type { PlacesOfSecrets } from '../request/redaction.ts'
import { readItemsPath, readValuePath, type ItemPath, type ValuePath } from '../request/value-path.ts'
import type { CompiledScheme } from '../schemes/scheme.ts'
import { digest } from '../schemes/timing-safe.ts'
import type { RemoteKeys } from '../schemes/tokens/remote-keys.ts'
import type { CompiledHandshakes } from '../systems/handshakes.ts'
import { rangesAllowed } from '../systems/published-ranges.ts'
import { waitMsMax, type System } from '../systems/system.ts'
import { flowsByListener, readPublished, type ListenerFlow } from './listener-flows.ts'
import { openAuth, type OpenedAuth } from './open-auth.ts'
import { compileRoutes, type Routes } from './routes.ts'

/** A listener as its requests meet it: everything that can be prepared is. */
export interface CompiledListener {
  readonly id: string
  readonly system: System
  readonly settings: Listener
  readonly auth: CompiledScheme
  readonly handshakes: CompiledHandshakes
  /** The same for the same authentication, whatever else of the configuration changes. */
  readonly authId: string
  /** Why its authentication lets nobody in; undefined if it can be used. */
  readonly unusable: string | undefined
  /** What its requests are verified by. */
  readonly authKind: string
  readonly proof: OpenedAuth['proof']
  readonly asksFor: OpenedAuth['asksFor']
  /** Null: any address. */
  readonly addressAllowed: AddressMatcher | null
  readonly bodyBytesMax: number
  readonly uploadBytesMax: number
  readonly signatureCovers: 'sent' | 'decoded'
  readonly dedup: DedupRule | null
  readonly eventType: readonly ValuePath[]
  readonly questions: ListenerQuestions
  /** How each of many events that a request brings is known; null: a request is one. */
  readonly split: Split | null
  /** Those that a request starts; the one that answers stands first. */
  readonly flows: readonly ListenerFlow[]
  readonly answers: 'at_once' | 'flow' | 'no_flow'
  /** Of the answer at once. */
  readonly status: number
  readonly timeoutMs: number
  readonly onTimeout: number
  readonly secretsAt: PlacesOfSecrets
}

export interface Split {
  readonly eventType: readonly ValuePath[]
  readonly dedup: DedupRule | null
}

/** A listener in the route table: compiled when its first request comes, because an application may have thousands. */
export interface ListenerRoute {
  readonly suffix: string
  readonly methods: readonly string[]
  listener(): CompiledListener
}

export interface ListenerDeps {
  readonly vault: Vault
  readonly log: Log
  /** For listeners that do not say. */
  readonly bodyBytesMax: number
  readonly systemOf: (name: string) => System
  readonly keys: RemoteKeys
  readonly uploadBytesMax: number
}

/** The routes of an application's enabled listeners, made once for each version of its configuration. */
export function createListenerRoutes(deps: ListenerDeps): (snapshot: ApplicationSnapshot) => Routes<ListenerRoute> {
  const readOnce = perVersion(readPublished)
  return derive((snapshot) => {
    let flows: ReturnType<typeof flowsByListener> | undefined
    const routes = snapshot.listeners
      .filter((row) => row.enabled === 1)
      .map((row): ListenerRoute => {
        let compiled: CompiledListener | undefined
        let isReported = false
        return {
          suffix: row.suffix,
          methods: JSON.parse(row.methods) as string[],
          listener() {
            if (compiled !== undefined) return compiled
            const made = compileListener(row, { ...deps, snapshot, flows: (flows ??= flowsByListener(snapshot.flows, readOnce)) })
            if (made.unusable === undefined) return (compiled = made)
            // What cannot be opened is tried again with each request, so that it is reported for as long as somebody is turned away.
            if (!isReported) deps.log.error('ingest.listener.unusable', { listener: row.id, detail: made.unusable })
            isReported = true
            return made
          },
        }
      })
    return compileRoutes(routes)
  })
}

/** What a listener is compiled with. */
export interface CompileContext extends ListenerDeps {
  readonly snapshot: ApplicationSnapshot
  readonly flows: ReturnType<typeof flowsByListener>
}

export function compileListener(row: StoredListener, context: CompileContext): CompiledListener {
  const settings = readSettings(row)
  const system = context.systemOf(row.system)
  const flows = [row.id, row.uid ?? row.id].flatMap((key, i, keys) => (i > 0 && key === keys[0] ? [] : (context.flows.get(key) ?? [])))
  flows.sort((a, b) => Number(b.answers) - Number(a.answers))
  const { reply } = settings
  const opened = openAuth(row, { ...context, system })
  let questionsId: string | undefined
  const dedup = dedupRule(settings, system)
  const eventType = (settings.eventType === null ? system.eventType : [settings.eventType]).map(readValuePath)
  const split = splitOf(settings, system)
  const items = split && { at: readItemsPath(split.items), paths: [...split.eventType, ...(split.dedup?.paths ?? [])].filter(isOfItem) }
  return {
    id: row.id,
    system,
    settings,
    auth: opened.scheme,
    handshakes: opened.handshakes,
    authId: opened.id,
    unusable: opened.unusable,
    authKind: opened.kind,
    proof: opened.proof,
    asksFor: opened.asksFor,
    addressAllowed: settings.allowedIps.length === 0 ? null : compileAddresses(rangesAllowed(settings.allowedIps, context.systemOf)),
    bodyBytesMax: settings.bodyBytesMax ?? context.bodyBytesMax,
    uploadBytesMax: settings.uploadBytesMax ?? context.uploadBytesMax,
    signatureCovers: settings.signatureCovers ?? system.signatureCovers,
    dedup,
    eventType,
    questions: {
      // Made when a large body comes, which for most listeners is never.
      get id() {
        return (questionsId ??= digest(JSON.stringify([row.id, row.system, row.config])).toString('base64'))
      },
      paths: [...eventType, ...(dedup?.paths ?? [])].filter((path) => path.in === 'body'),
      items,
      example: settings.expected.strict ? (settings.expected.body ?? null) : null,
    },
    flows,
    split,
    answers:
      reply.mode === 'at_once' || split !== null ? 'at_once' : flows[0]?.answers ? 'flow' : reply.mode === 'flow' ? 'no_flow' : 'at_once',
    status: reply.status ?? system.acknowledgement?.status ?? 202,
    // The answer must leave before the sender gives up.
    timeoutMs: Math.min(reply.timeoutMs ?? limits.replyTimeoutMs, limits.replyTimeoutMsMax, waitMsMax(system)),
    onTimeout: reply.onTimeout ?? 202,
    secretsAt: opened.scheme.secretsAt,
  }
}

/** The row as the listener it was written as, by whatever rules. Columns go before the JSON beside them; defaults of newer fields are filled in. */
function readSettings(row: StoredListener): Listener {
  return keptListener.parse({
    ...(parseExactJson(row.config) as object),
    name: row.name,
    system: row.system,
    suffix: row.suffix,
    methods: JSON.parse(row.methods) as string[],
    auth: { kind: 'none' },
  })
}

const isOfItem = (path: ValuePath): path is ItemPath => path.in === 'item'

/** How its requests are split, and what is asked of their bodies for it; undefined: they are not. */
export function readSplitting(row: StoredListener, systemOf: ListenerDeps['systemOf']) {
  const settings = readSettings(row)
  const split = splitOf(settings, systemOf(row.system))
  if (split === null) return undefined
  const items = { at: readItemsPath(split.items), paths: split.eventType.filter(isOfItem) }
  const paths = split.eventType.filter((path) => path.in === 'body')
  const id = `${digest(JSON.stringify([row.id, row.system, row.config])).toString('base64')} again`
  return { settings, split, questions: { id, items, paths, example: null } }
}

/** What of it the listener does not say its system does. Without a place there is nothing to split; none such can be saved. */
function splitOf(settings: Listener, system: System): (Split & { readonly items: string }) | null {
  const items = settings.split?.items ?? system.batch?.items
  if (settings.split === null || items === undefined) return null
  const { batch } = system
  const eventType = settings.eventType === null ? [...(batch?.eventType ?? []), ...system.eventType] : [settings.eventType]
  const dedupKey = [...(batch?.dedupKey ?? []), ...system.dedupKey]
  return { items, eventType: eventType.map(readValuePath), dedup: dedupRule(settings, { dedupKey }) }
}

function dedupRule(settings: Listener, { dedupKey }: Pick<System, 'dedupKey'>): DedupRule | null {
  if (settings.dedup === null) return null
  const paths = settings.dedup?.key === undefined ? dedupKey : [settings.dedup.key]
  if (paths.length === 0) return null
  return { paths: paths.map(readValuePath), keepMs: (settings.dedup?.windowHours ?? limits.dedupHours) * 3_600_000 }
}
