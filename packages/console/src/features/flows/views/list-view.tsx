import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { classNames } from '../../../lib/class-names.ts'
import { IconButton } from '../../../ui/button.tsx'
import { StatusIcon } from '../../../ui/status.tsx'
import { useStepKind } from '../../runs/step-kinds.ts'
import type { Builder } from '../builder.ts'
import type { Gap, ListPlace, Step } from '../model/definition.ts'
import { branchNames } from '../model/definition.ts'
import { moveStep } from '../model/edit.ts'
import { removeWithUndo } from '../model/remove-with-undo.ts'
import { substanceOf } from '../step/substance.ts'
import { triggerLines } from '../trigger-words.ts'

const branchWords: Readonly<Record<string, string>> = { then: 'If true', else: 'If false', steps: 'For each item' }

/** The flow as an indented outline: everything that the canvas can do, without a pointer. */
export function ListView({ builder }: { readonly builder: Builder }) {
  const { definition } = builder.draft
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-gutter py-5">
      <div className="mx-auto max-w-[52rem]">
        <button
          type="button"
          onClick={builder.openTrigger}
          className="flex w-full items-center gap-3 rounded-lg border border-line bg-accent-tint px-4 py-3 text-left hover:border-accent-mark"
        >
          <span className="font-medium">Starts with</span>
          <span className="text-text-2">{triggerLines(definition.trigger, builder.listener).join(', ')}</span>
        </button>
        <StepList builder={builder} steps={definition.steps} place={{ in: 'steps' }} />
        <h2 className="pt-6 text-md">If a KO is not handled</h2>
        <p className="text-text-2">Rescue steps run then, and the run ends KO.</p>
        <StepList builder={builder} steps={definition.rescue ?? []} place={{ in: 'rescue' }} />
      </div>
    </div>
  )
}

function StepList({ builder, steps, place }: { readonly builder: Builder; readonly steps: readonly Step[]; readonly place: ListPlace }) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, at) => (
        <li key={step.id} className="flex flex-col">
          <AddHere builder={builder} gap={{ list: place, at }} after={steps[at - 1]?.id} />
          <StepCard builder={builder} step={step} first={at === 0} last={at === steps.length - 1} />
          {branchNames.map(
            (name) =>
              step[name] !== undefined && (
                <div key={name} className="mt-2 ml-6 border-l border-line-strong pl-4">
                  <div className="text-xs font-medium text-text-3">{branchWords[name]}</div>
                  <StepList builder={builder} steps={step[name]} place={{ in: name, step: step.id }} />
                </div>
              ),
          )}
        </li>
      ))}
      <li>
        <AddHere builder={builder} gap={{ list: place, at: steps.length }} after={steps.at(-1)?.id} />
      </li>
    </ol>
  )
}

function AddHere({ builder, gap, after }: { readonly builder: Builder; readonly gap: Gap; readonly after: string | undefined }) {
  if (!builder.draft.may) return <div className="h-3" />
  return (
    <div className="flex h-9 min-h-target items-center pl-6">
      <button
        type="button"
        aria-label={`Add a step ${after === undefined ? 'here' : `after ${after}`}`}
        onClick={() => builder.add(gap)}
        className="grid size-6 min-h-target min-w-target place-items-center rounded-full border border-line-strong bg-surface text-text-2 hover:border-accent-mark hover:text-accent-text"
      >
        <Plus aria-hidden className="size-3.5" />
      </button>
    </div>
  )
}

function StepCard({
  builder,
  step,
  first,
  last,
}: {
  readonly builder: Builder
  readonly step: Step
  readonly first: boolean
  readonly last: boolean
}) {
  const { label, icon: Icon } = useStepKind(step.kind)
  const { draft, selected, select, records } = builder
  const record = records.find(({ id }) => id === step.id)
  return (
    <div
      className={classNames(
        'group flex items-center gap-3 rounded-lg border bg-raised px-3 py-2 shadow-1',
        step.id === selected ? 'border-accent-mark' : 'border-line',
      )}
    >
      <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-idle-tint text-text-2">
        <Icon className="size-4" />
      </span>
      <button
        type="button"
        onClick={() => select(step.id)}
        className="min-w-0 flex-1 text-left"
        aria-current={step.id === selected ? 'true' : undefined}
      >
        <span className="flex items-baseline gap-2">
          <span className="font-medium">{step.id}</span>
          <span className="text-xs text-text-2">{label}</span>
        </span>
        <span className="clip block font-mono text-xs text-text-2">{substanceOf(step)}</span>
      </button>
      {record !== undefined && <StatusIcon status={record.status} />}
      {draft.may && (
        <>
          <IconButton
            size="sm"
            label={`Move ${step.id} up`}
            disabled={first}
            onClick={() => draft.edit((definition) => moveStep(definition, step.id, -1))}
          >
            <ArrowUp aria-hidden />
          </IconButton>
          <IconButton
            size="sm"
            label={`Move ${step.id} down`}
            disabled={last}
            onClick={() => draft.edit((definition) => moveStep(definition, step.id, 1))}
          >
            <ArrowDown aria-hidden />
          </IconButton>
          <IconButton size="sm" label={`Remove ${step.id}`} onClick={() => removeWithUndo(draft, step.id)}>
            <Trash2 aria-hidden />
          </IconButton>
        </>
      )}
    </div>
  )
}
