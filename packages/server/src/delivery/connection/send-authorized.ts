import type { Egress, EgressOutcome } from '#platform'
import type { TokenRequest, Tokens } from './tokens.ts'

type Request = Parameters<Egress['send']>[0]

/**
 * Sends with an access token, if one is asked for. A receiver that answers 401 gets a fresh one, once: the one that was kept may have been
 * revoked. What is recorded is the last answer, as of one attempt.
 */
export async function sendAuthorized(
  { egress, tokens }: { readonly egress: Pick<Egress, 'send'>; readonly tokens: Pick<Tokens, 'get' | 'drop'> },
  wanted: TokenRequest | null,
  request: Request,
): Promise<EgressOutcome> {
  if (wanted === null) return egress.send(request)
  const first = await tokens.get(wanted)
  if (!first.ok) return first.outcome
  const outcome = await egress.send(withToken(request, first.token))
  if (outcome.kind !== 'response' || outcome.status !== 401) return outcome
  tokens.drop(wanted, first.token)
  const second = await tokens.get(wanted)
  if (!second.ok) return second.outcome
  return second.token === first.token ? outcome : egress.send(withToken(request, second.token))
}

function withToken(request: Request, token: string): Request {
  const others = request.headers.filter(([name]) => name.toLowerCase() !== 'authorization')
  return { ...request, headers: [...others, ['authorization', `Bearer ${token}`]] }
}
