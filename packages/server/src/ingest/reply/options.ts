import { preflight } from '../gate/origins.ts'
import type { ListenerRoute } from '../listener/listeners.ts'
import type { RouteMatch } from '../listener/routes.ts'
import type { Inbound } from '../request/inbound.ts'
import { turnAway, type RefuseDeps } from './refuse.ts'
import type { Answer } from './reply.ts'

export function answerOptions(deps: RefuseDeps, inbound: Inbound, matches: readonly RouteMatch<ListenerRoute>[]): Answer {
  const targets = matches.map(({ target }) => ({ methods: target.methods, allowedOrigins: target.listener().settings.allowedOrigins }))
  const asked = preflight(inbound.headers, targets)
  if (asked.kind === 'refused') return turnAway(deps, inbound, 'origin_not_allowed')
  return { status: 204, headers: { Allow: allowedMethods(matches), ...(asked.kind === 'allowed' && asked.headers) }, body: null }
}

export function allowedMethods(matches: readonly RouteMatch<ListenerRoute>[]): string {
  return [...new Set(matches.flatMap(({ target }) => target.methods))].join(', ')
}
