import type { FieldFault, ListenerAuth, OpenListenerAuth } from '#domain'
import { listenerFaults } from '../systems/asked-for.ts'
import type { System } from '../systems/system.ts'
import { mapSecrets } from './map-secrets.ts'
import { schemeOf, type SchemeData } from './registry.ts'
import type { CompileContext, SchemeCompilation, WrittenSecret } from './scheme.ts'
import type { Settings } from './settings.ts'

/** An authentication, its secrets as they are or as they were written. */
type Auth = ListenerAuth | OpenListenerAuth

/** Makes ready what requests of the listener are verified with. Faults name the field, so that a bad secret is refused when it is saved. */
export function compileAuth(auth: OpenListenerAuth, system: System, context: Omit<CompileContext, 'settings'> = {}): SchemeCompilation {
  const data = schemeData(auth, system)
  if (auth.kind === 'preset') {
    const faults = data.kind === 'none' ? [noPreset(system)] : listenerFaults(auth, system)
    if (faults.length > 0) return { ok: false, faults }
  }
  return schemeOf(data).compile(data, secretsOf(auth), { ...context, settings: settingsOf(auth) })
}

/** Secrets with which nobody could ever get in, each with the reason: to be reported when a listener or a secret is saved. */
export function unmatchableSecrets(auth: OpenListenerAuth, system: System): FieldFault[] {
  const data = schemeData(auth, system)
  const scheme = schemeOf(data)
  return secretsOf(auth).flatMap(({ text, pointer }) => {
    const message = scheme.unmatchable(text, data)
    return message === undefined ? [] : [{ pointer, message, code: 'unmatchable' }]
  })
}

/** A secret as it is kept. */
export function keptSecret(auth: Auth, system: System, secret: string): string {
  const data = schemeData(auth, system)
  return schemeOf(data).keptSecret(secret, data)
}

/** A row of the expected headers that nobody wrote: it follows from the authentication, and is shown locked. */
export interface LockedRow {
  readonly name: string
  readonly required: true
  readonly locked: true
}

/** The headers (or, for a key in the query, the parameters) that the authentication asks for. */
export function lockedRows(auth: Auth, system: System): { readonly headers: LockedRow[]; readonly query: LockedRow[] } {
  const data = schemeData(auth, system)
  const { headers = [], query = [] } = schemeOf(data).asksFor(data)
  const row = (name: string): LockedRow => ({ name, required: true, locked: true })
  return { headers: headers.map(row), query: query.map(row) }
}

/** By what requests are verified: the kind that was chosen, or that of its system. */
export function schemeKind(auth: Auth, system: System): string {
  return schemeData(auth, system).kind
}

/** The headers that a listener with the preset of the system asks for. */
export function headersAskedFor({ scheme }: System): readonly string[] {
  return schemeOf(scheme).asksFor(scheme).headers ?? []
}

/** The secrets of an authentication that verify requests, the first of them the newest. */
export function secretsOf(auth: OpenListenerAuth): readonly WrittenSecret[] {
  const secrets: WrittenSecret[] = []
  mapSecrets(auth, (text, { pointer, word }) => void (word !== 'verify_token' && secrets.push({ text, pointer })))
  return secrets
}

/** What a listener says itself, or what its system is known to do. */
export function schemeData(auth: Auth, system: System): SchemeData {
  return auth.kind === 'preset' ? system.scheme : auth
}

/** What is no secret, and belongs to the authentication. */
export function settingsOf(auth: OpenListenerAuth): Settings {
  return auth.kind === 'preset' ? auth.settings : {}
}

function noPreset({ title }: System): FieldFault {
  const message = `The system ${title} has no scheme of its own: choose api_key, bearer, basic, hmac or none.`
  return { pointer: '/auth/kind', message, code: 'invalid' }
}
