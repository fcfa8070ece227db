import { PosthornError } from '@posthorn/sdk'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../../lib/api.ts'
import { faultOf } from '../../../lib/field-faults.ts'
import { Button } from '../../../ui/button.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { Note } from '../../../ui/note.tsx'
import { Card } from '../../../ui/page.tsx'
import { Checked } from '../../requests/verdict.tsx'
import { type Listener } from '../queries.ts'
import { pastedRequest } from './pasted-request.ts'

/** Whether a request that somebody has at hand would be taken, and why not. Nothing of it is kept. */
export function CheckRequest({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState('')
  const [unread, setUnread] = useState<string>()
  const check = useMutation({
    mutationFn: ({ body, ...request }: Exclude<ReturnType<typeof pastedRequest>, string>) =>
      api.listener.verify(app, listener.id, {
        ...request,
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, values]) => [name, [...values]])),
        ...(body !== '' && { body }),
        ...(at.trim() !== '' && { at: at.trim() }),
      }),
  })
  const fault = check.error instanceof PosthornError ? check.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const request = pastedRequest(text)
    setUnread(typeof request === 'string' ? request : undefined)
    if (typeof request === 'string') check.reset()
    else check.mutate(request)
  }
  const ofTime = faultOf(fault, '/at')
  return (
    <Card title="Check a request">
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextArea
          label="Request"
          mono
          rows={8}
          value={text}
          onText={setText}
          placeholder={'X-Signature: 5d1b…\nContent-Type: application/json\n\n{"id":"SO-20417"}'}
          hint="A curl command, or its headers, an empty line and its body, byte for byte: a line break at the end counts."
          fault={unread ?? (ofTime === undefined ? fault?.fields[0]?.message : undefined)}
        />
        <TextField
          label="When it came"
          optional
          mono
          value={at}
          onText={setAt}
          placeholder={new Date().toISOString()}
          hint="Some signatures hold for minutes only. Left empty, it is checked as of now."
          fault={ofTime}
        />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" disabled={check.isPending}>
            Check request
          </Button>
          <span className="text-text-3">Nothing of it is kept, and no flow runs.</span>
        </div>
        <div role="status" className="flex flex-col gap-2 empty:hidden">
          {check.data !== undefined && <Checked verdict={check.data} />}
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
        </div>
      </form>
    </Card>
  )
}
