import type { StreamEventOut } from '@posthorn/contract'
import type { IdPrefix } from '#domain'
import type { ApplicationSnapshot, DeliveryHead, RequestHead, RunHead, ShownMessage, Stretch } from '#store'
import { deliveryJson } from '../delivery/delivery-json.ts'
import type { ApiDeps } from '../deps.ts'
import { answeredBy, requestJson } from '../request/request-json.ts'
import { runJson } from '../run/run-row.ts'

/** A log whose rows are sent, and what of a row may change. */
export interface LogTopic<Row extends { readonly id: string }> {
  readonly name: 'request' | 'run' | 'message' | 'delivery'
  readonly prefix: IdPrefix
  /** Of an application, in no order. */
  latest(application: string, stretch: Stretch): Promise<readonly Row[]>
  heads(ids: readonly string[]): Promise<readonly Row[]>
  /** Another text whenever the row is shown otherwise than before. */
  state(row: Row): string
  /** Whether it will still change. */
  isOpen(row: Row): boolean
  /** What is sent of it: the row as its list has it. */
  event(row: Row, application: ApplicationSnapshot): StreamEventOut
}

/** Beside the row what its flow answered, which stands in the run. */
export type AnsweredRequest = RequestHead & { readonly answered: Awaited<ReturnType<typeof answeredBy>> }

export function requestTopic(deps: ApiDeps): LogTopic<AnsweredRequest> {
  const { requests } = deps.store.logs
  const withAnswers = async (rows: readonly RequestHead[]): Promise<AnsweredRequest[]> => {
    const answered = await answeredBy(deps, rows)
    return rows.map((row) => ({ ...row, answered }))
  }
  const answerOf = (row: AnsweredRequest) => requestJson(row, row.answered).replyStatus
  return {
    ...{ name: 'request', prefix: 'req' },
    latest: async (application, stretch) => withAnswers(await requests.latest(application, stretch)),
    heads: async (ids) => withAnswers(await requests.heads(ids)),
    state: (row) => `${row.status} ${row.run_ids} ${answerOf(row)}`,
    isOpen: (row) => row.status === 'accepted' && row.run_ids !== '[]' && answerOf(row) === null,
    event: (row) => ({ topic: 'request', id: row.id, row: requestJson(row, row.answered) }),
  }
}

export function runTopic({ store }: ApiDeps): LogTopic<RunHead> {
  const { runs } = store.logs
  return {
    ...{ name: 'run', prefix: 'run' },
    latest: (application, stretch) => runs.latest(application, stretch),
    heads: (ids) => runs.heads(ids),
    state: ({ status, finished_at }) => `${status} ${finished_at}`,
    isOpen: ({ finished_at }) => finished_at === null,
    event: (row, application) => ({ topic: 'run', id: row.id, row: runJson(application, row) }),
  }
}

/** A message is sent once: what becomes of it is seen in its deliveries. */
export function messageTopic({ store }: ApiDeps): LogTopic<ShownMessage> {
  const { messages } = store.logs
  const heads = (ids: readonly string[]) => messages.byIds(ids, false)
  return {
    ...{ name: 'message', prefix: 'msg' },
    latest: async (application, stretch) => heads((await messages.list({ application, sized: false }, stretch)).map(({ id }) => id)),
    heads,
    state: () => '',
    isOpen: () => false,
    event: (row) => ({ topic: 'message', id: row.id, row: messageHead(row) }),
  }
}

export function deliveryTopic({ store, clock, vault }: ApiDeps): LogTopic<DeliveryHead> {
  const { deliveries } = store.logs
  return {
    ...{ name: 'delivery', prefix: 'dlv' },
    latest: (application, stretch) => deliveries.latest(application, stretch, clock.now()),
    heads: (ids) => deliveries.heads(ids, clock.now()),
    state: ({ status, attempts, next_at, finished_at }) => `${status} ${attempts} ${next_at} ${finished_at}`,
    isOpen: ({ finished_at }) => finished_at === null,
    event: (row) => ({ topic: 'delivery', id: row.id, row: deliveryJson(row, vault) }),
  }
}

function messageHead({ id, event_id, event_type, channels, tags, created_at }: ShownMessage) {
  const namesIn = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]))
  const [inChannels, underTags] = [namesIn(channels), namesIn(tags)]
  return {
    id,
    eventId: event_id,
    eventType: event_type,
    channels: inChannels,
    tags: underTags,
    timestamp: new Date(created_at).toISOString(),
  }
}
