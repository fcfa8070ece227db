import { useState } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, TextArea } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, PageBody } from '../../ui/page.tsx'
import { CaptureButtons, CaptureState } from './capture-example.tsx'
import { type ExpectedRow, ExpectedRows } from './expected-rows.tsx'
import type { Listener } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'
import { Fields, May } from '../../ui/may.tsx'
import { Unsaved } from '../../ui/dialog.tsx'

/** Expected Data Structure: what becomes variables in the mapping, and sample data. Live data need not match it. */
export function StructureTab({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const { expected } = listener
  const [headers, setHeaders] = useState<readonly ExpectedRow[]>(expected.headers)
  const [query, setQuery] = useState<readonly ExpectedRow[]>(expected.query)
  const [body, setBody] = useState(expected.body === undefined ? '' : JSON.stringify(expected.body, null, 2))
  const [strict, setStrict] = useState(expected.strict)
  const { save, fault } = useListenerPatch(app, listener.id)
  const read = parsedJson(body)
  const unreadable = body.trim() !== '' && !read.ok
  const submit = (): void =>
    save.mutate({
      expected: {
        headers: headers.filter(({ locked, name }) => locked !== true && name !== ''),
        query: query.filter(({ name }) => name !== ''),
        ...(read.ok && { body: read.value as never }),
        strict,
      },
    })
  return (
    <PageBody className="max-w-[60rem]">
      <Card title="Expected Data Structure" aside={<CaptureButtons app={app} listener={listener} />}>
        <CaptureState app={app} listener={listener} />
        <Fields className="flex min-w-0 flex-col gap-5">
          <p className="text-text-2">
            Its fields become variables in flows, and it is the sample that flows are tried with. Live data need not match this.
          </p>
          <ExpectedRows label="Headers" rows={headers} onChange={setHeaders} />
          <ExpectedRows label="Query Parameters" rows={query} onChange={setQuery} />
          <TextArea
            label="Body"
            optional
            mono
            rows={14}
            value={body}
            onText={setBody}
            hint="An example, as JSON. One item of a list is enough."
            fault={unreadable ? 'This is not JSON.' : faultOf(fault, '/expected/body')}
          />
          <Checkbox
            label="Refuse what does not match"
            hint="Strict: a request that differs is answered 422 and kept with the reason."
            checked={strict}
            onChange={setStrict}
          />
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
          <May>
            <Button kind="primary" className="self-start" disabled={unreadable || save.isPending} onClick={submit}>
              Save structure
            </Button>
          </May>
        </Fields>
      </Card>
      <Unsaved values={[headers, query, body, strict]} saving={save.isPending} />
    </PageBody>
  )
}
