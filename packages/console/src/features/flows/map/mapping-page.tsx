import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Redo2, Undo2 } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { chosen } from '../../../lib/search.ts'
import { IconButton, LinkButton } from '../../../ui/button.tsx'
import { PageHead } from '../../../ui/page.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../../../ui/states.tsx'
import { stepKindsQuery, useStepKind } from '../../runs/step-kinds.ts'
import { type Mapping, MappingPlace, TemplateEditor } from '../editor/template-editor.tsx'
import { TemplateInput } from '../editor/template-input.ts'
import { findStep, type Step, stepsBefore } from '../model/definition.ts'
import { changeStep } from '../model/edit.ts'
import { StepForm } from '../panel/step-form.tsx'
import { type Flow, flowQuery } from '../queries.ts'
import { ChangedMeanwhile } from '../changed-meanwhile.tsx'
import { type Draft, useDraft } from '../use-draft.ts'
import { MissingNotes } from './missing-note.tsx'
import { Outcome } from './outcome.tsx'
import { readable, useSecretVariables } from './readable.ts'
import { useTrials } from './use-trials.ts'
import { VariableTree } from './variable-tree.tsx'
import type { Variable } from './variables.ts'

/** What comes out of this step: what it can read, its fields at full width, and what the last requests make of them. */
export function MappingPage() {
  const { app, flow: id, step } = useParams({ from: '/a/$app/flows/$flow/map/$step' })
  const { data, error, refetch } = useQuery({ ...flowQuery(app, id), refetchOnWindowFocus: false, staleTime: Infinity })
  // Without them there is nothing to choose from, and no form.
  const kinds = useQuery(stepKindsQuery)
  if (data === undefined || kinds.data === undefined) {
    const fault = error ?? kinds.error
    const retry = (): void => void Promise.all([refetch(), kinds.refetch()])
    return (
      <>
        <PageHead title={step} crumbs={[{ label: 'Flows', link: { to: '/a/$app/flows', params: { app } } }]} />
        {fault === null ? <SkeletonRows /> : <ErrorState error={fault} onRetry={retry} />}
      </>
    )
  }
  return <MappingEditor key={`${data.id} ${step}`} app={app} flow={data} id={step} />
}

function MappingEditor({ app, flow, id }: { readonly app: string; readonly flow: Flow; readonly id: string }) {
  const { with: shown } = useSearch({ from: '/a/$app/flows/$flow/map/$step' })
  const navigate = useNavigate({ from: '/a/$app/flows/$flow/map/$step' })
  const draft = useDraft(app, flow)
  const trials = useTrials(app, flow.id, draft)
  const found = findStep(draft.definition, id)
  const back = { to: '/a/$app/flows/$flow', params: { app, flow: flow.id } } as const
  const crumbs = [
    { label: 'Flows', link: { to: '/a/$app/flows', params: { app } } },
    { label: draft.definition.name, link: { ...back, search: { step: id } } },
  ] as const
  if (found === undefined) {
    return (
      <>
        <PageHead title={id} crumbs={crumbs} />
        <EmptyState title="This flow has no such step." action={<LinkButton {...back}>Back to the flow</LinkButton>} />
      </>
    )
  }
  if (!draft.may) {
    return (
      <>
        <PageHead title={id} crumbs={crumbs} />
        <EmptyState title="Only who may change flows maps their fields.">What a step does stands in its panel.</EmptyState>
      </>
    )
  }
  const { step, pointer } = found
  const at = Math.max(
    0,
    trials.trials.findIndex(({ sample }) => sample.id === shown),
  )
  return (
    <>
      <PageHead
        line
        title={id}
        crumbs={crumbs}
        state={
          <span className="text-text-2">
            <KindLabel kind={step.kind} />
          </span>
        }
        actions={
          <>
            <span role="status" className={draft.saving === 'failed' ? 'self-center text-fail-text' : 'self-center text-text-2'}>
              {{ saved: 'Changes are saved to the draft', waiting: 'Saving', failed: draft.fault ?? 'Not saved' }[draft.saving]}
            </span>
            <IconButton kind="outline" label="Undo" disabled={!draft.canUndo} onClick={draft.undo}>
              <Undo2 aria-hidden />
            </IconButton>
            <IconButton kind="outline" label="Redo" disabled={!draft.canRedo} onClick={draft.redo}>
              <Redo2 aria-hidden />
            </IconButton>
            <LinkButton kind="primary" {...back} search={{ step: id }}>
              Done
            </LinkButton>
          </>
        }
      />
      <ChangedMeanwhile app={app} draft={draft} />
      <Columns
        {...{ app, flow, draft, step, pointer, at, trials }}
        onShow={(next) => {
          const sample = trials.trials[next]?.sample.id
          void navigate({ search: chosen({ with: next === 0 ? undefined : sample }), replace: true })
        }}
      />
    </>
  )
}

