import { PosthornError, type RequestResendIn } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/toast.tsx'
import { systemsQuery } from '../listeners/systems-query.ts'
import { headerLines, headersOfLines } from './header-lines.ts'
import type { RequestDetail } from './queries.ts'

const FORM = 'resend-request'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const

interface Props {
  readonly app: string
  readonly request: RequestDetail
  onOpen(id: string): void
  onClose(): void
}

/** A copy of a request, edited and sent to the same listener. What is not touched goes as it came: what is shown of it may be less. */
export function ResendDialog({ app, request, onOpen, onClose }: Props) {
  const queries = useQueryClient()
  const own = { method: request.method, path: request.path, query: request.query, ...textsOf(request) }
  const [form, setForm] = useState({ ...own, sign: false, signKey: '' })
  const isPublicKey = useVerifiesByPublicKey(app, request.listenerId)
  const [headerFault, setHeaderFault] = useState<string>()
  const set = (change: Partial<typeof form>): void => setForm((before) => ({ ...before, ...change }))
  const resend = useMutation({
    mutationFn: (body: RequestResendIn) => api.request.resend(app, request.id, body),
    onSuccess: ({ id }) => {
      onClose()
      onOpen(id)
      say('Sent as a new request, marked as an edited copy.')
      return queries.invalidateQueries({ queryKey: ['requests', app] })
    },
  })
  const fault = resend.error instanceof PosthornError ? resend.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const headers = form.headers === own.headers ? {} : headersOfLines(form.headers)
    setHeaderFault(typeof headers === 'string' ? headers : undefined)
    if (typeof headers === 'string') return
    resend.mutate({
      ...(form.method !== own.method && { method: form.method as NonNullable<RequestResendIn['method']> }),
      ...(form.path !== own.path && { path: form.path }),
      ...(form.query !== own.query && { query: form.query.replace(/^\?/, '') }),
      ...(form.headers !== own.headers && { headers }),
      ...(form.body !== own.body && { body: form.body }),
      ...(form.sign && { sign: true, ...(form.signKey !== '' && { signKey: form.signKey }) }),
    })
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Edit and resend"
      actions={
        <>
          <span className="flex-1 text-text-3">It becomes a request of its own. Deduplication is passed by.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={resend.isPending}>
            Send copy
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <div className="grid gap-4 desk:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)]">
          <SelectField
            label="HTTP Method"
            options={methods.map((value) => ({ value, label: value }))}
            value={form.method as (typeof methods)[number]}
            onValue={(method) => set({ method })}
            fault={faultOf(fault, '/method')}
          />
          <TextField label="Path" mono value={form.path} onText={(path) => set({ path })} fault={faultOf(fault, '/path')} />
          <TextField label="Query" optional mono value={form.query} onText={(query) => set({ query })} fault={faultOf(fault, '/query')} />
        </div>
        <TextArea
          label="Headers"
          mono
          rows={6}
          value={form.headers}
          onText={(headers) => set({ headers })}
          hint="One a line, such as Content-Type: application/json. A credential was redacted when the request was kept: write it anew where the flow reads it."
          fault={headerFault ?? faultOf(fault, '/headers')}
        />
        <TextArea
          label="Body"
          mono
          rows={10}
          value={form.body}
          onText={(body) => set({ body })}
          hint={bodyHint(request)}
          fault={faultOf(fault, '/body')}
        />
        <Checkbox
          label="Sign it anew"
          hint={`${isPublicKey ? 'With the private key of its sender, as' : 'With the newest secret of the listener, which'} then verifies it. Otherwise it is taken as it is, and says that nothing verified it.`}
          checked={form.sign}
          onChange={(sign) => set({ sign })}
        />
        {form.sign && isPublicKey && (
          <TextArea
            label="Private key"
            mono
            rows={4}
            autoComplete="off"
            value={form.signKey}
            onText={(signKey) => set({ signKey })}
            hint="PEM, of the pair whose public key the listener has. It signs this once, and is kept nowhere."
            fault={faultOf(fault, '/signKey')}
          />
        )}
        {faultOf(fault, '/sign') !== undefined && <Note kind="fail" title={faultOf(fault, '/sign')} />}
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

/** The schemes whose listener cannot sign: it has the public key only. */
const publicKeySchemes = new Set(['ed25519', 'ecdsa', 'rsa', 'jwt'])

function useVerifiesByPublicKey(app: string, listenerId: string | null): boolean {
  const listener = useQuery({
    queryKey: ['listener', app, listenerId],
    queryFn: () => api.listener.get(app, listenerId ?? ''),
    enabled: listenerId !== null,
  }).data
  const systems = useQuery({ ...systemsQuery, enabled: listener?.auth.kind === 'preset' }).data
  const scheme = listener?.auth.kind === 'preset' ? systems?.find(({ name }) => name === listener.system)?.scheme : listener?.auth.kind
  return scheme !== undefined && publicKeySchemes.has(scheme)
}

/** What is not text, or not shown whole, is not put into a field: it would be sent as what it is not. */
function textsOf({ headers, body }: RequestDetail): { readonly headers: string; readonly body: string } {
  const isText = body !== null && body.encoding === 'utf8' && !body.truncated
  return { headers: headerLines(headers), body: isText ? body.content : '' }
}

function bodyHint({ body }: RequestDetail): string {
  if (body === null) return 'Of this request no body is kept. What is written here is sent.'
  if (body.truncated) return 'Its body is longer than what is shown. Left empty, all that is kept is sent.'
  if (body.encoding === 'base64') return 'Its body is not text. Left empty, it is sent as it came.'
  return 'Left as it is, it is sent byte by byte as it came.'
}
