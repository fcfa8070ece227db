import type { TemplateApplyOut } from '@posthorn/sdk'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'

/** What came of a template: the URLs to give to senders, and the secrets, this one time. It cannot be closed by chance. */
export function MadeDialog({ app, made }: { readonly app: string; readonly made: TemplateApplyOut }) {
  const navigate = useNavigate()
  const [stored, setStored] = useState(false)
  const once = [
    ...made.secrets.flatMap(({ label, where, value }) => (value === null ? [] : [{ label, where, value }])),
    ...made.endpoints.map(({ description, url, secret }) => ({
      label: `Signing secret of ${description || url}`,
      where: 'Whoever receives it verifies with it what arrives.',
      value: secret,
    })),
  ]
  const asked = made.secrets.filter((secret) => secret.asked)
  const leave = (): void => {
    const [flow] = made.flows
    void navigate(
      flow === undefined ? { to: '/a/$app/flows', params: { app } } : { to: '/a/$app/flows/$flow', params: { app, flow: flow.id } },
    )
  }
  return (
    <Dialog
      open
      stays
      onClose={leave}
      title="It is made, and the flow is live"
      actions={
        <>
          <span className="flex-1" />
          <Button kind="primary" disabled={once.length > 0 && !stored} onClick={leave}>
            Open the flow
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {made.listeners.map(({ id, name, publicUrl }) => (
          <Copyable key={id} label={`Public URL of ${name}`} hint="Give it to the sender." value={publicUrl} />
        ))}
        {once.map(({ label, where, value }) => (
          <Copyable key={label} label={label} hint={`${where} It is shown this one time.`} value={value} isSecret />
        ))}
        {asked.map(({ secret, label, where }) => (
          <Asked key={secret} app={app} name={secret} label={label} where={where} />
        ))}
        {once.length > 0 && <Checkbox label="I have stored what is shown once" checked={stored} onChange={setStored} />}
      </div>
    </Dialog>
  )
}

function Copyable({
  label,
  hint,
  value,
  isSecret = false,
}: {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly isSecret?: boolean
}) {
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium">{label}</h3>
      <div className="flex items-center gap-3 rounded-md border border-edge bg-sunken p-3">
        <code className="min-w-0 flex-1 font-mono break-all" data-secret={isSecret ? '' : undefined}>
          {value}
        </code>
        <CopyButton text={value}>Copy</CopyButton>
      </div>
      <p className="text-xs text-text-3">{hint}</p>
    </div>
  )
}

/** A secret that its sender shows once it knows the URL. It can be given here, or later under Secrets. */
function Asked({
  app,
  name,
  label,
  where,
}: {
  readonly app: string
  readonly name: string
  readonly label: string
  readonly where: string
}) {
  const [value, setValue] = useState('')
  const put = useMutation({ mutationFn: () => api.secret.put(app, name, { value }) })
  if (put.isSuccess) return <Note kind="ok" title={`${label}: kept. Requests that it signs are taken from now on.`} />
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <TextField
          label={label}
          optional
          mono
          value={value}
          onText={setValue}
          fault={put.error === null ? undefined : wordsOf(put.error).detail}
          hint={`${where} Until it is given, here or under Secrets as ${name}, every request is refused.`}
        />
      </div>
      <Button className="mt-[26px]" disabled={value === '' || put.isPending} onClick={() => put.mutate()}>
        Keep it
      </Button>
    </div>
  )
}