function KindLabel({ kind }: { readonly kind: string }) {
  return useStepKind(kind).label
}

interface ColumnsProps {
  readonly app: string
  readonly flow: Flow
  readonly draft: Draft
  readonly step: Step
  readonly pointer: string
  readonly at: number
  readonly trials: ReturnType<typeof useTrials>
  onShow(at: number): void
}

function Columns({ app, flow, draft, step, pointer, at, trials, onShow }: ColumnsProps) {
  const before = stepsBefore(draft.definition, step.id)
  const variables = [
    ...readable(
      trials.trials.map(({ result }) => result),
      at,
      before,
    ),
    ...useSecretVariables(app, step.kind),
  ]
  const mapping = useRef<Mapping>({ variables, insert: undefined })
  ;(mapping.current as { variables: readonly Variable[] }).variables = variables
  const own = flow.faults.filter((fault) => fault.pointer.startsWith(`${pointer}/`))
  const faultOf = (field: string): string | undefined => own.find((fault) => fault.pointer.startsWith(`${pointer}/${field}`))?.message
  const edit = (change: Readonly<Record<string, unknown>>): void => draft.edit((definition) => changeStep(definition, step.id, change))
  const isReply = step.kind === 'webhook_response'
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto max-wide:[&>*]:shrink-0 wide:grid wide:grid-cols-[19rem_minmax(0,1fr)_21rem] wide:overflow-hidden">
      <section
        aria-label="Variables"
        className="flex min-h-0 flex-col border-line bg-surface max-wide:order-3 max-wide:border-t wide:border-r"
      >
        <ColumnHead>Variables</ColumnHead>
        <VariableTree variables={variables} of={trials.trials.length} onInsert={(path) => mapping.current.insert?.(path)} />
      </section>
      <section aria-label="Fields" className="flex min-w-0 flex-col wide:min-h-0">
        <ColumnHead>
          <KindLabel kind={step.kind} />
        </ColumnHead>
        <div className="flex min-h-0 flex-1 flex-col gap-5 p-4 wide:overflow-y-auto">
          <MappingPlace value={mapping.current}>
            <TemplateInput value={TemplateEditor}>
              <StepForm step={step} faultOf={faultOf} onChange={edit} />
            </TemplateInput>
          </MappingPlace>
          <MissingNotes step={step} trials={trials.trials} onChange={(next) => edit(next)} />
        </div>
      </section>
      <section
        aria-label={isReply ? 'What will the caller see?' : 'What comes out?'}
        className="flex min-h-0 min-w-0 flex-col border-line bg-surface max-wide:border-t wide:border-l"
      >
        <ColumnHead>{isReply ? 'What will the caller see?' : 'What comes out?'}</ColumnHead>
        <div className="min-h-0 flex-1 wide:overflow-y-auto">
          <Outcome step={step} trials={trials} at={at} onShow={onShow} />
        </div>
      </section>
    </div>
  )
}

function ColumnHead({ children }: { readonly children: ReactNode }) {
  return <h2 className="flex h-12 shrink-0 items-center border-b border-line px-4 text-md">{children}</h2>
}
