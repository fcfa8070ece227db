import { openListenerAuth, type OpenListenerAuth } from '../../packages/server/src/domain/index.ts'
import { compileAuth, readHeaders, systemOf, type CompiledScheme, type VerifyRequest } from '../../packages/server/src/ingest/index.ts'

/** The time at which these requests are verified. */
export const NOW = 1_795_000_000
export const BODY = Buffer.from('{"zen":"Speak like a human.","n":1.0,"text":"h\u00e9llo"}')

/** What needs nothing but the request. */
type LocalScheme = Exclude<CompiledScheme, { reads: 'body_and_keys' }>

/** What verifies the requests of a listener with this authentication. */
export function compileScheme(auth: Readonly<Record<string, unknown>>, system = 'custom'): LocalScheme {
  const made = compileAuth(openListenerAuth.parse(auth) as OpenListenerAuth, systemOf(system))
  if (!made.ok) throw new Error(made.faults.map((fault) => fault.message).join())
  if (made.scheme.reads === 'body_and_keys') throw new Error('This scheme may have to fetch keys first.')
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
  const result = scheme.verify(request)
  return result.ok ? 'ok' : result.code
}
