import { AppError, errors, type ApplicationId } from '#domain'
import { PeriodicLook } from '#platform'
import type { ApplicationSnapshot, StoredListener, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import { changeCapture } from './await-example.ts'
import { exampleOf, findExample, refuseLarge } from './capture-example.ts'
import { captureColumns, captureOf, type Capture } from './capture-row.ts'
import { findListener, type ListenerCall } from './find-listener.ts'
import { changeParts } from './update-listener.ts'

const LOOK_MS = 1000
const PAGE = 100
/** A request of the last moment is kept a little later than it came. */
const LATE_MS = 2000

/**
 * Sees the requests come that listeners wait for. Accepting knows nothing of it and pays nothing for it: the log is asked once a second, of
 * these listeners only. All processes look; what one of them took the others find taken, because it stands in the same commit as the change.
 * An embedded store is changed by this process alone, so nothing is asked of it while nobody waits and nothing was changed.
 */
export function createCaptures(deps: ApiDeps): PeriodicLook {
  const { store, clock, log } = deps
  let mayWait = true
  store.onChange(() => (mayWait = true))
  const look = async (goesOn: () => boolean): Promise<void> => {
    if (!mayWait && !store.isShared) return
    mayWait = false
    let isWaitedFor = true
    try {
      isWaitedFor = await lookAtAll(deps, goesOn)
    } finally {
      mayWait ||= isWaitedFor
    }
  }
  return new PeriodicLook({ clock, log, everyMs: LOOK_MS, failure: 'api.captures.failed', look })
}

/** Whether any request is waited for. */
async function lookAtAll(deps: ApiDeps, goesOn: () => boolean): Promise<boolean> {
  let isWaitedFor = false
  let failed: unknown
  for (let beyond: string | null = null; goesOn();) {
    const waiting = await deps.store.queries.listeners.capturing({ order: 'asc', beyond, limit: PAGE })
    isWaitedFor ||= waiting.length > 0
    for (const { id, application_id } of waiting) {
      if (!goesOn()) break
      // One that cannot be looked at keeps no other from its request.
      await lookAt(deps, application_id as ApplicationId, id).catch((error: unknown) => (failed = error))
    }
    if (waiting.length < PAGE) break
    beyond = waiting.at(-1)!.id
  }
  if (failed !== undefined) throw failed as Error
  return isWaitedFor
}

interface Waiting {
  readonly call: ListenerCall
  readonly row: Readonly<StoredListener>
  readonly capture: Capture
}

async function lookAt(deps: ApiDeps, owner: ApplicationId, id: string): Promise<void> {
  const application = await deps.config.application(owner)
  const row = application && findListener(application, id)
  const capture = row ? captureOf(row) : null
  // Of another process's change this one hears within a second.
  if (!application || !row || capture?.status !== 'waiting') return
  const waiting = { call: callOf(application, row, capture), row, capture }
  const times = { since: capture.since, until: capture.until }
  const request = await findExample(deps, { snapshot: application, row }, { order: 'asc', ...times })
  const outcome =
    request !== undefined
      ? take(deps, waiting, request)
      : deps.clock.now() > capture.until + LATE_MS
        ? end(deps, waiting, { status: 'expired' })
        : null
  await outcome?.catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error
  })
}

/** Whoever asked for it is told of in the audit log. */
function callOf(application: ApplicationSnapshot, { id }: Pick<StoredListener, 'id'>, { by }: Capture): ListenerCall {
  return { application, params: { listener_id: id }, actor: { id: by }, ip: null, ifMatch: undefined }
}

/** It was taken, cancelled or asked for anew meanwhile. */
class Overtaken extends Error {}

function refuseOvertaken(capture: Capture | null, { since }: Capture): void {
  if (capture?.status !== 'waiting' || capture.since !== since) throw new Overtaken()
}

async function take(deps: ApiDeps, waiting: Waiting, request: StoredRequest): Promise<void> {
  const { call, capture } = waiting
  try {
    await changeParts(deps, call, (before) => {
      refuseOvertaken(captureOf(before), capture)
      refuseLarge(request)
      const taken = captureColumns({ ...capture, status: 'taken', requestId: request.id })
      return { given: { expected: exampleOf(deps, before, request) }, columns: taken }
    })
  } catch (error) {
    if (!(error instanceof AppError) || errors[error.code].status >= 500 || error.code === 'changed_meanwhile') throw error
    const detail = error.fields[0]?.message ?? error.message
    await end(deps, waiting, { status: 'failed', requestId: request.id, detail })
  }
}

async function end(deps: ApiDeps, { call, capture }: Waiting, outcome: Partial<Capture>): Promise<void> {
  await changeCapture(deps, call, {
    action: 'listener.capture_ended',
    change(before) {
      refuseOvertaken(before, capture)
      return { ...capture, ...outcome }
    },
  })
}
