import type { ApplicationId, SessionId } from '#domain'
import type { WakeUps } from '#platform'
import {
  newRunRow,
  requestFor,
  requestRow,
  type AcceptOperation,
  type CommitResult,
  type HeldRun,
  type NewMessage,
  type RunCommit,
} from '#store'
import { deliveryWork, type StepDelivery } from './delivery-work.ts'
import type { Topics } from './topics.ts'

/** What was accepted, and kept, goes to the rooms that run and deliver. */
export function wakeForAccepted(
  wakeUps: WakeUps<Topics>,
  kept: readonly AcceptOperation[],
  { commit, life }: { readonly commit: CommitResult<unknown>; readonly life: SessionId },
): void {
  wakeForDeliveries(wakeUps, deliveryWork(commit, { messages: kept.flatMap((operation) => operation.messages) }))
  const runs = kept.flatMap((operation) =>
    operation.runs.flatMap((run) =>
      run.ended ? [] : { run: newRunRow(run, life), request: requestFor(run, requestRow(operation.request)) },
    ),
  )
  // A run of an earlier request comes without it, so it is read from the store like one that was woken.
  const isUnread = ({ run, request }: (typeof runs)[number]) => run.request_id !== null && request === null
  const unread = runs.filter(isUnread).map(heldRun)
  const atHand = unread.length === 0 ? runs : runs.filter((one) => !isUnread(one))
  if (atHand.length > 0) wakeUps.wake('run.accepted', atHand)
  if (unread.length > 0) wakeUps.wake('run.woken', unread)
}

/** What runs did, and was kept, goes to the room that delivers; runs of flows that their events start, to the room that runs. */
export function wakeForRuns(
  wakeUps: WakeUps<Topics>,
  kept: readonly RunCommit[],
  { commit, life }: { readonly commit: CommitResult<unknown>; readonly life: SessionId },
): void {
  wakeForDeliveries(wakeUps, deliveryWork(commit, { messages: kept.flatMap(messagesOf), deliveries: kept.flatMap(stepDeliveries) }))
  const started = kept.flatMap((one) => one.runs).map((run) => ({ run: newRunRow(run, life), request: null }))
  if (started.length > 0) wakeUps.wake('run.accepted', started)
}

function wakeForDeliveries(wakeUps: WakeUps<Topics>, work: Topics['delivery.work'] | undefined): void {
  if (work) wakeUps.wake('delivery.work', work)
}

function messagesOf({ messages, operational }: RunCommit): readonly NewMessage[] {
  return operational === undefined ? messages : [...messages, ...operational]
}

function stepDeliveries(commit: RunCommit): StepDelivery[] {
  return commit.deliveries.map((delivery) => ({ delivery, application_id: commit.application.id, run_id: commit.run }))
}

function heldRun({ run }: { run: ReturnType<typeof newRunRow> }): HeldRun {
  return { run: run.id, application: run.application_id as ApplicationId, rev: run.rev }
}
