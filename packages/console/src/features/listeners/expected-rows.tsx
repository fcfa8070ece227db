import { Lock, Plus, X } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import type { Listener } from './queries.ts'

export type ExpectedRow = Listener['expected']['headers'][number]

/** Headers or query parameters that are expected, each with an example. Those that follow from the authentication are locked. */
export function ExpectedRows({
  label,
  rows,
  onChange,
}: {
  readonly label: string
  readonly rows: readonly ExpectedRow[]
  onChange(rows: readonly ExpectedRow[]): void
}) {
  const look =
    'h-control min-w-0 rounded-md border border-edge bg-surface px-2.5 font-mono [&[readonly]]:border-line-strong [&[readonly]]:bg-sunken'
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1.5 font-medium">{label}</legend>
      {rows.map((row, at) => (
        <div key={at} className="flex items-center gap-2">
          <input
            aria-label={`${label}: name of row ${at + 1}`}
            readOnly={row.locked === true}
            value={row.name}
            placeholder="name"
            onChange={(event) => onChange(rows.with(at, { ...row, name: event.target.value }))}
            className={`${look} w-2/5`}
          />
          <input
            aria-label={`${label}: example of row ${at + 1}`}
            readOnly={row.locked === true}
            value={row.value ?? ''}
            placeholder="example value"
            onChange={(event) => onChange(rows.with(at, { ...row, value: event.target.value }))}
            className={`${look} flex-1`}
          />
          {row.locked === true ? (
            <span title="Follows from the authentication" className="grid size-control-sm place-items-center text-text-3">
              <Lock role="img" aria-label="Follows from the authentication" className="size-3.5" />
            </span>
          ) : (
            <IconButton size="sm" label={`Remove row ${at + 1}`} onClick={() => onChange(rows.toSpliced(at, 1))}>
              <X aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      <Button kind="quiet" size="sm" className="self-start" onClick={() => onChange([...rows, { name: '', value: '' }])}>
        <Plus aria-hidden />
        Add row
      </Button>
    </fieldset>
  )
}
