import type { ApplicationId, RunId, SessionId } from '#domain'
import { lastFailure } from '../../last-failure.ts'
import type { LaneUpdate, Settlement, SettleResult } from '../../port/settlement.ts'
import { collectInserts } from './inserts.ts'
import type { EncodeRows } from '../connection/encode-rows.ts'
import { named } from '../functions/install.ts'
import type { Run } from '../connection/pool.ts'
import { rowTypes } from '../connection/row-type.ts'

export interface SettleAnswer {
  readonly results: readonly SettleResult[]
  /** Applications whose configuration changed with it. */
  readonly changed: readonly ApplicationId[]
}

interface Answer {
  readonly settled: readonly number[] | null
  readonly woken: readonly (readonly [i: number, run: RunId, application: ApplicationId, rev: number])[] | null
  readonly kept: readonly number[] | null
  readonly changed: readonly ApplicationId[]
}

const statement = { name: 'settle', text: named('select posthorn.settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as answer') }

export interface SettleBatch {
  /** Each delivery stands once. */
  readonly settlements: readonly Settlement[]
  readonly lanes: readonly LaneUpdate[]
}

/** One round trip for a batch. */
export async function settle(
  { run, encode }: { run: Run; encode: EncodeRows },
  session: SessionId,
  { settlements, lanes }: SettleBatch,
): Promise<SettleAnswer> {
  const tasks = settlements.map((settlement, i) => taskRow(i + 1, settlement))
  const attempts = settlements.flatMap((settlement, i) => attemptRow(i + 1, settlement))
  const updates = lanes.map(({ lane, failures, circuitInMs, blockedInMs }) => ({
    lane,
    failures,
    circuit: circuitInMs,
    blocked: blockedInMs,
  }))
  const stopped = lanes.flatMap(({ lane, stop }) => (stop === null ? [] : { lane, stop }))
  const stops = stopped.map(({ lane, stop }, i) => ({ op: i + 1, lane, state: stop.state, ...stop.audit }))
  const operationalMessages = collectInserts(encode)
  for (const [i, { operational = [] }] of settlements.entries())
    for (const message of operational) operationalMessages.message(i + 1, message)
  for (const [i, { stop }] of stopped.entries())
    for (const message of stop.operational ?? []) operationalMessages.message(settlements.length + i + 1, message)
  const values = [
    session,
    settlements.length,
    encode(rowTypes.task, tasks),
    encode(rowTypes.attempt, attempts),
    encode(rowTypes.lane, updates),
    encode(rowTypes.stop, stops),
    settlements.some(({ task }) => task.manual),
    ...operationalMessages.parameters,
  ]
  const answer = (await run({ ...statement, values })).rows[0]!.answer as Answer | null
  const settled = new Set(answer?.settled)
  const results: SettleResult[] = settlements.map((_, i) => ({ settled: settled.has(i + 1), woken: null }))
  for (const [i, woken, application, rev] of answer?.woken ?? [])
    results[i - 1] = { settled: true, woken: { run: woken, application, rev } }
  for (const i of answer?.kept ?? []) results[i - 1] = { ...results[i - 1]!, keptPlace: true }
  return { results, changed: answer?.changed ?? [] }
}

function taskRow(op: number, settlement: Settlement): object {
  const { task, attempt, next, wake, cutOff } = settlement
  const failure = lastFailure(settlement)
  return {
    op,
    lane: task.lane,
    due: task.due,
    delivery: task.delivery,
    manual: task.manual ? 1 : 0,
    wait: next.kind === 'end' ? null : next.waitMs,
    kind: next.kind,
    status: next.kind === 'retry' ? 'waiting' : next.status,
    retry_in_seen: next.kind === 'retry' && next.retryInSeen ? 1 : 0,
    tried: attempt !== null,
    cut: cutOff === true,
    started_at: attempt?.started_at ?? null,
    code: attempt?.status ?? null,
    failed: failure !== undefined,
    failure: failure ?? null,
    wake,
  }
}

function attemptRow(op: number, { task, attempt, next }: Settlement): object[] {
  if (attempt === null) return []
  // After a manual attempt that did not deliver, the next one is the one that was scheduled.
  const scheduled = task.manual && !(next.kind === 'end' && next.status === 'delivered')
  return [{ op, ...attempt, scheduled, wait: next.kind === 'end' ? null : next.waitMs }]
}
