import { endpointOperations } from '@posthorn/contract'
import { AppError, firstIdAt, type DeliveryId } from '#domain'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

const CHUNK = 500
/** As many as one call queues; Svix's bound too. */
const RECOVERED_MAX = 10_000

/**
 * Trying again what failed since a time. Nothing remembers how far it came, and nothing needs to: what is queued is not failed any
 * more, so a call that broke off is simply made again and goes on where it stopped.
 */
export function endpointRecoverRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  return [
    route(endpointOperations.recover, async (call) => {
      const endpoint = existingEndpoint(call.application, call.params)
      if (endpoint.state === 'disabled') throw new AppError('endpoint_disabled')
      const now = deps.clock.now()
      const since = Date.parse(call.body.since)
      const until = call.body.until == null ? now : Date.parse(call.body.until)
      if (since >= until) {
        const message = 'It is not before the end of the time to recover.'
        throw new AppError('validation_error', { fields: [{ pointer: '/since', code: 'empty_range', message }] })
      }
      let after: string = firstIdAt('dlv', since)
      let recovered = 0
      let more = true
      while (more && recovered < RECOVERED_MAX) {
        const rows = await db
          .selectFrom('delivery')
          .innerJoin('message', 'message.id', 'delivery.message_id')
          .select('delivery.id')
          .where('delivery.endpoint_id', '=', endpoint.id)
          .where('delivery.id', '>=', after)
          .where('delivery.id', '<', firstIdAt('dlv', until))
          .where('delivery.status', '=', 'failed')
          .where('message.payload', 'is not', null)
          .orderBy('delivery.id')
          .limit(CHUNK)
          .execute()
        recovered += (await deps.store.resend(rows.map(({ id }) => id as DeliveryId))).length
        more = rows.length === CHUNK
        after = `${rows.at(-1)?.id ?? after}0` // the smallest id behind it
      }
      const id = deps.ids.make('evt')
      await changeOrganisation(deps, call, async () => ({
        statements: [],
        application: call.application.id,
        action: 'endpoint.recovered',
        target: endpoint.id,
        after: { id, since: new Date(since).toISOString(), until: new Date(until).toISOString(), deliveries: recovered },
        result: undefined,
      }))
      const updatedAt = new Date(now).toISOString()
      return { status: 202, body: { id, status: 'running', task: 'endpoint.recover', updatedAt, deliveries: recovered, more } }
    }),
  ]
}
