import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { useMe } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import { CopyableId } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, PageBody, PageHead } from '../../ui/page.tsx'
import { PlanCard } from '../../ui/plan/plan-use.tsx'
import { ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { PortalLink } from './portal-link.tsx'
import type { ApplicationOut } from '@posthorn/sdk'
import { Fields, May } from '../../ui/may.tsx'

/** The application itself: its name, its plan, and the way to delete it. */
export function ApplicationPage() {
  const { app } = useParams({ from: '/a/$app/settings/application' })
  const me = useMe()
  // Links are made by the organisation.
  const manages = me?.applications === null && me.may.change
  const { data, error, refetch } = useQuery({ queryKey: ['application', app], queryFn: () => api.application.get(app) })
  return (
    <>
      <PageHead title="Application" {...(data !== undefined && { facts: <CopyableId id={data.id} /> })} />
      <PageBody className="max-w-[52rem]">
        {data === undefined ? (
          error === null ? (
            <SkeletonRows />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <>
            <General key={data.updatedAt} application={data} />
            <PlanCard app={app} />
            {manages && <PortalLink application={data.uid ?? data.id} />}
            <May>
              <Delete application={data} />
            </May>
          </>
        )}
      </PageBody>
    </>
  )
}

function General({ application }: { readonly application: ApplicationOut }) {
  const queries = useQueryClient()
  const plans = useQuery({ queryKey: ['plans'], queryFn: () => api.plan.list({ limit: 100 }) }).data?.data ?? []
  const [name, setName] = useState(application.name)
  const [plan, setPlan] = useState(application.plan)
  const save = useMutation({
    mutationFn: () => api.application.patch(application.id, { name, plan }),
    onSuccess: async () => {
      say('Saved.')
      await queries.invalidateQueries({ queryKey: ['application'] })
      await queries.invalidateQueries({ queryKey: ['applications'] })
      await queries.invalidateQueries({ queryKey: ['plan-use'] })
    },
  })
  const fault = save.error instanceof PosthornError ? save.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  const names = plans.some((one) => one.name === plan) ? plans.map((one) => one.name) : [plan, ...plans.map((one) => one.name)]
  return (
    <form onSubmit={submit} noValidate>
      <Card title="General">
        <Fields>
          <TextField label="Name" value={name} onText={setName} fault={faultOf(fault, '/name')} />
          <TextField label="Uid" mono readOnly value={application.uid ?? ''} hint="Your own name for it in addresses and calls." />
          <SelectField
            label="Plan"
            options={names.map((value) => ({ value, label: value }))}
            value={plan}
            onValue={(next) => setPlan(next)}
            hint="Limits on endpoints, deliveries an hour, retries and deadline."
            fault={faultOf(fault, '/plan')}
          />
          {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
          <May>
            <Button kind="primary" type="submit" className="self-start" disabled={save.isPending}>
              Save application
            </Button>
          </May>
        </Fields>
      </Card>
    </form>
  )
}

function Delete({ application }: { readonly application: ApplicationOut }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    mutationFn: () => api.application.delete(application.id),
    onSuccess: async () => {
      await navigate({ to: '/org/applications' })
      say(`${application.name} is deleted.`)
      await queries.invalidateQueries({ queryKey: ['applications'] })
    },
    onError: (error) => sayFailure('The application stays.', wordsOf(error).detail),
  })
  return (
    <Card title="Delete">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-[44ch] text-text-2">
          Its endpoints, listeners and flows go, and what waits is cancelled. This cannot be undone.
        </p>
        <Button kind="danger" onClick={() => setAsking(true)}>
          Delete application
        </Button>
      </div>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${application.name}?`}
        actions={
          <>
            <span className="flex-1" />
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              className="border-transparent! bg-danger! text-on-danger!"
              disabled={typed !== application.name || remove.isPending}
              onClick={() => remove.mutate()}
            >
              Delete application
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4">
          <p className="text-text-2">Its customers lose their webhooks at once, and what waits is cancelled.</p>
          <TextField label={`Type ${application.name}`} autoFocus value={typed} onText={setTyped} />
        </div>
      </Dialog>
    </Card>
  )
}
