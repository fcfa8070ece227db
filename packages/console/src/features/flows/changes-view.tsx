import type { FlowDiffOut } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import { ArrowDownUp, Minus, Pencil, Plus, Workflow } from 'lucide-react'
import { classNames } from '../../lib/class-names.ts'
import { visible } from '../../lib/visible.ts'
import { stepIcon, stepKindsQuery } from '../runs/step-kinds.ts'
import { type ChangedPart, changedParts } from './changed-parts.ts'
import { DiffView } from './diff-view.tsx'
import { substanceOf } from './step/substance.ts'

const marks = {
  added: { word: 'Added', icon: Plus, look: 'bg-ok-tint text-ok-text' },
  removed: { word: 'Removed', icon: Minus, look: 'bg-fail-tint text-fail-text' },
  moved: { word: 'Moved', icon: ArrowDownUp, look: 'bg-accent-tint text-accent-text' },
  changed: { word: 'Changed', icon: Pencil, look: 'bg-idle-tint text-idle-text' },
} as const

/** Of the flow itself; those of steps are called as the server calls them. */
const ownFields: Readonly<Record<string, string>> = {
  ...{ name: 'Name', notes: 'Notes', trigger: 'Starts with', timeoutMs: 'Time for a run, in ms', concurrency: 'Runs at the same time' },
}
const fieldsOfAnyStep: Readonly<Record<string, string>> = { name: 'Title', when: 'When', next: 'When and next', kind: 'Kind' }

/** What differs, step by step: which came, which went, which moved, and each field that changed. */
export function ChangesView({ changes, onOpen }: { readonly changes: FlowDiffOut['changes']; onOpen?: (step: string) => void }) {
  const parts = changedParts(changes)
  if (parts.length === 0) return <p className="text-text-2">Nothing differs.</p>
  return (
    <ul aria-label="What changes" className="flex max-h-[50vh] flex-col overflow-auto rounded-md border border-line bg-surface">
      {parts.map((part) => (
        <Part key={part.stepId ?? ''} part={part} {...(onOpen !== undefined && { onOpen })} />
      ))}
    </ul>
  )
}

function Part({ part: { stepId, kind, changes }, onOpen }: { readonly part: ChangedPart; onOpen?: (step: string) => void }) {
  const known = useQuery(stepKindsQuery).data?.find((one) => one.kind === kind)
  const Icon = kind === null ? Workflow : stepIcon(kind)
  const whole = changes.filter(({ field }) => field === null)
  const fields = changes.filter(({ field }) => field !== null)
  const step = whole.map(({ before, after }) => after ?? before).find((value) => typeof value === 'object' && value !== null)
  const opens = stepId !== null && onOpen !== undefined && !whole.some(({ change }) => change === 'removed')
  const labelOf = (field: string): string =>
    (stepId === null ? ownFields[field] : (known?.fields.find(({ name }) => name === field)?.label ?? fieldsOfAnyStep[field])) ?? field
  return (
    <li className="flex flex-col gap-2 border-b border-line px-3 py-2.5 last:border-b-0">
      <div className="flex min-w-0 items-center gap-2">
        <Icon aria-hidden className="size-4 shrink-0 text-text-3" />
        {opens ? (
          <button type="button" onClick={() => onOpen(stepId)} className="clip min-h-target font-medium hover:underline">
            {stepId}
          </button>
        ) : (
          <span className="clip font-medium">{stepId ?? 'The flow'}</span>
        )}
        {kind !== null && <span className="shrink-0 text-xs text-text-2">{known?.label ?? kind}</span>}
        {step !== undefined && kind !== null && (
          <code className="clip font-mono text-xs text-text-3">{visible(substanceOf({ ...(step as object), id: '', kind }))}</code>
        )}
        <span className="ml-auto flex shrink-0 gap-1">
          {whole.map(({ change }) => (
            <Mark key={change} change={change} />
          ))}
          {fields.length > 0 && <Mark change="changed" />}
        </span>
      </div>
      {fields.length > 0 && (
        <dl className="grid grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5 pl-6">
          {fields.map(({ field, before, after }) => (
            <div key={field} className="contents">
              <dt className="text-text-2">{labelOf(field ?? '')}</dt>
              <dd className="min-w-0">
                <Values label={labelOf(field ?? '')} before={before} after={after} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  )
}

function Mark({ change }: { readonly change: keyof typeof marks }) {
  const { word, icon: Icon, look } = marks[change]
  return (
    <span className={classNames('inline-flex h-[22px] items-center gap-1 rounded-full px-2 text-xs font-medium', look)}>
      <Icon aria-hidden className="size-3" />
      {word}
    </span>
  )
}

/** What is short stands side by side, what is long line by line. */
const SHORT_MAX = 60

function Values({ label, before, after }: { readonly label: string; readonly before: unknown; readonly after: unknown }) {
  const [left, right] = [textOf(before), textOf(after)]
  if (!isShort(left) || !isShort(right)) return <DiffView label={label} before={left} after={right} />
  return (
    <span className="flex flex-wrap items-baseline gap-x-2 font-mono text-xs">
      {left === '' ? <Absent /> : <del className="rounded-sm bg-fail-tint px-1 break-all text-fail-text no-underline">{visible(left)}</del>}
      <span aria-hidden className="text-text-3">
        →
      </span>
      <span className="sr-only">becomes</span>
      {right === '' ? <Absent /> : <ins className="rounded-sm bg-ok-tint px-1 break-all text-ok-text no-underline">{visible(right)}</ins>}
    </span>
  )
}

const Absent = () => <span className="font-sans text-text-3">nothing</span>
const isShort = (text: string): boolean => text.length <= SHORT_MAX && !text.includes('\n')

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  const line = JSON.stringify(value)
  return line.length <= SHORT_MAX ? line : JSON.stringify(value, null, 2)
}
