import type { EndpointPatchIn } from '@posthorn/sdk'
import { type FormEvent, useState } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card } from '../../ui/page.tsx'
import type { Endpoint } from './queries.ts'
import { presets, profiles } from './profiles.ts'
import { scheduleWords } from './retry-words.ts'
import { useEndpointPatch } from './use-endpoint-patch.ts'
import { Fields, May } from '../../ui/may.tsx'
import { Unsaved } from '../../ui/dialog.tsx'

type Policy = (typeof presets)[number]['value'] | 'application' | 'custom'
const policies: readonly { readonly value: Policy; readonly label: string }[] = [
  { value: 'application', label: 'As the application has it' },
  ...presets,
  { value: 'custom', label: 'Waits of its own' },
]

/** How it is sent to: URL, signature, retries, deadline, rate, order. */
export function EndpointSettings({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const [form, setForm] = useState(() => formOf(endpoint))
  const { save, fault } = useEndpointPatch(app, endpoint.id)
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate(patchOf(form))
  }
  return (
    <form onSubmit={submit} className="flex max-w-[44rem] flex-col gap-4" noValidate>
      <Card>
        <Fields className="grid min-w-0 gap-4 desk:grid-cols-2">
          <div className="desk:col-span-2">
            <TextField label="Endpoint URL" mono value={form.url} onText={(url) => set({ url })} fault={faultOf(fault, '/url')} />
          </div>
          <div className="desk:col-span-2">
            <TextField
              label="Description"
              optional
              value={form.description}
              onText={(description) => set({ description })}
              fault={faultOf(fault, '/description')}
            />
          </div>
          <SelectField
            label="Signature"
            options={profiles}
            value={form.signing}
            onValue={(signing) => set({ signing })}
            hint="Another form of signature brings a new secret."
          />
          <SelectField
            label="Retries"
            options={policies}
            value={form.policy}
            onValue={(policy) => set({ policy })}
            fault={faultOf(fault, '/retryPolicy')}
          />
          {form.policy === 'custom' && (
            <div className="desk:col-span-2">
              <TextField
                label="Waits in seconds"
                mono
                value={form.waits}
                onText={(waits) => set({ waits })}
                hint="Separated by commas, for example 60, 300, 1800."
              />
            </div>
          )}
          <Schedule form={form} />
          <TextField
            label="Deadline of an attempt"
            optional
            inputMode="numeric"
            value={form.timeout}
            onText={(timeout) => set({ timeout })}
            hint="In seconds. Empty: as the plan has it."
            fault={faultOf(fault, '/timeoutMs')}
          />
          <TextField
            label="Rate"
            optional
            inputMode="numeric"
            value={form.rate}
            onText={(rate) => set({ rate })}
            hint="Messages a second at most. Empty: no limit."
            fault={faultOf(fault, '/throttleRate')}
          />
          <div className="desk:col-span-2">
            <Checkbox
              label="In order"
              hint="One delivery at a time, in the order of the events. One that fails holds what comes after it."
              checked={form.ordered}
              onChange={(ordered) => set({ ordered })}
            />
          </div>
        </Fields>
      </Card>
      {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      <May>
        <Button kind="primary" type="submit" className="self-start" disabled={save.isPending}>
          Save settings
        </Button>
      </May>
      <Unsaved key={endpoint.updatedAt} values={form} saving={save.isPending} />
    </form>
  )
}

/** The waits as bars on one line of time. */
function Schedule({ form }: { readonly form: Form }) {
  const policy = policyOf(form)
  const words = policy == null ? '' : scheduleWords(policy)
  return words === '' ? null : <p className="text-xs text-text-3 desk:col-span-2">{words}</p>
}

interface Form {
  readonly url: string
  readonly description: string
  readonly signing: Endpoint['signing']
  readonly policy: Policy
  readonly waits: string
  readonly timeout: string
  readonly rate: string
  readonly ordered: boolean
}

function formOf({ url, description, signing, retryPolicy, timeoutMs, throttleRate, ordered }: Endpoint): Form {
  const custom = retryPolicy !== null && typeof retryPolicy === 'object'
  const policy = retryPolicy === null ? 'application' : custom ? 'custom' : retryPolicy
  return {
    ...{ url, description, signing, policy, ordered },
    waits: custom ? retryPolicy.waitsSeconds.join(', ') : '',
    timeout: timeoutMs === null ? '' : String(timeoutMs / 1000),
    rate: throttleRate === null ? '' : String(throttleRate),
  }
}

function policyOf({ policy, waits }: Form): EndpointPatchIn['retryPolicy'] {
  if (policy === 'application') return null
  if (policy !== 'custom') return policy
  return {
    waitsSeconds: waits
      .split(',')
      .map(Number)
      .filter((wait) => wait > 0),
  }
}

function patchOf(form: Form): EndpointPatchIn {
  return {
    url: form.url.trim(),
    description: form.description,
    signing: form.signing,
    retryPolicy: policyOf(form) ?? null,
    timeoutMs: form.timeout.trim() === '' ? null : Math.round(Number(form.timeout) * 1000),
    throttleRate: form.rate.trim() === '' ? null : Number(form.rate),
    ordered: form.ordered,
  }
}
