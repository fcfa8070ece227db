import type { RunId } from '#domain'
import type { RunReply } from '../port/runs.ts'
import { storable } from './connection/encode-rows.ts'
import { named } from './functions/install.ts'
import type { Run } from './connection/pool.ts'
import { replies } from './reads.ts'

/** May be asked again when the answer was lost: whoever was first stays first. */
export async function answerRuns(run: Run, answers: readonly { readonly run: RunId; readonly reply: string }[]): Promise<RunReply[]> {
  if (answers.length === 0) return []
  const ids = answers.map((answer) => answer.run)
  await run({
    name: 'answer_runs',
    text: named('select posthorn.answer_runs($1, $2)'),
    values: [ids, answers.map(({ reply }) => storable(reply))],
  })
  return replies(run, ids)
}
