import { wantsBody } from '../new-rows.ts'
import type { ApplicationId, RunId, SessionId } from '#domain'
import { readInTurns, type ReadRow } from '#platform/plain'
import { bodyless, type StoredRequest } from '../records/request.ts'
import type { StoredRun } from '../records/run.ts'
import { EACH } from '../port/run-commit.ts'
import type { HeldRun, LoadedRun, RunReply } from '../port/runs.ts'
import type { Engine } from './engine.ts'

/** Who runs what, and what running needs to know. */
export interface Runs {
  adopt(session: SessionId, most: number): HeldRun[]
  held(session: SessionId, after: RunId | null, most: number): HeldRun[]
  isAnyDue(): boolean
  wakeDue(session: SessionId, most: number): HeldRun[]
  load(ids: readonly RunId[]): Promise<LoadedRun[]>
  replies(ids: readonly RunId[]): RunReply[]
  answer(answers: readonly { readonly run: RunId; readonly reply: string }[]): RunReply[]
}

interface HeldRow {
  id: string
  application_id: string
  rev: number
}

export function prepareRuns({ db, clock, sessions }: Engine): Runs {
  const nextHolder = db.prepare<[string], string | null>('select min(holder) from run where holder > ?').pluck()
  const heldBy = db.prepare<[string, string, number], HeldRow>(
    'select id, application_id, rev from run where holder = ? and id > ? order by id limit ?',
  )
  const give = db.prepare<[string, string]>('update run set holder = ?, rev = rev + 1 where id = ?')
  const firstDue = db.prepare<[], number | null>('select min(due_at) from run where due_at is not null').pluck()
  const due = db.prepare<[number, number], HeldRow>('select id, application_id, rev from run where due_at <= ? order by due_at limit ?')
  const wake = db.prepare<[string, string]>(
    `update run set status = 'queued', holder = ?, rev = rev + 1, due_at = null,
       parked_on = iif(parked_on = '${EACH}', parked_on, null) where id = ?`,
  )
  const readRun = db.prepare<[string], StoredRun>('select * from run where id = ?')
  const readRequest = db.prepare<[string], StoredRequest>('select * from request where id = ?')
  const readBodyless = db.prepare<[string], StoredRequest>(`select ${bodyless} from request where id = ?`)
  const answerRun = db.prepare<[string, string]>('update run set reply = ? where id = ? and reply is null and finished_at is null')
  const readReply = db.prepare<[string], Omit<RunReply, 'run'>>(
    'select status, reply from run where id = ? and (reply is not null or finished_at is not null)',
  )

  const heldRun = (row: HeldRow): HeldRun => ({ run: row.id as RunId, application: row.application_id as ApplicationId, rev: row.rev })

  const replies = (ids: readonly RunId[]): RunReply[] =>
    ids.flatMap((run) => {
      const row = readReply.get(run)
      return row === undefined ? [] : { run, ...row }
    })

  return {
    adopt(session, most) {
      const adopted: HeldRun[] = []
      if (!sessions.alive(session) || sessions.holderFor(session) !== session) return adopted
      // From holder to holder along the index, so that the runs of the living are not read.
      for (let holder = nextHolder.get(''); holder; holder = nextHolder.get(holder)) {
        if (sessions.alive(holder)) continue
        for (const row of heldBy.all(holder, '', most - adopted.length)) {
          give.run(session, row.id)
          adopted.push({ ...heldRun(row), rev: row.rev + 1 })
        }
        if (adopted.length >= most) break
      }
      return adopted
    },
    held: (session, after, most) => heldBy.all(session, after ?? '', most).map(heldRun),
    isAnyDue: () => (firstDue.get() ?? Infinity) <= clock.now(),
    wakeDue(session, most) {
      if (!sessions.alive(session) || sessions.holderFor(session) !== session) return []
      return due.all(clock.now(), most).map((row) => {
        wake.run(session, row.id)
        return { ...heldRun(row), rev: row.rev + 1 }
      })
    },
    load: (ids) =>
      readInTurns(ids, (id): ReadRow<LoadedRun> | undefined => {
        const run = readRun.get(id)
        if (run === undefined) return undefined
        const request = run.request_id === null ? null : ((wantsBody(run) ? readRequest : readBodyless).get(run.request_id) ?? null)
        return { row: { run, request }, bytes: (request?.body?.length ?? 0) + (run.input?.length ?? 0) + (run.steps?.length ?? 0) }
      }),
    replies,
    answer(answers) {
      for (const { run, reply } of answers) answerRun.run(reply, run)
      return replies(answers.map(({ run }) => run))
    },
  }
}
