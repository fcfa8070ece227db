import { belonging, keptListenerAuth, type OpenListenerAuth } from '#domain'
import type { Vault } from '#platform'
import type { ApplicationSnapshot, RequestProof, StoredListener } from '#store'
import { compileAuth, lockedRows, schemeKind, secretsOf } from '../schemes/compile-auth.ts'
import type { CompiledScheme } from '../schemes/scheme.ts'
import type { RemoteKeys } from '../schemes/tokens/remote-keys.ts'
import { digest } from '../schemes/timing-safe.ts'
import { unusableScheme } from '../schemes/unusable.ts'
import { compileHandshakes, type CompiledHandshakes } from '../systems/handshakes.ts'
import type { System } from '../systems/system.ts'

export interface OpenedAuth {
  readonly scheme: CompiledScheme
  readonly handshakes: CompiledHandshakes
  /** The same for the same authentication, whatever else of the configuration changes. */
  readonly id: string
  /** Why it lets nobody in; undefined if it can be used. */
  readonly unusable: string | undefined
  /** What requests are verified by. */
  readonly kind: string
  /** What is kept with a request that one of the secrets verified, or none of them, as JSON: made once, for each request has one. Null where anybody is taken. */
  proof(secret: number | null): string | null
  /** Where a request shows what it is verified by. */
  readonly asksFor: { readonly headers: readonly string[]; readonly query: readonly string[] }
}

interface Context {
  readonly vault: Vault
  readonly snapshot: ApplicationSnapshot
  readonly system: System
  readonly keys: RemoteKeys
}

/** What cannot be opened or read refuses everybody: the sender tries again while the owner mends it. */
export function openAuth(row: StoredListener, { system, keys, ...context }: Context): OpenedAuth {
  const opened = openSecrets(row, context)
  if (!opened.ok) return unusable(opened.detail)
  const { auth, kept } = opened
  const made = compileAuth(auth, system, { kept: true, keys })
  if (!made.ok) return unusable(made.faults.map((fault) => fault.message).join(' '))
  const id = digest(JSON.stringify([row.id, row.system, auth])).toString('base64')
  const verifyToken = auth.kind === 'preset' ? auth.verifyToken : undefined
  const handshakes = compileHandshakes(system.handshakes, { key: secretsOf(auth)[0]?.text, verifyToken })
  const kind = schemeKind(auth, system)
  const proof = proofs(keptListenerAuth.parse(kept), { kind, snapshot: context.snapshot })
  const rows = lockedRows(auth, system)
  const asksFor = { headers: rows.headers.map(({ name }) => name.toLowerCase()), query: rows.query.map(({ name }) => name) }
  return { scheme: made.scheme, handshakes, id, unusable: undefined, kind, proof, asksFor }
}

type Secrets =
  /** `kept`: with its secrets by name. */
  { readonly ok: true; readonly auth: OpenListenerAuth; readonly kept: unknown } | { readonly ok: false; readonly detail: string }

/** The authentication with its secrets as they are. */
export function openSecrets(row: StoredListener, { vault, snapshot }: Pick<Context, 'vault' | 'snapshot'>): Secrets {
  const opened = vault.openText(row.auth, belonging.listenerAuth(row.id))
  if (!opened.ok) return { ok: false, detail: 'The authentication of this listener cannot be decrypted.' }
  const missing = new Set<string>()
  const kept = JSON.parse(opened.plain) as unknown
  const read = keptListenerAuth.safeParse(withSecrets(kept, { vault, snapshot, missing }))
  // Nobody is let in with an empty secret.
  if (!read.success || missing.size > 0) return { ok: false, detail: 'The authentication of this listener cannot be read.' }
  return { ok: true, auth: read.data, kept }
}

/** `kept`: the authentication with its secrets by name. */
function proofs(
  kept: OpenListenerAuth,
  { kind, snapshot }: { readonly kind: string; readonly snapshot: ApplicationSnapshot },
): OpenedAuth['proof'] {
  if (kind === 'none') return () => null
  const textOf = (proof: Omit<RequestProof, 'kind'>) => JSON.stringify({ kind, ...proof } satisfies RequestProof)
  const byNone = textOf({ secretLast4: null })
  const bySecret = secretsOf(kept).map(({ text }) => {
    const name = SECRET.exec(text)?.[1]
    const found = snapshot.secrets.find((secret) => secret.name === name)
    return found === undefined ? byNone : textOf({ secretLast4: found.last4, secret: found.name })
  })
  return (secret) => (secret === null ? byNone : (bySecret[secret] ?? byNone))
}

function unusable(detail: string): OpenedAuth {
  const handshakes = compileHandshakes([], { key: undefined, verifyToken: undefined })
  return {
    scheme: unusableScheme(detail),
    handshakes,
    id: '',
    unusable: detail,
    kind: 'none',
    proof: () => null,
    asksFor: { headers: [], query: [] },
  }
}

/** `{{ secrets.x }}`, alone in its text, is the application's secret of that name. */
const SECRET = /^\{\{\s*secrets\.([A-Za-z0-9_-]+)\s*\}\}$/

interface Opening extends Pick<Context, 'vault' | 'snapshot'> {
  /** Names of secrets that are not there or cannot be opened. */
  readonly missing: Set<string>
}

function withSecrets(value: unknown, context: Opening): unknown {
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, context))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withSecrets(item, context)]))
  }
  const name = typeof value === 'string' ? SECRET.exec(value)?.[1] : undefined
  if (name === undefined) return value
  const { vault, snapshot, missing } = context
  const row = snapshot.secrets.find((secret) => secret.name === name)
  const opened = row && vault.openText(row.sealed, belonging.secret(snapshot.id, name))
  if (opened?.ok && opened.plain !== '') return opened.plain
  missing.add(name)
  return ''
}
