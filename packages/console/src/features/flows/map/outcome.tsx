import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import { bytes } from '../../../lib/amounts.ts'
import { prettyJson } from '../../../lib/pretty-json.ts'
import { CodeView } from '../../../ui/code-view.tsx'
import { Note } from '../../../ui/note.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { HttpCode, StatusMark } from '../../../ui/status.tsx'
import { faultWords } from '../../runs/fault-words.ts'
import type { Step } from '../model/definition.ts'
import type { Trial, Trials } from './use-trials.ts'

interface Props {
  readonly step: Step
  readonly trials: Trials
  /** The sample that is shown. */
  readonly at: number
  onShow(at: number): void
}

/** What comes out, on each of the last requests, by the server's own code. */
export function Outcome({ step, trials: { trials, error, behind }, at, onShow }: Props) {
  const trial = trials[at] ?? trials[0]
  if (error !== null && error !== undefined) return <ErrorState error={error} />
  if (trial === undefined) return <p className="p-4 text-text-2">{behind ? 'Trying it.' : 'There is nothing to try it with.'}</p>
  const past = trials.length > 1 || trial.sample.id !== ''
  return (
    <div className={classNames('flex flex-col gap-4 p-4', behind && 'opacity-70')} aria-busy={behind}>
      {past ? (
        <div className="flex flex-wrap items-center gap-3">
          <div
            role="group"
            aria-label="Request that is shown"
            className="inline-flex gap-px rounded-md bg-sunken p-0.5 shadow-[inset_0_0_0_1px_var(--color-line)]"
          >
            {trials.map((one, place) => (
              <button
                key={one.sample.id}
                type="button"
                aria-pressed={one === trial}
                aria-label={`Request ${place + 1} of ${trials.length}${troubleOf(one, step) === undefined ? '' : `: ${troubleOf(one, step)}`}`}
                onClick={() => onShow(place)}
                className={classNames(
                  'inline-flex h-[calc(var(--control-sm)-2px)] min-h-target min-w-7 items-center justify-center gap-1 rounded-sm px-2 font-medium',
                  one === trial ? 'bg-raised text-text shadow-[0_0_0_1px_var(--color-line-strong)]' : 'text-text-2 hover:text-text',
                )}
              >
                {place + 1}
                {troubleOf(one, step) !== undefined && <TriangleAlert aria-hidden className="size-3.5 text-wait-mark" />}
              </button>
            ))}
          </div>
          <span className="text-text-2">{trials.length === 1 ? 'the last request' : `last ${trials.length} requests`}</span>
        </div>
      ) : (
        <p className="text-text-2">No request came yet. It is tried with what the listener expects.</p>
      )}
      {step.kind === 'webhook_response' ? <Reply trial={trial} step={step} /> : <Output trial={trial} step={step} />}
      {trials.length > 1 && (
        <section className="flex flex-col gap-1">
          <h3>Across the last {trials.length}</h3>
          <ul>
            {trials.map((one, place) => (
              <li key={one.sample.id} className="border-b border-line last:border-b-0">
                <button
                  type="button"
                  onClick={() => onShow(place)}
                  className="flex min-h-[max(2rem,var(--target-min))] w-full items-center gap-2 rounded-sm text-left hover:bg-hover"
                >
                  <span className="num shrink-0 font-mono">{one.sample.label}</span>
                  <Ended trial={one} step={step} />
                  <span className={classNames('clip ml-auto', troubleOf(one, step) === undefined ? 'text-text-2' : 'text-wait-text')}>
                    {troubleOf(one, step) ?? 'nothing is missing'}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

/** The answer that a caller would get. */
function Reply({ trial: { result }, step }: { readonly trial: Trial; readonly step: Step }) {
  const { reply } = result
  const record = recordOf(result, step)
  if (reply === null) return <Note title="The caller is answered at once, before the flow has run. This answer is not used." />
  const body = reply.encoding === 'base64' ? null : reply.body
  const silent = reply.status === 204 || reply.status === 304
  return (
    <div className="flex flex-col gap-2">
      {record === undefined && <Note title="This step did not run for this request; another one answered." />}
      <div role="region" aria-label="Answer to the caller" className="overflow-hidden rounded-md border border-line bg-sunken">
        <div className="flex items-baseline gap-3 px-3 pt-2.5">
          <span className="font-medium">
            <HttpCode code={reply.status} /> {statusWords[reply.status] ?? ''}
          </span>
          <span className="num ml-auto text-xs text-text-2">{bytes(new TextEncoder().encode(reply.body ?? '').length)}</span>
        </div>
        <dl className="px-3 pb-2.5 font-mono text-text-2">
          {Object.entries(reply.headers).map(([name, value]) => (
            <div key={name} className="break-words">
              <dt className="inline">{name}: </dt>
              <dd className="inline">{[value].flat().join(', ')}</dd>
            </div>
          ))}
        </dl>
        {body !== null && body !== '' && (
          <div className="border-t border-line [&>div]:rounded-none [&>div]:border-0">
            <CodeView {...prettyJson(body)} numbers={false} label="Body of the answer" maxHeight="22rem" />
          </div>
        )}
      </div>
      {silent && <p className="text-text-2">A {reply.status} has no body: the Custom Response Body is not sent.</p>}
      <Faults record={record} />
    </div>
  )
}

/** What any other step makes, or would send. */
function Output({ trial: { result }, step }: { readonly trial: Trial; readonly step: Step }) {
  const record = recordOf(result, step)
  if (record === undefined) return <p className="text-text-2">This step did not run for this request.</p>
  const sent = result.deliveries.find(({ stepId }) => stepId === step.id)
  const shown: readonly (readonly [title: string, text: string])[] =
    sent === undefined
      ? [
          ['Input', JSON.stringify(record.input ?? null, null, 2)],
          ['Output', JSON.stringify(record.output ?? null, null, 2)],
        ]
      : [
          ['Would be sent', sent.body],
          ['Output', JSON.stringify(record.output ?? null, null, 2)],
        ]
  return (
    <div className="flex flex-col gap-3">
      <StatusMark status={record.status.toLowerCase()} />
      <Faults record={record} />
      {shown
        .filter(([, text]) => text !== 'null')
        .map(([title, text]) => (
          <section key={title} className="flex flex-col gap-1.5">
            <h3>{title}</h3>
            <CodeView {...prettyJson(text)} numbers={false} label={title} maxHeight="18rem" />
          </section>
        ))}
    </div>
  )
}

function Faults({ record }: { readonly record: StepRecord | undefined }): ReactNode {
  return record?.faults.map((fault, at) => {
    const { title, detail } = faultWords(fault)
    return (
      <Note key={at} kind="fail" title={title}>
        {detail}
      </Note>
    )
  })
}

function Ended({ trial: { result }, step }: { readonly trial: Trial; readonly step: Step }) {
  const record = recordOf(result, step)
  if (step.kind === 'webhook_response') return result.reply === null ? null : <HttpCode code={result.reply.status} />
  return record === undefined ? <span className="text-text-2">not run</span> : <StatusMark status={record.status.toLowerCase()} />
}

type StepRecord = Trial['result']['steps'][number]

function recordOf(result: Trial['result'], step: Step): StepRecord | undefined {
  return result.steps.find(({ id }) => id === step.id)
}

/** What is not as one would want it, in one line. */
function troubleOf({ result }: Trial, step: Step): string | undefined {
  const record = recordOf(result, step)
  const ko = result.steps.find(({ status }) => status === 'KO')
  const missing = (record?.warnings ?? []).map((warning) => `${/([^.]+) is not there$/.exec(warning)?.[1] ?? warning} is missing`)
  return [...(ko === undefined ? [] : [`${ko.id} was KO`]), ...missing].join(', ') || undefined
}

const statusWords: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content' }
