import type { ListenerOut, listenerOperations } from '@posthorn/contract'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { captureColumns, captureJson, captureOf, type Capture } from './capture-row.ts'
import { existingListener, type ListenerCall } from './find-listener.ts'
import { listenerJson } from './listener-row.ts'
import { answerListener } from './matched-secrets.ts'
import { refuseOutdated } from './refuse-outdated.ts'

const WAIT_SECONDS = 600

/** The next request that is accepted becomes what the listener expects. `Captures` sees it come, in whatever process. */
export async function awaitExample(
  deps: ApiDeps,
  call: ListenerCall & { readonly body: { readonly seconds?: number | undefined } },
): Promise<Answer> {
  const since = deps.clock.now()
  const until = since + (call.body.seconds ?? WAIT_SECONDS) * 1000
  const capture: Capture = { status: 'waiting', by: call.actor.id, since, until, requestId: null, detail: null }
  return answerListener(deps, 200, await changeCapture(deps, call, { action: 'listener.capture_started', change: () => capture }))
}

/** Where nothing is waited for any more, what came of it is left as it is. */
export async function cancelCapture(deps: ApiDeps, call: Call<typeof listenerOperations.cancelCapture>): Promise<Answer> {
  const row = existingListener(call.application, call.params)
  if (captureOf(row)?.status !== 'waiting') return answerListener(deps, 200, listenerJson(deps, call.application, row))
  const change = (capture: Capture | null) => (capture?.status === 'waiting' ? null : capture)
  return answerListener(deps, 200, await changeCapture(deps, call, { action: 'listener.capture_cancelled', change }))
}

interface CaptureChange {
  readonly action: string
  readonly change: (before: Capture | null) => Capture | null
}

/** Leaves the listener's revision and the time of its last change as they are: nobody's form is outdated by it. */
export function changeCapture(deps: ApiDeps, call: ListenerCall, { action, change }: CaptureChange): Promise<ListenerOut> {
  return changeApplication(deps, call, (application) => {
    const row = existingListener(application, call.params)
    refuseOutdated(call, row)
    const columns = captureColumns(change(captureOf(row)))
    return {
      statements: [deps.store.statements.listeners.update(row.id, columns)],
      action,
      target: row.id,
      before: { capture: captureJson(row) },
      after: { capture: captureJson(columns) },
      result: listenerJson(deps, application, { ...row, ...columns }),
    }
  })
}
