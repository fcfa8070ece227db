import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import type { Step } from '../model/definition.ts'

interface NextRow {
  readonly status: string
  readonly code?: string
  readonly do: unknown
}

const statuses = ['OK', 'SKIP', 'KO', 'TIMEOUT', 'any'] as const
const acts = [
  { value: 'continue', label: 'go on' },
  { value: 'end', label: 'end the run as OK' },
  { value: 'fail', label: 'fail' },
] as const

/** When a step runs, and where the flow goes on by how it ended. The first row that matches decides. */
export function NextRows({ step, onChange }: { readonly step: Step; onChange(change: Readonly<Record<string, unknown>>): void }) {
  const rows = (step['next'] ?? []) as readonly NextRow[]
  const set = (next: readonly NextRow[]): void => onChange({ next: next.length === 0 ? undefined : next })
  const look = 'h-control rounded-md border border-edge bg-surface px-2'
  return (
    <div className="flex flex-col gap-4">
      <TextField
        label="Runs only when"
        optional
        mono
        placeholder="{{ body.paid }}"
        value={typeof step['when'] === 'string' ? step['when'] : ''}
        onText={(text) => onChange({ when: text === '' ? undefined : text })}
        hint="Otherwise it is skipped, and the flow goes on."
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-1.5 font-medium">If it ends</legend>
        {rows.map((row, at) => (
          <div key={at} className="flex flex-wrap items-center gap-2">
            <select
              aria-label={`Status of row ${at + 1}`}
              className={look}
              value={row.status}
              onChange={(event) => set(rows.with(at, { ...row, status: event.target.value }))}
            >
              {statuses.map((status) => (
                <option key={status}>{status}</option>
              ))}
            </select>
            with code
            <input
              aria-label={`Code of row ${at + 1}`}
              placeholder="any"
              className={`${look} w-28 font-mono`}
              value={row.code ?? ''}
              onChange={(event) => {
                const { code: _, ...rest } = row
                set(rows.with(at, event.target.value === '' ? rest : { ...rest, code: event.target.value }))
              }}
            />
            <select
              aria-label={`What row ${at + 1} does`}
              className={look}
              value={typeof row.do === 'string' ? row.do : 'steps'}
              disabled={typeof row.do !== 'string'}
              onChange={(event) => set(rows.with(at, { ...row, do: event.target.value }))}
            >
              {acts.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
              {typeof row.do !== 'string' && <option value="steps">run steps of its own (see Code)</option>}
            </select>
            <IconButton size="sm" label={`Remove row ${at + 1}`} onClick={() => set(rows.toSpliced(at, 1))}>
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
        <Button kind="quiet" size="sm" className="self-start" onClick={() => set([...rows, { status: 'KO', do: 'continue' }])}>
          <Plus aria-hidden />
          Add a row
        </Button>
      </fieldset>
      <p className="text-text-2">Without a row, OK and SKIP go on, and a KO runs the rescue steps and fails the run.</p>
    </div>
  )
}
