import { belonging, keptListenerAuth } from '#domain'
import type { Vault } from '#platform'
import type { ApplicationSnapshot, StoredListener } from '#store'
import { compileAuth, secretsOf } from '../schemes/compile-auth.ts'
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
}

interface Context {
  readonly vault: Vault
  readonly snapshot: ApplicationSnapshot
  readonly system: System
  readonly keys: RemoteKeys
}

/** What cannot be opened or read refuses everybody: the sender tries again while the owner mends it. */
export function openAuth(row: StoredListener, { vault, snapshot, system, keys }: Context): OpenedAuth {
  const opened = vault.openText(row.auth, belonging.listenerAuth(row.id))
  if (!opened.ok) return unusable('The authentication of this listener cannot be decrypted.')
  const missing = new Set<string>()
  const read = keptListenerAuth.safeParse(withSecrets(JSON.parse(opened.plain), { vault, snapshot, missing }))
  // Nobody is let in with an empty secret.
  if (!read.success || missing.size > 0) return unusable('The authentication of this listener cannot be read.')
  const made = compileAuth(read.data, system, { kept: true, keys })
  if (!made.ok) return unusable(made.faults.map((fault) => fault.message).join(' '))
  const id = digest(JSON.stringify([row.id, row.system, read.data])).toString('base64')
  const verifyToken = read.data.kind === 'preset' ? read.data.verifyToken : undefined
  const handshakes = compileHandshakes(system.handshakes, { key: secretsOf(read.data)[0]?.text, verifyToken })
  return { scheme: made.scheme, handshakes, id, unusable: undefined }
}

function unusable(detail: string): OpenedAuth {
  const handshakes = compileHandshakes([], { key: undefined, verifyToken: undefined })
  return { scheme: unusableScheme(detail), handshakes, id: '', unusable: detail }
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
