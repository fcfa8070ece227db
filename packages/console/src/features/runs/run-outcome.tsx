import { prettyJson } from '../../lib/pretty-json.ts'
import { CodeView } from '../../ui/code-view.tsx'
import { Headers } from '../../ui/headers.tsx'
import { Note } from '../../ui/note.tsx'
import { Card } from '../../ui/page.tsx'
import { HttpCode } from '../../ui/status.tsx'
import { faultWords } from './fault-words.ts'
import type { Run } from './queries.ts'

/** As the record of a response says it that nobody hears. */
const UNHEARD = 'nobody waits for this answer'

/** What came of a run: the answer, the faults, and its meta. */
export function RunOutcome({ run }: { readonly run: Run }) {
  const meta = Object.entries(run.meta)
  const isUnheard = run.steps.some(({ warnings }) => warnings.includes(UNHEARD))
  return (
    <div className="grid gap-4 px-gutter py-5 wide:grid-cols-2">
      <Card
        title={isUnheard ? 'What nobody waited to be answered' : 'What the caller was answered'}
        aside={run.reply && <HttpCode code={run.reply.status} />}
      >
        <Answer run={run} />
      </Card>
      <Card title="Faults and meta">
        <div className="flex flex-col gap-3">
          {run.faults.map((fault, at) => {
            const { title, detail } = faultWords(fault)
            return (
              <Note key={at} kind="fail" title={title}>
                {detail}
              </Note>
            )
          })}
          {run.faults.length === 0 && <p className="text-text-2">No faults.</p>}
          {meta.map(([name, value]) => (
            <p key={name} className="flex min-w-0 gap-2">
              <code className="shrink-0 rounded-sm bg-code-variable-tint px-1.5 py-0.5 font-mono text-xs font-medium text-code-variable">
                meta.{name}
              </code>
              <code className="min-w-0 font-mono break-all">{JSON.stringify(value)}</code>
            </p>
          ))}
        </div>
      </Card>
    </div>
  )
}

function Answer({ run: { reply, trigger, finishedAt } }: { readonly run: Run }) {
  if (reply === null) {
    const why =
      trigger === 'webhook' ? (finishedAt === null ? 'Nothing yet.' : 'The listener answered at once.') : 'Nobody waited for an answer.'
    return <p className="text-text-2">{why}</p>
  }
  const headers = Object.entries(reply.headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const))
  const { text, json } = prettyJson(reply.body ?? '')
  return (
    <div className="flex flex-col gap-3">
      <Headers headers={headers} label="Headers of the answer" />
      {reply.entry !== undefined ? (
        <p className="text-text-2">
          The {reply.entry.size} bytes of <code className="font-mono">{reply.entry.id}</code>
          {reply.entry.version !== null && `, version ${reply.entry.version}`}.
        </p>
      ) : reply.body === null || reply.body === '' ? (
        <p className="text-text-2">No body.</p>
      ) : (
        <CodeView text={text} json={json} label="Body of the answer" maxHeight="320px" />
      )}
    </div>
  )
}
