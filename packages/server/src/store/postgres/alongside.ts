import type { Alongside, MutationResult } from '../port/mutation.ts'
import { retryingOnce } from './connection/certainty.ts'
import { storableValue } from './connection/encode-rows.ts'
import type { Pool, Run } from './connection/pool.ts'

/** Rolls the transaction back and carries the answer out of it. */
export class Undone extends Error {
  readonly result: MutationResult

  constructor(result: MutationResult) {
    super(result.kind)
    this.result = result
  }
}

const auditText = `
insert into audit (id, at, application_id, actor, action, target, before, after, ip) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

/** Throws where a statement does not find the rows that it must touch. */
export async function writeAlongside(run: Run, { statements, audit }: Alongside): Promise<void> {
  for (const { query, rows } of statements) {
    refuseLanes(query.sql)
    const { count } = await run({ text: query.sql, values: query.parameters.map(storableValue) })
    if (rows !== undefined && count !== rows) throw new Undone({ kind: 'changed' })
  }
  for (const { id, at, application: owner, actor, action, target, before, after, ip } of audit) {
    await run({ text: auditText, values: [id, at, owner, actor, action, target, before, after, ip].map(storableValue) })
  }
}

/**
 * Does what somebody asks for, and in one transaction what is written with it: that first, because the locks of lanes are taken last and held
 * shortly. If nothing was to be done, nothing is written.
 */
export async function withAlongside<Done extends readonly unknown[]>(
  { run, pool }: { readonly run: Run; readonly pool: Pool },
  alongside: Alongside | undefined,
  work: (run: Run) => Promise<Done>,
): Promise<Done> {
  if (alongside === undefined) return work(run)
  let nothing: Done | undefined
  const once = () =>
    pool.transaction(async (within) => {
      await writeAlongside(within, alongside)
      const done = await work(within)
      if (done.length > 0) return done
      nothing = done
      throw new Undone({ kind: 'changed' })
    })
  try {
    return await retryingOnce(once)
  } catch (error) {
    if (error instanceof Undone && nothing !== undefined) return nothing
    throw error
  }
}

function refuseLanes(sql: string): void {
  if (/^\s*(insert\s+into|update|delete\s+from)\s+"?lane"?[\s(]/i.test(sql)) {
    throw new Error('The engine keeps the table lane: name the change in Mutation.lanes.')
  }
}
