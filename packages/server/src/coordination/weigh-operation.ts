import type { AcceptOperation, NewDelivery, NewMessage, NewRun, RunCommit } from '#store'

/** So many bytes of bodies and payloads count as a row. */
const BYTES_A_ROW = 16 * 1024

/** How many rows an operation is, at most about, so that no batch is too large for one commit. */
export function acceptRows({ dedups, request, runs, messages, parts = [] }: AcceptOperation): number {
  const partRows = parts.reduce((rows, part) => rows + (part.dedup === null ? 0 : 1) + runRows(part.runs), 0)
  return 1 + rowsOfBytes(request?.body?.length ?? 0) + dedups.length + runRows(runs) + partRows + messageRows(messages)
}

/** The same of what a run did. */
export function runCommitRows(commit: RunCommit): number {
  const own = 1 + rowsOfBytes(commit.steps.length + (commit.reply?.length ?? 0))
  const messages = messageRows(commit.messages) + (commit.operational === undefined ? 0 : messageRows(commit.operational))
  return own + runRows(commit.runs) + deliveryRows(commit.deliveries) + 2 * (commit.givenUp?.length ?? 0) + messages
}

function runRows(runs: readonly NewRun[]): number {
  return runs.reduce((rows, run) => rows + 1 + rowsOfBytes((run.input?.length ?? 0) + (run.ended?.steps.length ?? 0)), 0)
}

function messageRows(messages: readonly NewMessage[]): number {
  return messages.reduce((rows, message) => rows + 1 + rowsOfBytes(message.payload.length) + deliveryRows(message.deliveries), 0)
}

/** A delivery has a task. */
function deliveryRows(deliveries: readonly NewDelivery[]): number {
  return deliveries.reduce((rows, delivery) => rows + 2 + rowsOfBytes(delivery.body?.length ?? 0), 0)
}

function rowsOfBytes(bytes: number): number {
  return Math.floor(bytes / BYTES_A_ROW)
}

/** What it adds to the work that waits: a run makes at least one delivery or answer. */
export function deliveriesOf({ messages, runs, parts = [] }: AcceptOperation): number {
  const started = parts.reduce((sum, part) => sum + part.runs.length, runs.length)
  return Math.max(
    1,
    messages.reduce((sum, message) => sum + message.deliveries.length, started),
  )
}
