import type { OperationalMessages } from '#coordination'
import { runData, type ApplicationId } from '#domain'
import type { LoadedRun, NewMessage, NewRun, RunCommit } from '#store'

/** The commit with its operational events: how the run ended, if it does and somebody wants to know. */
export function withOperational(operational: OperationalMessages, { run }: LoadedRun, commit: RunCommit): RunCommit | Promise<RunCommit> {
  const { status } = commit
  if (status !== 'ok' && status !== 'ko') return commit
  const events = eventsOfEnd(operational, run, { status, errorCode: commit.errorCode, finishedAt: commit.finishedAt ?? run.created_at })
  if (events instanceof Promise) return events.then((messages) => (messages.length === 0 ? commit : { ...commit, operational: messages }))
  return events.length === 0 ? commit : { ...commit, operational: events }
}

interface RunEnd {
  readonly status: 'ok' | 'ko'
  readonly errorCode: string | null
  readonly finishedAt: number
}

/** What is told of a run's end. None if nobody wants to know. */
export function eventsOfEnd(
  operational: OperationalMessages,
  run: Pick<LoadedRun['run'], Exclude<keyof NewRun, 'ended' | 'tags'>>,
  { status, errorCode, finishedAt }: RunEnd,
): readonly NewMessage[] | Promise<readonly NewMessage[]> {
  return operational.of({
    type: status === 'ok' ? 'run.succeeded' : 'run.failed',
    application: run.application_id as ApplicationId,
    data: () =>
      runData({
        id: run.id,
        flowId: run.flow_id,
        version: run.version,
        key: run.key,
        trigger: run.trigger,
        requestId: run.request_id,
        errorCode,
        createdAt: run.created_at,
        finishedAt,
      }),
  })
}
