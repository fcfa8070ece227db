export interface Metric {
  readonly kind: 'counter' | 'gauge'
  readonly help: string
  /** One at most, with values from a list that is known beforehand: never what a caller chooses, such as an application. */
  readonly label?: { readonly name: string; readonly values: string }
}

/** All metrics, in the order in which an event walks. `docs/operations.md` has the same table. A name never changes its meaning. */
export const metrics = {
  posthorn_requests_total: {
    kind: 'counter',
    help: 'Requests of listeners that were kept.',
    label: { name: 'outcome', values: '`accepted`, `duplicate`' },
  },
  posthorn_requests_refused_total: {
    kind: 'counter',
    help: 'Requests of listeners that were refused.',
    label: { name: 'code', values: 'a [code](errors.md)' },
  },
  posthorn_requests_under_way: { kind: 'gauge', help: 'Requests of listeners that are not answered yet.' },
  posthorn_callers_waiting: { kind: 'gauge', help: 'Of these, those that wait for the reply of a run.' },
  posthorn_messages_total: { kind: 'counter', help: 'Messages that were kept: sent by the API, or by runs.' },
  posthorn_runs_started_total: { kind: 'counter', help: 'Runs that were kept.' },
  posthorn_runs_finished_total: { kind: 'counter', help: 'Runs that came to their end.', label: { name: 'status', values: '`ok`, `ko`' } },
  posthorn_runs_under_way: { kind: 'gauge', help: 'Runs that this process runs at present.' },
  posthorn_runs_waiting: { kind: 'gauge', help: 'Runs that wait in memory for their turn; more may be in the store.' },
  posthorn_attempts_total: {
    kind: 'counter',
    help: 'Attempts that were made and recorded.',
    label: { name: 'outcome', values: '`success`, `failure`' },
  },
  posthorn_deliveries_finished_total: {
    kind: 'counter',
    help: 'Deliveries that came to their end by an attempt.',
    label: { name: 'status', values: '`delivered`, `failed`, `cancelled`' },
  },
  posthorn_lanes: { kind: 'gauge', help: 'Lanes that this process holds.' },
  posthorn_tasks_in_hand: { kind: 'gauge', help: 'Due deliveries of these lanes that are in memory.' },
  posthorn_content_bytes: { kind: 'gauge', help: 'Bytes of content that wait with them.' },
  posthorn_attempts_under_way: { kind: 'gauge', help: 'Attempts under way at present.' },
  posthorn_deliveries_unsettled: { kind: 'gauge', help: 'Deliveries that were started, and whose outcome is not kept yet.' },
  posthorn_oldest_due_seconds: {
    kind: 'gauge',
    help: 'How late the oldest due task is that nobody took; NaN while the store does not say.',
  },
  posthorn_store_ready: { kind: 'gauge', help: '1 if the store took a write just now, as `/readyz` asks; else 0.' },
  posthorn_commits_total: {
    kind: 'counter',
    help: 'Group commits that were kept.',
    label: { name: 'kind', values: '`accept`, `run`, `settle`' },
  },
  posthorn_commit_operations_total: { kind: 'counter', help: 'Operations in them.', label: { name: 'kind', values: 'as above' } },
  posthorn_commit_seconds_total: {
    kind: 'counter',
    help: 'Time that they took, from the call of the store to the synced commit.',
    label: { name: 'kind', values: 'as above' },
  },
  posthorn_commit_errors_total: {
    kind: 'counter',
    help: 'Group commits that failed, or of which nobody knows.',
    label: { name: 'kind', values: 'as above' },
  },
  posthorn_trace_spans_total: {
    kind: 'counter',
    help: 'Spans that a collector took, and those that were dropped because none did.',
    label: { name: 'outcome', values: '`exported`, `dropped`' },
  },
  posthorn_trace_spans_waiting: { kind: 'gauge', help: 'Spans that wait for the collector.' },
  posthorn_log_lines_dropped_total: { kind: 'counter', help: 'Log lines that nobody took in time.' },
  posthorn_event_loop_delay_seconds: {
    kind: 'gauge',
    help: 'How late the event loop was since the metrics were last read.',
    label: { name: 'quantile', values: '`0.5`, `0.99`, `1`' },
  },
  posthorn_process_cpu_seconds_total: { kind: 'counter', help: 'Processor time of this process, without its children.' },
  posthorn_process_resident_memory_bytes: { kind: 'gauge', help: 'Resident memory of this process, without its children.' },
} as const satisfies Readonly<Record<string, Metric>>

export type MetricName = keyof typeof metrics
