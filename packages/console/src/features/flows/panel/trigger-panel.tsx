import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { foundQuery } from '../../../lib/queries/names.ts'
import { LinkButton } from '../../../ui/button.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { FindField } from '../../../ui/find/find-field.tsx'
import { Fields } from '../../../ui/may.tsx'
import { Panel } from '../../../ui/panel.tsx'
import type { Builder } from '../builder.ts'
import { type Definition, withLimits } from '../model/definition.ts'
import { FlowLimits } from './flow-limits.tsx'
import { ScheduleFields } from './schedule-fields.tsx'

type Trigger = Definition['trigger']

const starts = [
  { value: 'webhook', label: 'A request at a listener' },
  { value: 'event', label: 'An event of this application' },
  { value: 'schedule', label: 'Times of a schedule' },
  { value: 'job', label: 'A job, started through the API' },
] as const

/** What starts the flow. */
export function TriggerPanel({ builder, onClose }: { readonly builder: Builder; onClose(): void }) {
  const { app, flow, draft, listener: own } = builder
  const { trigger } = draft.definition
  const first = useQuery(foundQuery(app, 'listener', '', 1)).data?.[0]?.id
  const set = (next: Trigger): void => draft.edit((definition) => ({ ...definition, trigger: next }))
  const choose = (kind: Trigger['kind']): void => {
    if (kind === 'webhook' && first !== undefined) set({ kind, listener: first } as Trigger)
    if (kind === 'event') set({ kind, eventTypes: ['*'] } as Trigger)
    if (kind === 'schedule') set({ kind, cron: '0 6 * * *' } as Trigger)
    if (kind === 'job') set({ kind } as Trigger)
  }
  return (
    <Panel label="Trigger" onClose={onClose} head={<h2 className="text-md">Trigger</h2>}>
      <Fields>
        <SelectField
          label="Starts with"
          options={starts.some(({ value }) => value === trigger.kind) ? starts : [...starts, { value: trigger.kind, label: trigger.kind }]}
          value={trigger.kind}
          onValue={(kind) => choose(kind)}
          hint={first === undefined && trigger.kind !== 'webhook' ? 'A request needs a listener: add one below.' : undefined}
        />
        {trigger.kind === 'webhook' && (
          <FindField
            app={app}
            noun="listener"
            label="Listener"
            value={trigger.listener}
            none="Choose a listener"
            onChoose={({ id: listener }) => set({ ...trigger, listener })}
            hint={own && <span className="font-mono">{own.publicUrl}</span>}
          />
        )}
        {trigger.kind === 'schedule' && <ScheduleFields schedule={trigger} onChange={set} />}
        {trigger.kind === 'event' && (
          <TextField
            label="Event types"
            mono
            value={trigger.eventTypes.join(', ')}
            onText={(text) => set({ ...trigger, eventTypes: text.split(',').map((one) => one.trim()) })}
            hint="Names or patterns such as invoice.*, separated by commas."
          />
        )}
      </Fields>
      <Fields className="flex min-w-0 flex-col gap-4 border-t border-line pt-4">
        <h3 className="text-md">Limits</h3>
        <FlowLimits
          limits={draft.definition}
          onChange={({ concurrency, timeoutMs }) => draft.edit((definition) => withLimits(definition, { concurrency, timeoutMs }))}
        />
      </Fields>
      {draft.may && (
        <div>
          <LinkButton to="/a/$app/listeners/new" params={{ app }} search={{ flow: flow.id }}>
            <Plus aria-hidden />
            Add Listener
          </LinkButton>
        </div>
      )}
    </Panel>
  )
}
