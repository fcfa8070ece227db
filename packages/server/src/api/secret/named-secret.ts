import { AppError, belonging } from '#domain'
import type { ApplicationSnapshot, StoredSecret, Statement } from '#store'
import type { ApiDeps } from '../deps.ts'

/** Below this length a secret may be guessed, and the last four characters would be too much of the whole. */
const SHORT_BELOW = 12

export function secretRow(
  deps: Pick<ApiDeps, 'vault' | 'clock'>,
  application: string,
  { name, text, createdAt }: { name: string; text: string; createdAt?: number },
): StoredSecret {
  const now = deps.clock.now()
  return {
    application_id: application,
    name,
    sealed: deps.vault.seal(text, belonging.secret(application, name)),
    last4: text.length < SHORT_BELOW ? '' : text.slice(-4),
    created_at: createdAt ?? now,
    updated_at: now,
  }
}

/** What its owner should know of a secret that lets callers in; without opening it. */
export function guessableWarning({ name, last4 }: Pick<StoredSecret, 'name' | 'last4'>): string | undefined {
  if (last4 !== '') return undefined
  return `The secret "${name}" has fewer than ${SHORT_BELOW} characters and can be guessed. Use 16 random ones or more.`
}

/** The text of an application's secret; undefined if there is none of that name. */
function openSecret({ vault }: Pick<ApiDeps, 'vault'>, application: ApplicationSnapshot, name: string): string | undefined {
  const row = rowOf(application, name)
  if (row === undefined) return undefined
  const opened = vault.openText(row.sealed, belonging.secret(application.id, name))
  if (opened.ok) return opened.plain
  const detail = `The secret ${name} cannot be opened with this server's master key. Set it anew, or have the operator start Posthorn with the right key.`
  throw new AppError('secret_unreadable', { detail })
}

function rowOf({ secrets }: ApplicationSnapshot, name: string): StoredSecret | undefined {
  return secrets.find((secret) => secret.name === name)
}

/** `{{ secrets.x }}`, alone in its text: how a listener and a definition name a secret. */
export function referenceTo(name: string): string {
  return `{{ secrets.${name} }}`
}

export function referenced(text: string): string | undefined {
  return /^\{\{\s*secrets\.([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}$/.exec(text)?.[1]
}

/**
 * Moves literals out of what is saved: each becomes a named secret of the application, written by the same commit
 * (decisions/no-secrets-in-definitions). A literal that is saved again under the same name is found there, so that applying a file twice
 * makes nothing new.
 */
export interface MovedSecrets {
  /** The name under which the literal is kept, made of what it is for. */
  keep(purpose: string, text: string): string
  /** The text of a secret, moved or there before; undefined if there is none of that name. */
  text(name: string): string | undefined
  /** The rows that are new. */
  rows(): readonly StoredSecret[]
  statements(): readonly Statement[]
}

const NAME_LENGTH_MAX = 60

export function createMovedSecrets(deps: Pick<ApiDeps, 'vault' | 'clock' | 'store'>, application: ApplicationSnapshot): MovedSecrets {
  const moved = new Map<string, { text: string; row: StoredSecret }>()
  const text = (name: string) => moved.get(name)?.text ?? openSecret(deps, application, name)
  /** Also where it cannot be opened. */
  const isTaken = (name: string) => moved.has(name) || rowOf(application, name) !== undefined
  const textIfOpen = (name: string) => {
    const row = rowOf(application, name)
    return row && deps.vault.textIfOpen(row.sealed, belonging.secret(application.id, name))
  }
  const isSame = (name: string, literal: string) => (moved.get(name)?.text ?? textIfOpen(name)) === literal
  return {
    text,
    keep(purpose, literal) {
      const base = nameOf(purpose)
      for (let n = 1; ; n++) {
        const name = n === 1 ? base : `${base}_${n}`
        if (isSame(name, literal)) return name
        if (isTaken(name)) continue
        moved.set(name, { text: literal, row: secretRow(deps, application.id, { name, text: literal }) })
        return name
      }
    },
    rows: () => [...moved.values()].map(({ row }) => row),
    statements: () => [...moved.values()].map(({ row }) => deps.store.statements.secrets.insert(row)),
  }
}

function nameOf(purpose: string): string {
  const name = purpose
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, NAME_LENGTH_MAX)
  return /^[a-z_]/.test(name) ? name : `_${name}`
}
