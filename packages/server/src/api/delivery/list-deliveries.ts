import type { deliveryOperations, DeliverySearch } from '@posthorn/contract'
import type { ApplicationSnapshot, DeliveryHead } from '#store'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { isInPortal } from '../portal/of-portal.ts'
import type { Answer, Call } from '../route.ts'
import { deliveryFilter } from './delivery-filter.ts'
import { deliveryJson } from './delivery-json.ts'
import { searchDeliveries } from './search-deliveries.ts'

export function listDeliveries(deps: ApiDeps, { application, query, actor }: Call<typeof deliveryOperations.list>): Promise<Answer> {
  return search(deps, application, { ...query, toEndpoints: isInPortal(actor) })
}

/** Of all applications. */
export function listEverywhere(deps: ApiDeps, { query }: Call<typeof deliveryOperations.listEverywhere>): Promise<Answer> {
  return search(deps, null, { ...query, toEndpoints: false })
}

type Search = DeliverySearch & { readonly toEndpoints: boolean }

async function search(deps: ApiDeps, application: ApplicationSnapshot | null, query: Search): Promise<Answer> {
  const page = readPage(query, 'dlv', 'descending')
  const { status, endpoint_id, message_id, run_id, event_types, status_code_class, failure, min_duration_ms, before, after, text } = query
  const asked = { statuses: status, endpoint: endpoint_id, messageId: message_id, runId: run_id, eventTypes: event_types }
  const filter = await deliveryFilter(deps.store, application, {
    ...asked,
    ...{ statusCodeClass: status_code_class, failure, minDurationMs: min_duration_ms, before, after, text, toEndpoints: query.toEndpoints },
  })
  const found =
    filter === null
      ? { rows: [], stoppedAt: null }
      : await searchDeliveries(deps.store, { application: application?.id ?? null, filter, page, shownAt: deps.clock.now() })
  const item = (row: DeliveryHead) => deliveryJson(row, deps.vault)
  return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
}
