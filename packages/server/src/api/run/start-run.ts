import { createHash } from 'node:crypto'
import { AppError, type RunId } from '#domain'
import { CommitUnknownError, type AcceptOperation, type AcceptResult, type ApplicationSnapshot, type NewRun } from '#store'
import type { ApiDeps } from '../deps.ts'

/** The key of a job: taken by one run while that run is retained (decisions.md 30). */
export interface JobKey {
  readonly flow: string
  readonly key: string
  /** The digest of what the job works on: the same key with other content is refused. */
  readonly content: string
  /** As older releases made it. */
  readonly contentBefore: () => string
}

export interface Started {
  readonly run: RunId
  /** False: the key was taken by this run before. */
  readonly fresh: boolean
}

const ROUNDS_MAX = 5
/** Far longer than runs are kept: a key whose run is gone is free, whatever stands here. */
const KEEP_MS = 3660 * 86_400_000

/**
 * Puts a run into the store, where the process that took it starts it at once. The plan is made again from fresh configuration
 * when the commit turns out stale, so no run begins with a flow that was just switched off.
 */
export async function startRun(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  plan: (application: ApplicationSnapshot) => { readonly run: NewRun; readonly job: JobKey | null },
): Promise<Started> {
  let snapshot = application
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const { run, job } = plan(snapshot)
    const dedup = job && dedupOf(job, run.id)
    const result = await accept(deps, {
      application: { id: snapshot.id, version: snapshot.version },
      dedups: dedup ? [dedup] : [],
      request: null,
      runs: [run],
      messages: [],
    })
    if (result.kind === 'accepted') return { run: run.id, fresh: true }
    if (result.kind === 'refused') throw new AppError('malformed_request', { detail: result.detail })
    if (result.kind === 'duplicate') {
      const first = await firstRun(deps, result.ref)
      if (first === undefined) {
        await free(deps, dedup!)
        continue
      }
      const kept = result.ref.slice(first.length + 1)
      if (kept !== job!.content && kept !== job!.contentBefore()) throw new AppError('key_taken')
      return { run: first, fresh: false }
    }
    const fresh = await deps.config.refresh(snapshot.id, snapshot.version)
    if (!fresh) throw new AppError('not_found')
    snapshot = fresh
  }
  throw new AppError('changed_meanwhile')
}

/** Of a commit of which nobody knows whether it was kept, the run itself tells. */
async function accept({ committer, store }: ApiDeps, operation: AcceptOperation): Promise<AcceptResult> {
  try {
    return await committer.accept(operation)
  } catch (error) {
    if (!(error instanceof CommitUnknownError)) throw error
    const kept = await store.db.selectFrom('run').select('id').where('id', '=', operation.runs[0]!.id).executeTakeFirst()
    if (kept === undefined) throw error
    return { kind: 'accepted' }
  }
}

/** The reference names the run and the content, so that one look-up answers both questions. */
function dedupOf({ flow, key, content }: JobKey, run: RunId) {
  return { scope: `job ${flow}`, key: digest(key), ref: `${run} ${content}`, keepMs: KEEP_MS }
}

async function firstRun({ store }: ApiDeps, ref: string): Promise<RunId | undefined> {
  const id = ref.split(' ', 1)[0] as RunId
  const row = await store.db.selectFrom('run').select('id').where('id', '=', id).executeTakeFirst()
  return row && id
}

async function free({ store }: ApiDeps, { scope, key }: { scope: string; key: string }): Promise<void> {
  const query = store.db.deleteFrom('dedup').where('scope', '=', scope).where('key', '=', key).compile()
  await store.mutate({ statements: [{ query }], application: null, audit: [] })
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
