import { openListenerAuth, type OpenListenerAuth } from '../../packages/server/src/domain/index.ts'
import { compileAuth, readHeaders, systemOf, type CompiledScheme, type VerifyRequest } from '../../packages/server/src/ingest/index.ts'

/** The time at which these requests are verified. */
export const NOW = 1_795_000_000
export const BODY = Buffer.from('{"zen":"Speak like a human.","n":1.0,"text":"h\u00e9llo"}')

type RemoteScheme = Extract<CompiledScheme, { reads: 'body_and_keys' }>
/** What answers at once. */
type LocalScheme = Exclude<CompiledScheme, RemoteScheme>

/** What verifies the requests of a listener with this authentication, by secrets that both sides know. */
export function compileScheme(auth: Readonly<Record<string, unknown>>, system = 'custom'): LocalScheme {
  const scheme = compileAny(auth, system)
  if (scheme.reads === 'body_and_keys') throw new Error('This scheme answers later.')
  return scheme
}

/** The same of a listener that has its sender's public keys. */
export function compileKeyedScheme(auth: Readonly<Record<string, unknown>>, system = 'custom'): RemoteScheme {
  const scheme = compileAny(auth, system)
  if (scheme.reads !== 'body_and_keys') throw new Error('This scheme answers at once.')
  return scheme
}

function compileAny(auth: Readonly<Record<string, unknown>>, system: string): CompiledScheme {
  const made = compileAuth(openListenerAuth.parse(auth) as OpenListenerAuth, systemOf(system))
  if (!made.ok) throw new Error(made.faults.map((fault) => fault.message).join())
  return made.scheme
}

export function requestWith(
  headers: Readonly<Record<string, string | readonly string[]>>,
  change: Partial<VerifyRequest> = {},
): VerifyRequest {
  const raw = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]))
  return {
    method: 'POST',
    url: 'https://hooks.example/in/default/orders?x=1',
    path: '/in/default/orders',
    query: 'x=1',
    headers: readHeaders(raw),
    body: BODY,
    nowSeconds: NOW,
    ...change,
  }
}

/** `ok`, or the code of the refusal. */
export function outcomeOf(scheme: LocalScheme, request: VerifyRequest): string {
  return codeOf(scheme.verify(request))
}

/** The same, once it is known. */
export async function keyedOutcomeOf(scheme: RemoteScheme, request: VerifyRequest): Promise<string> {
  return codeOf(await scheme.verify(request))
}

function codeOf(result: ReturnType<LocalScheme['verify']>): string {
  return result.ok ? 'ok' : result.code
}
