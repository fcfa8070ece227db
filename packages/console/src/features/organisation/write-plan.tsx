import { type PlanIn, type PlanOut, PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf, textsOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/toast.tsx'
import { presets, profiles } from '../webhooks/profiles.ts'
import { retryWords } from '../webhooks/retry-words.ts'

const FORM = 'write-plan'
const WHOLE = 'A whole number, or empty for no limit.'

interface Form {
  readonly name: string
  readonly endpoints: string
  readonly hour: string
  readonly retries: string
  readonly seconds: string
  readonly signing: PlanOut['defaultSigning']
  /** `own`: waits that no preset has, which stay. */
  readonly policy: (typeof presets)[number]['value'] | 'own'
}

interface Props {
  /** The one that is changed; absent for a new one. */
  readonly known: PlanOut | undefined
  onClose(): void
}

/** Adds a plan, or changes one. */
export function WritePlan({ known, onClose }: Props) {
  const queries = useQueryClient()
  const [form, setForm] = useState(() => formOf(known))
  const [isSent, setSent] = useState(false)
  const write = useMutation({
    mutationFn: () =>
      known === undefined ? api.plan.create({ name: form.name.trim(), ...limitsOf(form) }) : api.plan.patch(known.name, limitsOf(form)),
    onSuccess: async ({ name }) => {
      await Promise.all(['plan-list', 'plans', 'plan-use'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
      say(known === undefined ? `Applications can have ${name} now.` : 'Saved. Its applications have it at once.')
      onClose()
    },
  })
  const fault = write.error instanceof PosthornError ? write.error : undefined
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change })
  const text = textsOf(form, fault, set)
  const limit = (name: 'endpoints' | 'hour' | 'retries' | 'seconds', pointer: string) => ({
    ...{ ...text(name, pointer), inputMode: 'numeric' as const, optional: true },
    ...(isSent && limitOf(form[name]) === undefined && { fault: WHOLE }),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if ([form.endpoints, form.hour, form.retries, form.seconds].every((one) => limitOf(one) !== undefined)) write.mutate()
  }
  const act = known === undefined ? 'Add plan' : 'Save plan'
  return (
    <Dialog
      open
      onClose={onClose}
      title={known === undefined ? 'Add plan' : `Edit ${known.name}`}
      actions={
        <>
          <span className="flex-1 text-xs text-text-3">What is empty is not limited.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={write.isPending}>
            {act}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="grid items-start gap-4 desk:grid-cols-2" noValidate>
        <div className="desk:col-span-2">
          <TextField
            label="Name"
            mono
            autoFocus={known === undefined}
            readOnly={known !== undefined}
            placeholder="gold"
            {...text('name')}
            hint="By it an application names its plan; it stays as it is."
          />
        </div>
        <TextField label="Webhook endpoints" {...limit('endpoints', '/endpointsMax')} hint="At most." />
        <TextField label="Deliveries per hour" {...limit('hour', '/deliveriesPerHour')} hint="What is over waits, and is not dropped." />
        <TextField label="Retry attempts" {...limit('retries', '/retriesMax')} hint="After the first attempt, at most." />
        <TextField label="Delivery timeout" {...limit('seconds', '/timeoutMsMax')} hint="In seconds, at most." />
        <SelectField
          label="Signature"
          options={profiles}
          value={form.signing}
          onValue={(signing) => set({ signing })}
          hint="Of new endpoints that name none."
        />
        <SelectField
          label="Retries"
          options={
            known === undefined || typeof known.defaultRetryPolicy === 'string' ? presets : [ownOf(known.defaultRetryPolicy), ...presets]
          }
          value={form.policy}
          onValue={(policy) => set({ policy })}
          hint="Of endpoints without a policy of their own."
          fault={faultOf(fault, '/defaultRetryPolicy')}
        />
        {fault !== undefined && fault.fields.length === 0 && (
          <div className="desk:col-span-2">
            <Note kind="fail" title={fault.message} />
          </div>
        )}
      </form>
    </Dialog>
  )
}

const ownOf = (policy: Exclude<PlanOut['defaultRetryPolicy'], string>) => ({ value: 'own' as const, label: retryWords(policy) })

function formOf(plan: PlanOut | undefined): Form {
  const text = (limit: number | null | undefined): string => (limit == null ? '' : String(limit))
  const policy = plan?.defaultRetryPolicy ?? 'standard'
  return {
    name: plan?.name ?? '',
    endpoints: text(plan?.endpointsMax),
    hour: text(plan?.deliveriesPerHour),
    retries: text(plan?.retriesMax),
    seconds: plan?.timeoutMsMax == null ? '' : String(plan.timeoutMsMax / 1000),
    signing: plan?.defaultSigning ?? 'standard',
    policy: typeof policy === 'string' ? policy : 'own',
  }
}

/** Null where it is empty, which is no limit; undefined where it is no number. */
function limitOf(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const number = Number(text.replaceAll(/[,\s]/g, ''))
  return Number.isFinite(number) && number >= 0 ? number : undefined
}

function limitsOf({ endpoints, hour, retries, seconds, signing, policy }: Form): Omit<PlanIn, 'name'> {
  const timeout = limitOf(seconds) ?? null
  return {
    endpointsMax: limitOf(endpoints) ?? null,
    deliveriesPerHour: limitOf(hour) ?? null,
    retriesMax: limitOf(retries) ?? null,
    timeoutMsMax: timeout === null ? null : Math.round(timeout * 1000),
    defaultSigning: signing,
    ...(policy !== 'own' && { defaultRetryPolicy: policy }),
  }
}
