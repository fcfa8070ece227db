import { keptReply, type ApplicationId, type RequestId, type RunId } from '../../packages/server/src/domain/index.ts'
import type { NewRequest, NewRun } from '../../packages/server/src/store/index.ts'
import type { TestApi } from './test-api.ts'

interface About {
  readonly app: string
  readonly fields: Partial<NewRequest> & Pick<NewRequest, 'listener_id'>
  /** A run that it started, and what that answered. */
  readonly run?: Partial<Pick<NewRun, 'flow_id' | 'created_at'>> & { readonly reply: number; readonly finished_at?: number }
}

/** Puts a request into the store as `ingest` does, with a run that came to its end at once if it is asked for. */
export async function acceptRequest({ deps }: Pick<TestApi, 'deps'>, { app, fields, run }: About): Promise<RequestId> {
  const { ids, config, committer, clock } = deps
  const application = (await config.application(app))!
  const id = ids.make('req')
  const run_id = ids.make('run')
  const request: NewRequest = {
    ...{ id, application_id: application.id, status: 'accepted', reason: null, detail: null, method: 'POST', path: '/in/a', query: '' },
    ...{ headers: '[]', ip: '192.0.2.7', content_type: null, event_type: 'push', dedup_key: null },
    ...{ run_ids: run === undefined ? '[]' : JSON.stringify([run_id]), reply_status: run === undefined ? 202 : null, took_ms: null },
    ...{ received_at: clock.now(), body: null, body_bytes: 0, form: null, verified: null, origin: null },
    ...fields,
  }
  const owner = { id: application.id as ApplicationId, version: application.version }
  const runs = run === undefined ? [] : [runOf(run, { id: run_id, application_id: application.id, request_id: id, now: clock.now() })]
  await committer.accept({ application: request.status === 'rejected' ? null : owner, dedups: [], request, runs, messages: [] })
  return id
}

function runOf(
  { reply, finished_at, ...fields }: NonNullable<About['run']>,
  { now, ...about }: { readonly id: RunId; readonly application_id: ApplicationId; readonly request_id: RequestId; readonly now: number },
): NewRun {
  const answer = keptReply({ status: reply, headers: {}, body: null, encoding: 'utf8' }, finished_at ?? now)
  return {
    ...about,
    ...{
      flow_id: 'flow_1',
      version: 1,
      trigger: 'webhook',
      key: about.request_id,
      created_at: now,
      input: null,
      meta: '{}',
      answer_by: null,
    },
    ended: { steps: '[]', faults: '[]', meta: '{}', finished_at: finished_at ?? now, reply: answer },
    ...fields,
  }
}
