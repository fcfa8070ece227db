import type { Delivery } from '#delivery'
import type { Flows } from '#flows'
import type { Ingest } from '#ingest'
import { createExposition, watchLoopDelay, type Exposition, type LineWriter, type Readings } from '#platform'
import type { Store } from '#store'
import type { TracesRoom } from '#traces'
import type { CommitCounts } from './count-commits.ts'
import type { Ground } from './ground.ts'

/** Where the figures are that rooms keep. */
export interface MetricsSources {
  readonly store: Pick<Store, 'health'>
  readonly counts: CommitCounts
  readonly lines: Pick<LineWriter, 'dropped'>
  readonly delivery: Pick<Delivery, 'counts'>
  readonly flows: Pick<Flows, 'counts'>
  /** Undefined: nobody collects traces. */
  readonly traces: Pick<TracesRoom, 'counts'> | undefined
  /** Undefined as long as it is not there. */
  readonly ingest: () => Pick<Ingest, 'figures'> | undefined
}

/** What `/metrics` says. It asks the store as `/readyz` does, and is answered also where the store is not. */
export function createMetrics(sources: MetricsSources, { shutdown }: Pick<Ground, 'shutdown'>): Exposition {
  const loop = watchLoopDelay()
  shutdown.register('loop delay', async () => loop.stop())
  const stored = { ready: 0, oldestDueMs: NaN }
  const exposition = createExposition({
    ...commitReadings(sources.counts),
    ...roomReadings(sources),
    posthorn_store_ready: () => stored.ready,
    posthorn_oldest_due_seconds: () => stored.oldestDueMs / 1000,
    posthorn_trace_spans_total: () => {
      const { exported = 0, dropped = 0 } = sources.traces?.counts ?? {}
      return Object.entries({ exported, dropped })
    },
    posthorn_trace_spans_waiting: () => sources.traces?.counts.waiting ?? 0,
    posthorn_log_lines_dropped_total: () => sources.lines.dropped,
    posthorn_event_loop_delay_seconds: () => loop.read(),
    posthorn_process_cpu_seconds_total: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
    posthorn_process_resident_memory_bytes: () => process.memoryUsage.rss(),
  })
  return {
    contentType: exposition.contentType,
    async text() {
      const health = await sources.store.health().catch(() => undefined)
      stored.ready = health === undefined ? 0 : 1
      stored.oldestDueMs = health?.oldestDueMs ?? NaN
      return exposition.text()
    },
  }
}

function commitReadings(counts: CommitCounts) {
  return {
    posthorn_requests_total: () => Object.entries(counts.requests),
    posthorn_messages_total: () => counts.messages,
    posthorn_runs_started_total: () => counts.runsStarted,
    posthorn_runs_finished_total: () => Object.entries(counts.runsFinished),
    posthorn_attempts_total: () => Object.entries(counts.attempts),
    posthorn_deliveries_finished_total: () => Object.entries(counts.deliveriesFinished),
    posthorn_commits_total: () => Object.entries(counts.commits),
    posthorn_commit_operations_total: () => Object.entries(counts.operations),
    posthorn_commit_seconds_total: () => Object.entries(counts.ms).map(([kind, ms]) => [kind, ms / 1000] as const),
    posthorn_commit_errors_total: () => Object.entries(counts.errors),
  } satisfies Partial<Readings>
}

function roomReadings({ delivery, flows, ingest }: MetricsSources) {
  return {
    posthorn_requests_refused_total: () => ingest()?.figures().refused ?? [],
    posthorn_requests_under_way: () => ingest()?.figures().underWay ?? 0,
    posthorn_callers_waiting: () => ingest()?.figures().waiting ?? 0,
    posthorn_runs_under_way: () => flows.counts.underWay,
    posthorn_runs_waiting: () => flows.counts.waiting,
    posthorn_lanes: () => delivery.counts.lanes,
    posthorn_tasks_in_hand: () => delivery.counts.tasksInHand,
    posthorn_content_bytes: () => delivery.counts.contentBytes,
    posthorn_attempts_under_way: () => delivery.counts.underWay,
    posthorn_deliveries_unsettled: () => delivery.counts.unsettled,
  } satisfies Partial<Readings>
}
