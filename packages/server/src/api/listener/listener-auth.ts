import type { ListenerAuth, OpenListenerAuth, ShownListenerAuth } from '@posthorn/contract'
import { AppError, belonging, keptListenerAuth, type FieldFault } from '#domain'
import { compileAuth, keptSecret, mapSecrets, systemOf, unmatchableSecrets } from '#ingest'
import type { ApplicationSnapshot, StoredListener } from '#store'
import type { ApiDeps } from '../deps.ts'
import { createMovedSecrets, referenced, referenceTo, type MovedSecrets } from '../secret/named-secret.ts'
import { unknownSystem } from './unknown-system.ts'

export interface KeptAuth {
  readonly sealed: string
  readonly secrets: MovedSecrets
}

/**
 * Makes an authentication ready to be kept: literals move to named secrets, references must lead somewhere, and the whole must
 * compile, so that a bad secret is refused when it is saved and not when the first request comes.
 */
export function keepAuth(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { id, purpose, system, auth }: { id: string; purpose: string; system: string; auth: ListenerAuth },
): KeptAuth {
  const secrets = createMovedSecrets(deps, application)
  const faults: FieldFault[] = []
  const keep = (secret: string, word: string) =>
    secrets.keep(`${purpose}_${word}`, word === 'verify_token' ? secret : keptSecret(auth, systemOf(system), secret))
  const references = mapSecrets(auth, (secret: string | { name: string }, { pointer, word }) => {
    const name = typeof secret === 'string' ? (referenced(secret) ?? keep(secret, word)) : secret.name
    if (secrets.text(name) === undefined) {
      faults.push({ pointer, code: 'unknown_secret', message: `There is no secret "${name}" in this application.` })
    }
    return referenceTo(name)
  })
  const open = mapSecrets(references, (reference) => secrets.text(referenced(reference) ?? '') ?? '') as OpenListenerAuth
  if (auth.kind === 'mtls' && deps.settings.clientCertificates !== true) faults.push(NOBODY_ASKED)
  if (faults.length === 0) faults.push(...faultsOf(open, system))
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
  return { sealed: deps.vault.seal(JSON.stringify(references), belonging.listenerAuth(id)), secrets }
}

const NOBODY_ASKED: FieldFault = {
  pointer: '/auth/kind',
  code: 'unusable',
  message:
    'This server asks callers for no certificate, so nobody could pass. Its operator sets POSTHORN_TLS_CERT, POSTHORN_TLS_KEY and POSTHORN_TLS_CLIENT_CA.',
}

/** Secrets that cannot be read, and those that no request could show. */
function faultsOf(auth: OpenListenerAuth, system: string): readonly FieldFault[] {
  // A preset is what its system does, so a system that is misspelt is the fault, and not the kind.
  const unknown = auth.kind === 'preset' ? unknownSystem(system) : undefined
  if (unknown !== undefined) return [unknown]
  const compiled = compileAuth(auth, systemOf(system))
  return [...(compiled.ok ? [] : compiled.faults), ...unmatchableSecrets(auth, systemOf(system))]
}

/** Why the secret `name` could not be what a listener that reads it needs if it became `text`; undefined if it could, or is not read. */
export function faultOfSecret(
  deps: Pick<ApiDeps, 'vault'>,
  row: Readonly<StoredListener>,
  { name, text }: { readonly name: string; readonly text: string },
): string | undefined {
  const pointers = new Set<string>()
  const kept = deps.vault.textIfOpen(row.auth, belonging.listenerAuth(row.id))
  if (kept === undefined) return undefined // as unreadable as before
  const open = mapSecrets(readAuth(kept), (reference: string, { pointer }) => {
    if (referenced(reference) !== name) return ''
    pointers.add(pointer)
    return text
  })
  if (pointers.size === 0) return undefined
  return faultsOf(open as OpenListenerAuth, row.system).find(({ pointer }) => pointers.has(pointer))?.message
}

/** The authentication as it is kept, secrets by reference. */
export function keptAuth({ vault }: Pick<ApiDeps, 'vault'>, row: Readonly<StoredListener>): OpenListenerAuth {
  const opened = vault.openText(row.auth, belonging.listenerAuth(row.id))
  if (!opened.ok)
    throw new AppError('secret_unreadable', {
      detail: `The authentication of the listener ${row.id} cannot be opened with this server's master key. Replace the listener (PUT), or have the operator start Posthorn with the right key.`,
    })
  return readAuth(opened.plain)
}

/** As this version or an older one kept it: what newer versions ask for has its default. */
function readAuth(kept: string): OpenListenerAuth {
  return keptListenerAuth.parse(JSON.parse(kept))
}

/** Names of the secrets that a listener reads. */
export function secretsOfAuth(deps: Pick<ApiDeps, 'vault'>, row: Readonly<StoredListener>): string[] {
  const names: string[] = []
  mapSecrets(keptAuth(deps, row), (reference: string) => void names.push(referenced(reference) ?? ''))
  return names
}

/** The authentication as it is shown, and may be written back to keep what is there. */
export function showAuth(
  deps: Pick<ApiDeps, 'vault'>,
  secrets: ApplicationSnapshot['secrets'],
  row: Readonly<StoredListener>,
): ShownListenerAuth {
  const shown = mapSecrets(keptAuth(deps, row), (reference: string) => {
    const name = referenced(reference) ?? ''
    const secret = secrets.find((one) => one.name === name)
    return { name, last4: secret?.last4 ?? '', createdAt: new Date(secret?.created_at ?? row.created_at).toISOString() }
  })
  return shown as ShownListenerAuth
}
