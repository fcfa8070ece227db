import type { FlowTestIn, FlowTestOut } from '@posthorn/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Play, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../../lib/api.ts'
import { parsedJson } from '../../../lib/parsed-json.ts'
import { prettyJson } from '../../../lib/pretty-json.ts'
import { clockTime } from '../../../lib/time.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { CodeView } from '../../../ui/code-view.tsx'
import { SelectField, TextArea } from '../../../ui/field.tsx'
import { Note } from '../../../ui/note.tsx'
import { wordsOf } from '../../../ui/states.tsx'
import { HttpCode, StatusMark } from '../../../ui/status.tsx'
import type { Builder } from '../builder.ts'
import { everyStep } from '../model/definition.ts'

interface Props {
  readonly builder: Builder
  onResult(result: FlowTestOut): void
  onClose(): void
}

type Source = 'expected' | 'request' | 'pasted'

/** Run with sample: tries the draft on the server. Nothing leaves it, and nothing is kept. */
export function TestDrawer({ builder, onResult, onClose }: Props) {
  const { app, flow, draft } = builder
  const webhook = draft.definition.trigger.kind === 'webhook'
  const [source, setSource] = useState<Source>(webhook ? 'expected' : 'pasted')
  const [request, setRequest] = useState('')
  const [pasted, setPasted] = useState(() => JSON.stringify(builder.sample ?? {}, null, 2))
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, string>>>({})
  const read = parsedJson(pasted)
  const run = useMutation({
    mutationFn: async () => {
      await draft.flush()
      return api.flow.test(app, flow.id, inputOf({ source, request, value: read.ok ? read.value : null, webhook, outcomes }))
    },
    onSuccess: onResult,
  })
  const sends = [...everyStep(draft.definition)].filter(({ step }) => step.kind === 'send_webhook' || step.kind === 'http_request')
  return (
    <section
      aria-label="Run with sample"
      className="flex h-80 max-h-[60vh] shrink-0 flex-col border-t border-line bg-surface"
      onKeyDown={(event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') run.mutate()
        if (event.key === 'Escape') onClose()
      }}
    >
      <div className="flex items-center gap-3 border-b border-line px-gutter py-2">
        <h2 className="text-md">Run with sample</h2>
        <span className="text-text-2 max-desk:hidden">Nothing leaves the server, and nothing is kept.</span>
        <span className="flex-1" />
        <Button kind="primary" size="sm" disabled={run.isPending || (source === 'pasted' && !read.ok)} onClick={() => run.mutate()}>
          <Play aria-hidden />
          {run.isPending ? 'Running' : 'Run'}
        </Button>
        <IconButton size="sm" label="Close" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="grid min-h-0 flex-1 gap-4 overflow-y-auto px-gutter py-3 desk:grid-cols-[22rem_minmax(0,1fr)]">
        <div className="flex flex-col gap-3">
          {webhook && (
            <SelectField
              label="Request"
              options={[
                { value: 'expected', label: 'As the listener expects it' },
                { value: 'request', label: 'One that arrived' },
                { value: 'pasted', label: 'A pasted body' },
              ]}
              value={source}
              onValue={(next) => setSource(next as Source)}
            />
          )}
          {source === 'request' && <PastRequest builder={builder} value={request} onValue={setRequest} />}
          {source === 'pasted' && (
            <TextArea
              label={webhook ? 'Body' : 'Document'}
              mono
              rows={5}
              value={pasted}
              onText={setPasted}
              fault={read.ok ? undefined : 'This is not JSON.'}
            />
          )}
          {sends.map(({ step }) => (
            <SelectField
              key={step.id}
              label={`${step.id} is answered`}
              options={[
                { value: '200', label: '200, it goes well' },
                { value: '503', label: '503, it fails' },
                { value: 'none', label: 'not at all' },
              ]}
              value={outcomes[step.id] ?? '200'}
              onValue={(next) => setOutcomes({ ...outcomes, [step.id]: next })}
            />
          ))}
        </div>
        <div className="min-w-0" role="status">
          {run.error !== null && <Note kind="fail" title={wordsOf(run.error).detail} />}
          {run.data !== undefined && run.error === null && <Result result={run.data} />}
        </div>
      </div>
    </section>
  )
}

function inputOf({
  source,
  request,
  value,
  webhook,
  outcomes,
}: {
  source: Source
  request: string
  value: unknown
  webhook: boolean
  outcomes: Readonly<Record<string, string>>
}): FlowTestIn {
  const ends = Object.fromEntries(
    Object.entries(outcomes).map(([step, end]) => [
      step,
      end === '200' ? { ok: true, status: 200 } : { ok: false, status: end === 'none' ? null : Number(end) },
    ]),
  )
  const shared = { outcomes: ends } as FlowTestIn
  if (!webhook) return { ...shared, document: value as never }
  if (source === 'request' && request !== '') return { ...shared, request }
  return source === 'pasted' ? { ...shared, simulated: { body: value as never } } : shared
}

function PastRequest({ builder, value, onValue }: { readonly builder: Builder; readonly value: string; onValue(value: string): void }) {
  const { trigger } = builder.draft.definition
  const listener = trigger.kind === 'webhook' ? trigger.listener : ''
  const { data } = useQuery({
    queryKey: ['past-requests', builder.app, listener],
    queryFn: () => api.request.list(builder.app, listener, { limit: 20, status: 'accepted' }),
  })
  const rows = data?.data ?? []
  return (
    <SelectField
      label="Which"
      options={[
        { value: '', label: rows.length === 0 ? 'None arrived yet' : 'Choose one' },
        ...rows.map(({ id, receivedAt, eventType }) => ({ value: id, label: `${clockTime(Date.parse(receivedAt))} ${eventType ?? ''}` })),
      ]}
      value={value}
      onValue={onValue}
    />
  )
}

/** What the caller would see, and what would be sent. */
function Result({ result }: { readonly result: FlowTestOut }) {
  const reply = result.reply
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <StatusMark status={result.status} />
        {result.errorCode !== null && <code className="font-mono text-fail-text">{result.errorCode}</code>}
        {reply !== null && (
          <span className="text-text-2">
            The caller sees <HttpCode code={reply.status} />
          </span>
        )}
      </div>
      {reply !== null && reply.body !== null && reply.body !== '' && (
        <CodeView {...prettyJson(reply.body)} label="Body of the answer" maxHeight="9rem" />
      )}
      {result.deliveries.map(({ stepId, body }) => (
        <div key={stepId}>
          <h3 className="pb-1">{stepId} would send</h3>
          <CodeView {...prettyJson(body)} label={`What ${stepId} would send`} maxHeight="9rem" />
        </div>
      ))}
      {result.messages.map(({ eventType, data }, at) => (
        <div key={at}>
          <h3 className="pb-1">
            Event <code className="font-mono">{eventType}</code> would go to its endpoints
          </h3>
          <CodeView json text={JSON.stringify(data, null, 2)} label={`Data of ${eventType}`} maxHeight="9rem" />
        </div>
      ))}
    </div>
  )
}
