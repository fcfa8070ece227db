import { replayOperations, type ReplayIn } from '@posthorn/contract'
import type { ReplaySet } from '#delivery'
import { AppError } from '#domain'
import type { ApplicationSnapshot, ReplayTable } from '#store'
import { changeOrganisation } from '../change.ts'
import { deliveryFilter } from '../delivery/delivery-filter.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage, rowsOfPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { beginReplay, previewReplay } from './begin-replay.ts'
import { replayJson, sampleJson } from './replay-json.ts'

/** Sending a set of deliveries again in the background, and messages that an endpoint never got. */
export function replayRoutes(deps: ApiDeps): Route[] {
  const { queries, statements } = deps.store
  const operations = replayOperations

  const find = async (call: {
    readonly params: Readonly<Record<string, string>>
    readonly application: ApplicationSnapshot
  }): Promise<ReplayTable> => {
    const row = await queries.replays.find(call.application.id, call.params['replay_id'] ?? '')
    if (!row) throw new AppError('not_found')
    return row
  }

  return [
    route(operations.create, async (call) => {
      const set = await setOf(deps, call.application, call.body)
      if (call.body.dryRun) {
        const { sample, ...counted } = await previewReplay(deps, call.application, set)
        return { status: 200, body: { ...counted, sample: sample.map(sampleJson) } }
      }
      return { status: 202, body: replayJson(await beginReplay(deps, call, { set, rate: call.body.ratePerSecond })) }
    }),
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'rpl', 'descending')
      const rows = await queries.replays.list(application.id, rowsOfPage(page))
      return { status: 200, body: pageAnswer(page, rows, { key: (row) => row.id, item: replayJson }) }
    }),
    route(operations.get, async (call) => ({ status: 200, body: replayJson(await find(call)) })),
    route(operations.cancel, async (call) => {
      await changeOrganisation(deps, call, async () => {
        const { id, status, rev } = await find(call)
        if (status !== 'running') throw new AppError('conflict', { detail: `The replay is ${status} already.` })
        return {
          statements: [statements.replays.cancel({ id, rev }, deps.clock.now())],
          ...{ application: call.application.id, action: 'replay.cancelled', target: id },
          ...{ before: { status }, after: { status: 'cancelled' }, result: undefined },
        }
      })
      return { status: 200, body: replayJson(await find(call)) }
    }),
  ]
}

/** The set as it is now: what is made later is not in it. */
async function setOf(deps: ApiDeps, application: ApplicationSnapshot, { kind, filter }: ReplayIn): Promise<ReplaySet> {
  const refuse = (pointer: string, code: string, message: string) =>
    new AppError('validation_error', { fields: [{ pointer, code, message }] })
  const { status, endpointId, ...rest } = filter
  const endpoint = application.endpoints.find((one) => one.id === endpointId || one.uid === endpointId)
  if (endpointId !== undefined && endpoint === undefined)
    throw refuse('/filter/endpointId', 'unknown_endpoint', `There is no endpoint "${endpointId}" in this application.`)
  if (endpoint?.state === 'disabled') throw new AppError('endpoint_disabled')
  if (filter.before !== undefined && filter.after !== undefined && Date.parse(filter.after) >= Date.parse(filter.before))
    throw refuse('/filter/after', 'empty_range', 'It is not before the end of the time in "before".')
  if (kind === 'missing') {
    if (endpoint === undefined) throw refuse('/filter/endpointId', 'required', 'Say which endpoint is to get what it missed.')
    const asked = Object.entries(filter).find(([name, value]) => value !== undefined && !MISSING_FIELDS.has(name))?.[0]
    if (asked !== undefined)
      throw refuse(`/filter/${asked}`, 'not_for_missing', 'Messages that were never sent have no such thing: leave the field out.')
  }
  const found = await deliveryFilter(deps.store, application, {
    statuses: kind === 'missing' ? undefined : (status ?? ['failed']),
    endpoint: endpointId,
    ...{ messageId: rest.messageId, runId: rest.runId, eventTypes: rest.eventTypes, statusCodeClass: rest.statusCodeClass },
    ...{ failure: rest.failure, before: rest.before, after: rest.after, text: rest.text },
  })
  if (found === null) throw refuse('/filter/text', 'contradiction', 'The text names something else than the other fields do.')
  return { kind, filter: found, until: deps.ids.make(kind === 'missing' ? 'msg' : 'dlv') }
}

const MISSING_FIELDS: ReadonlySet<string> = new Set(['endpointId', 'eventTypes', 'before', 'after'])
