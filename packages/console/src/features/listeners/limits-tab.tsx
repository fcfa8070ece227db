import { useState } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, PageBody } from '../../ui/page.tsx'
import type { Listener } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'
import { Fields, May } from '../../ui/may.tsx'
import { Unsaved } from '../../ui/dialog.tsx'

const linesOf = (text: string): string[] => text.split(/\s+/).filter((line) => line !== '')

/** Who may send, from where, how often and how much. */
export function LimitsTab({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const [origins, setOrigins] = useState(listener.allowedOrigins.join('\n'))
  const [addresses, setAddresses] = useState(listener.allowedIps.join('\n'))
  const [requests, setRequests] = useState(listener.rateLimit === null ? '' : String(listener.rateLimit.requests))
  const [seconds, setSeconds] = useState(listener.rateLimit === null ? '60' : String(listener.rateLimit.seconds))
  const [https, setHttps] = useState(listener.requireHttps)
  const [bytes, setBytes] = useState(listener.bodyBytesMax === null ? '' : String(listener.bodyBytesMax))
  const { save, fault } = useListenerPatch(app, listener.id)
  const submit = (): void =>
    save.mutate({
      allowedOrigins: linesOf(origins),
      allowedIps: linesOf(addresses),
      rateLimit: requests.trim() === '' ? null : { requests: Number(requests), seconds: Number(seconds) },
      requireHttps: https,
      bodyBytesMax: bytes.trim() === '' ? null : Number(bytes),
    })
  return (
    <PageBody className="max-w-[52rem]">
      <Card title="Limits and origins">
        <Fields>
          <TextArea
            label="Allowed Origins"
            optional
            mono
            rows={3}
            value={origins}
            onText={setOrigins}
            placeholder="https://app.example.com"
            hint="One a line. Browsers from elsewhere are refused with 403; servers send no origin and pass. Empty: no check."
            fault={faultOf(fault, '/allowedOrigins')}
          />
          <TextArea
            label="Allowed addresses"
            optional
            mono
            rows={3}
            value={addresses}
            onText={setAddresses}
            placeholder="192.0.2.0/24"
            hint="Addresses, ranges, and what a system publishes (preset:github), one a line. Empty: from anywhere."
            fault={faultOf(fault, '/allowedIps')}
          />
          <fieldset className="grid gap-4 desk:grid-cols-2">
            <legend className="pb-1.5 font-medium desk:col-span-2">Rate Limiting</legend>
            <TextField
              label="Requests"
              optional
              inputMode="numeric"
              value={requests}
              onText={setRequests}
              hint="Of each caller. Empty: no limit."
              fault={faultOf(fault, '/rateLimit/requests')}
            />
            <TextField
              label="In seconds"
              inputMode="numeric"
              value={seconds}
              onText={setSeconds}
              fault={faultOf(fault, '/rateLimit/seconds')}
            />
          </fieldset>
          <TextField
            label="Largest body"
            optional
            inputMode="numeric"
            value={bytes}
            onText={setBytes}
            hint="In bytes. Empty: as the server has it."
            fault={faultOf(fault, '/bodyBytesMax')}
          />
          <Checkbox label="Require HTTPS" hint="Requests that came without are refused." checked={https} onChange={setHttps} />
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
          <May>
            <Button kind="primary" className="self-start" disabled={save.isPending} onClick={submit}>
              Save limits
            </Button>
          </May>
        </Fields>
      </Card>
      <Unsaved values={[origins, addresses, requests, seconds, bytes, https]} saving={save.isPending} />
    </PageBody>
  )
}
