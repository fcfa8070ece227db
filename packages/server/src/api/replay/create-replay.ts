import type { replayOperations } from '@posthorn/contract'
import type { ReplaySet } from '#delivery'
import { AppError } from '#domain'
import { deliveryFilter } from '../delivery/delivery-filter.ts'
import type { ApiDeps } from '../deps.ts'
import { isInPortal } from '../portal/of-portal.ts'
import type { Answer, Call } from '../route.ts'
import { beginReplay, previewReplay } from './begin-replay.ts'
import { replayJson, sampleJson } from './replay-json.ts'

type CreateCall = Call<typeof replayOperations.create>

/** Begins a replay, or says what it would send. */
export async function createReplay(deps: ApiDeps, call: CreateCall): Promise<Answer> {
  const set = await setOf(deps, call)
  if (call.body.dryRun) {
    const { sample, ...counted } = await previewReplay(deps, call.application, set)
    return { status: 200, body: { ...counted, sample: sample.map(sampleJson) } }
  }
  return { status: 202, body: replayJson(await beginReplay(deps, call, { set, rate: call.body.ratePerSecond })) }
}

/** The set as it is now: what is made later is not in it. */
async function setOf(deps: ApiDeps, { application, actor, body: { kind, filter } }: CreateCall): Promise<ReplaySet> {
  const refuse = (pointer: string, code: string, message: string) =>
    new AppError('validation_error', { fields: [{ pointer, code, message }] })
  const { status, endpointId, ...rest } = filter
  const endpoint = application.endpoints.find((one) => one.id === endpointId || one.uid === endpointId)
  if (endpointId !== undefined && endpoint === undefined)
    throw refuse('/filter/endpointId', 'unknown_endpoint', `There is no endpoint "${endpointId}" in this application.`)
  if (endpoint?.state === 'disabled') throw new AppError('endpoint_disabled')
  if (kind === 'deliveries' && endpoint?.ordered && status?.includes('waiting'))
    throw refuse(
      '/filter/status',
      'ordered',
      'An ordered endpoint tries the one that all others wait for, and nothing overtakes it: cancel that one, or wait for its next try.',
    )
  if (filter.before !== undefined && filter.after !== undefined && Date.parse(filter.after) >= Date.parse(filter.before))
    throw refuse('/filter/after', 'empty_range', 'It is not before the end of the time in "before".')
  if (kind === 'missing') {
    if (endpoint === undefined) throw refuse('/filter/endpointId', 'required', 'Say which endpoint is to get what it missed.')
    const asked = Object.entries(filter).find(([name, value]) => value !== undefined && !MISSING_FIELDS.has(name))?.[0]
    if (asked !== undefined)
      throw refuse(`/filter/${asked}`, 'not_for_missing', 'Messages that were never sent have no such thing: leave the field out.')
  }
  const found = await deliveryFilter(deps.store, application, {
    deliveryIds: rest.deliveryIds,
    statuses: kind === 'missing' ? undefined : (status ?? (rest.deliveryIds === undefined ? ['failed'] : AGAIN)),
    endpoint: endpointId,
    ...{ messageId: rest.messageId, messageIds: rest.messageIds, runId: rest.runId },
    ...{ eventTypes: rest.eventTypes, statusCodeClass: rest.statusCodeClass },
    ...{
      failure: rest.failure,
      minDurationMs: rest.minDurationMs,
      before: rest.before,
      after: rest.after,
      text: rest.text,
      toEndpoints: isInPortal(actor),
    },
  })
  if (found === null) throw refuse('/filter/text', 'contradiction', 'The text names something else than the other fields do.')
  return { kind, filter: found, until: deps.ids.make(kind === 'missing' ? 'msg' : 'dlv') }
}

/** What can be sent again: of deliveries that somebody chose all of these are meant. */
const AGAIN = ['delivered', 'failed', 'cancelled', 'waiting'] as const

const MISSING_FIELDS: ReadonlySet<string> = new Set(['endpointId', 'messageIds', 'eventTypes', 'before', 'after'])
