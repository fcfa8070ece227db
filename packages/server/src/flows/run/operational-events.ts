import type { OperationalMessages } from '#coordination'
import { runData, type ApplicationId } from '#domain'
import type { LoadedRun, RunCommit } from '#store'

/** The commit with its operational events: how the run ended, if it does and somebody wants to know. */
export function withOperational(operational: OperationalMessages, { run }: LoadedRun, commit: RunCommit): RunCommit | Promise<RunCommit> {
  const { status } = commit
  if (status !== 'ok' && status !== 'ko') return commit
  const events = operational.of({
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
        errorCode: commit.errorCode,
        createdAt: run.created_at,
        finishedAt: commit.finishedAt ?? run.created_at,
      }),
  })
  if (events instanceof Promise) return events.then((messages) => (messages.length === 0 ? commit : { ...commit, operational: messages }))
  return events.length === 0 ? commit : { ...commit, operational: events }
}
