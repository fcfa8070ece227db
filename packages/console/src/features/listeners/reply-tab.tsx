import { useState } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, PageBody } from '../../ui/page.tsx'
import type { Listener } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'
import { Fields, May } from '../../ui/may.tsx'
import { Unsaved } from '../../ui/dialog.tsx'

const modes = [
  { value: 'auto', label: 'Automatic: the flow answers if one has a Webhook Response, else at once' },
  { value: 'at_once', label: 'At once, before any flow runs' },
  { value: 'flow', label: 'By the flow' },
] as const

/** What the sender is answered, and when. */
export function ReplyTab({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const { reply } = listener
  const [mode, setMode] = useState(reply.mode)
  const [status, setStatus] = useState(reply.status === undefined ? '' : String(reply.status))
  const [body, setBody] = useState(reply.body === null ? '' : JSON.stringify(reply.body, null, 2))
  const [timeout, setTimeoutMs] = useState(reply.timeoutMs === undefined ? '' : String(reply.timeoutMs / 1000))
  const [onTimeout, setOnTimeout] = useState(reply.onTimeout === undefined ? '' : String(reply.onTimeout))
  const { save, fault } = useListenerPatch(app, listener.id)
  const read = parsedJson(body)
  const unreadable = body.trim() !== '' && !read.ok
  const submit = (): void =>
    save.mutate({
      reply: {
        ...reply,
        mode,
        status: status === '' ? undefined : Number(status),
        body: (read.ok ? read.value : null) as never,
        timeoutMs: timeout === '' ? undefined : Math.round(Number(timeout) * 1000),
        onTimeout: onTimeout === '' ? undefined : Number(onTimeout),
      } as never,
    })
  return (
    <PageBody className="max-w-[52rem]">
      <Card title="Reply">
        <Fields>
          <SelectField
            label="Answers"
            options={modes}
            value={mode}
            onValue={(next) => setMode(next)}
            fault={faultOf(fault, '/reply/mode')}
          />
          <TextField
            label="Status Code"
            optional
            inputMode="numeric"
            value={status}
            onText={setStatus}
            hint="Of an answer at once. Empty: 202, or what the system wants."
            fault={faultOf(fault, '/reply/status')}
          />
          <TextArea
            label="Custom Response Body"
            optional
            mono
            rows={5}
            value={body}
            onText={setBody}
            hint="JSON, or a text in quotes. Empty: { ok, requestId, runId }."
            fault={unreadable ? 'This is not JSON.' : faultOf(fault, '/reply/body')}
          />
          <div className="grid gap-4 desk:grid-cols-2">
            <TextField
              label="The caller waits"
              optional
              inputMode="decimal"
              value={timeout}
              onText={setTimeoutMs}
              hint="In seconds, 60 at most. Empty: 15."
              fault={faultOf(fault, '/reply/timeoutMs')}
            />
            <TextField
              label="Then it is answered"
              optional
              inputMode="numeric"
              value={onTimeout}
              onText={setOnTimeout}
              hint="A status. Empty: 202. The run goes on."
              fault={faultOf(fault, '/reply/onTimeout')}
            />
          </div>
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
          <May>
            <Button kind="primary" className="self-start" disabled={unreadable || save.isPending} onClick={submit}>
              Save reply
            </Button>
          </May>
        </Fields>
      </Card>
      <Unsaved values={[mode, status, body, timeout, onTimeout]} saving={save.isPending} />
    </PageBody>
  )
}
