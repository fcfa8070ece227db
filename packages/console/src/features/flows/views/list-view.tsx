import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { memo } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import { IconButton } from '../../../ui/button.tsx'
import { StatusIcon } from '../../../ui/status.tsx'
import { stepIcon, useStepKinds } from '../../runs/step-kinds.ts'
import type { Builder } from '../builder.ts'
import type { ListPlace, Step } from '../model/definition.ts'
import { branchNames } from '../model/definition.ts'
import { moveStep } from '../model/edit.ts'
import { substanceOf } from '../step/substance.ts'
import { triggerLines } from '../trigger-words.ts'
import { type BuilderActs, useActs } from '../use-acts.ts'

const branchWords: Readonly<Record<string, string>> = { then: 'If true', else: 'If false', steps: 'For each item' }

/** The flow as an indented outline: everything that the canvas can do, without a pointer. */
export function ListView({ builder }: { readonly builder: Builder }) {
  const { definition, may } = builder.draft
  const labelOf = useStepKinds()
  const statuses = new Map(builder.records.map(({ id, status }) => [id, status]))
  const list: Outline = {
    ...{ acts: useActs(builder), may, selected: builder.selected, labelOf },
    statusOf: (id) => statuses.get(id),
  }
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
        <StepList outline={list} steps={definition.steps} place={{ in: 'steps' }} />
        <h2 className="pt-6 text-md">If a KO is not handled</h2>
        <p className="text-text-2">Rescue steps run then, and the run ends KO.</p>
        <StepList outline={list} steps={definition.rescue ?? []} place={{ in: 'rescue' }} />
      </div>
    </div>
  )
}

/** What all lists of the outline share. */
interface Outline {
  readonly acts: BuilderActs
  readonly may: boolean
  readonly selected: string | undefined
  labelOf(kind: string): string
  /** What a step came to in the last try, else in the last run. */
  statusOf(id: string): string | undefined
}

interface ListProps {
  readonly outline: Outline
  readonly steps: readonly Step[]
  readonly place: ListPlace
}

function StepList({ outline, steps, place }: ListProps) {
  const { acts, may, selected, labelOf, statusOf } = outline
  const list = JSON.stringify(place)
  return (
    <ol className="flex flex-col">
      {steps.map((step, at) => (
        <li key={step.id} className="flex flex-col">
          <AddHere acts={acts} may={may} list={list} at={at} after={steps[at - 1]?.id} />
          <StepCard
            {...{ acts, may, step }}
            label={labelOf(step.kind)}
            status={statusOf(step.id)}
            selected={step.id === selected}
            first={at === 0}
            last={at === steps.length - 1}
          />
          {branchNames.map(
            (name) =>
              step[name] !== undefined && (
                <div key={name} className="mt-2 ml-6 border-l border-line-strong pl-4">
                  <div className="text-xs font-medium text-text-3">{branchWords[name]}</div>
                  <StepList outline={outline} steps={step[name]} place={{ in: name, step: step.id }} />
                </div>
              ),
          )}
        </li>
      ))}
      <li>
        <AddHere acts={acts} may={may} list={list} at={steps.length} after={steps.at(-1)?.id} />
      </li>
    </ol>
  )
}

interface AddProps {
  readonly acts: BuilderActs
  readonly may: boolean
  /** JSON of a `ListPlace`: what is the same is not drawn anew. */
  readonly list: string
  readonly at: number
  readonly after: string | undefined
}

const AddHere = memo(function AddHere({ acts, may, list, at, after }: AddProps) {
  if (!may) return <div className="h-3" />
  return (
    <div className="flex h-9 min-h-target items-center pl-6">
      <button
        type="button"
        aria-label={`Add a step ${after === undefined ? 'here' : `after ${after}`}`}
        onClick={() => acts.add({ list: JSON.parse(list) as ListPlace, at })}
        className="grid size-6 min-h-target min-w-target place-items-center rounded-full border border-line-strong bg-surface text-text-2 hover:border-accent-mark hover:text-accent-text"
      >
        <Plus aria-hidden className="size-3.5" />
      </button>
    </div>
  )
})

interface CardProps {
  readonly acts: BuilderActs
  readonly may: boolean
  readonly step: Step
  readonly label: string
  readonly status: string | undefined
  readonly selected: boolean
  readonly first: boolean
  readonly last: boolean
}

const StepCard = memo(function StepCard({ acts, may, step, label, status, selected, first, last }: CardProps) {
  const Icon = stepIcon(step.kind)
  return (
    <div
      className={classNames(
        'group flex items-center gap-3 rounded-lg border bg-raised px-3 py-2 shadow-1',
        selected ? 'border-accent-mark' : 'border-line',
      )}
    >
      <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-idle-tint text-text-2">
        <Icon className="size-4" />
      </span>
      <button
        type="button"
        onClick={() => acts.select(step.id)}
        className="min-w-0 flex-1 text-left"
        aria-current={selected ? 'true' : undefined}
      >
        <span className="flex items-baseline gap-2">
          <span className="font-medium">{step.id}</span>
          <span className="text-xs text-text-2">{label}</span>
        </span>
        <span className="clip block font-mono text-xs text-text-2">{substanceOf(step)}</span>
      </button>
      {status !== undefined && <StatusIcon status={status} />}
      {may && (
        <>
          <IconButton
            size="sm"
            label={`Move ${step.id} up`}
            disabled={first}
            onClick={() => acts.edit((definition) => moveStep(definition, step.id, -1))}
          >
            <ArrowUp aria-hidden />
          </IconButton>
          <IconButton
            size="sm"
            label={`Move ${step.id} down`}
            disabled={last}
            onClick={() => acts.edit((definition) => moveStep(definition, step.id, 1))}
          >
            <ArrowDown aria-hidden />
          </IconButton>
          <IconButton size="sm" label={`Remove ${step.id}`} onClick={() => acts.remove(step.id)}>
            <Trash2 aria-hidden />
          </IconButton>
        </>
      )}
    </div>
  )
})
