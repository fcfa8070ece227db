import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { useRows } from '../../lib/keyset.ts'
import { flowsLately } from '../../lib/queries/lately.ts'
import { foundQuery, useNames } from '../../lib/queries/names.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { FindField } from '../../ui/find/find-field.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { latelyColumns } from '../../ui/charts/lately.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { Note } from '../../ui/note.tsx'
import { ListBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { type Schedule, ScheduleFields } from './panel/schedule-fields.tsx'
import type { FlowHead } from './queries.ts'
import { triggerWords } from './trigger-words.ts'

/** What runs, what is in draft. */
export function FlowsPage() {
  const { app } = useParams({ from: '/a/$app/flows' })
  const { q = '', add: asked } = useSearch({ from: '/a/$app/flows' })
  const navigate = useNavigate({ from: '/a/$app/flows' })
  const [adding, setAdding] = useState(asked !== undefined)
  const load = (iterator: string | undefined) =>
    api.flow.list(app, { limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) })
  const list = useRows(['flows', app, q], load)
  const listeners = useNames(
    app,
    'listener',
    list.rows.map(({ trigger }) => (trigger.kind === 'webhook' ? trigger.listener : null)),
  )
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add flow
    </Button>
  )
  const fromTemplate = (
    <LinkButton to="/a/$app/templates" params={{ app }}>
      New flow from a template
    </LinkButton>
  )
  return (
    <>
      <PageHead
        title="Flows"
        facts="What is done when something happens: a trigger, and steps."
        actions={
          <>
            {fromTemplate}
            {add}
          </>
        }
      >
        <SearchBox
          value={q}
          placeholder="Name or uid"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <ListBody>
        <LogList
          label="Flows"
          noun="flow"
          tall
          list={list}
          columns={columnsOf(app, listeners)}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/a/$app/flows/$flow', params: { app, flow: id } })}
          rowLabel={({ name }) => name}
          {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
          empty={
            <EmptyState
              title="No flows yet."
              action={
                <span className="flex flex-wrap gap-2">
                  {add}
                  {fromTemplate}
                </span>
              }
              command={`posthorn flow import flow.yaml --app ${app}`}
            >
              A flow starts with a request, an event or a job. Its steps map data, branch, send webhooks and answer the caller.
            </EmptyState>
          }
        />
      </ListBody>
      {adding && <AddFlow app={app} listener={asked} onClose={() => setAdding(false)} />}
    </>
  )
}

const columnsOf = (app: string, listeners: ReadonlyMap<string, string>): readonly Column<FlowHead>[] => [
  {
    name: 'name',
    head: 'Flow',
    cell: ({ name, uid, id, enabled }) => (
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 items-center gap-2">
          <span className="clip font-medium">{name}</span>
          {!enabled && <StatusMark status="disabled" />}
        </span>
        <span className="clip font-mono text-xs text-text-2">{uid ?? id}</span>
      </span>
    ),
  },
  {
    name: 'trigger',
    head: 'Trigger',
    cell: ({ trigger, nextAt }) => (
      <span className="flex min-w-0 flex-col text-text-2">
        <span className="clip">{triggerWords(trigger, listeners)}</span>
        {nextAt !== null && (
          <span className="text-xs text-text-3">
            next <RelativeTime at={nextAt} />
          </span>
        )}
      </span>
    ),
  },
  {
    name: 'version',
    head: 'Published',
    width: '170px',
    cell: ({ publishedVersion, changed }) =>
      publishedVersion === null ? (
        <StatusMark status="draft" word="Draft only" />
      ) : (
        <span>
          v{publishedVersion}
          {changed && <span className="text-accent-text">, draft differs</span>}
        </span>
      ),
  },
  ...latelyColumns<FlowHead>(flowsLately, app, { all: 'Runs', bad: 'KO' }),
]

const FORM = 'add-flow'
const triggers = [
  { value: 'webhook', label: 'A request at a listener' },
  { value: 'event', label: 'An event of this application' },
  { value: 'schedule', label: 'Times of a schedule' },
  { value: 'job', label: 'A job, started through the API' },
] as const

function AddFlow({ app, listener: asked, onClose }: { readonly app: string; readonly listener: string | undefined; onClose(): void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<(typeof triggers)[number]['value']>('webhook')
  const [listener, setListener] = useState(asked)
  const [eventTypes, setEventTypes] = useState('*')
  const [schedule, setSchedule] = useState<Schedule>({ kind: 'schedule', cron: '0 6 * * *' })
  const [first] = useQuery(foundQuery(app, 'listener', '', 1)).data ?? []
  const chosenListener = listener ?? first?.uid ?? first?.id ?? ''
  const trigger =
    kind === 'webhook'
      ? { kind, listener: chosenListener }
      : kind === 'event'
        ? {
            kind,
            eventTypes: eventTypes
              .split(',')
              .map((one) => one.trim())
              .filter((one) => one !== ''),
          }
        : kind === 'schedule'
          ? schedule
          : { kind }
  const create = useMutation({
    mutationFn: () => api.flow.create(app, { name: name.trim(), trigger, steps: [] } as never),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['flows', app] })
      await navigate({ to: '/a/$app/flows/$flow', params: { app, flow: id } })
    },
  })
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add flow"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
            Add flow
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField label="Name" autoFocus placeholder="Orders to ERP" value={name} onText={setName} fault={faultOf(fault, '/name')} />
        <SelectField label="Starts with" options={triggers} value={kind} onValue={(next) => setKind(next)} />
        {kind === 'webhook' && (
          <FindField
            app={app}
            noun="listener"
            label="Listener"
            value={chosenListener}
            none="Choose a listener"
            onChoose={({ id, uid }) => setListener(uid ?? id)}
            fault={faultOf(fault, '/trigger')}
            hint={chosenListener === '' ? 'There is no listener yet. Add one first, or start with an event.' : undefined}
          />
        )}
        {kind === 'event' && (
          <TextField
            label="Event types"
            mono
            value={eventTypes}
            onText={setEventTypes}
            hint="Names or patterns such as invoice.*, separated by commas."
            fault={faultOf(fault, '/trigger')}
          />
        )}
        {kind === 'schedule' && <ScheduleFields schedule={schedule} onChange={setSchedule} />}
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}
