import type { FlowTestOut } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { api } from '../../lib/api.ts'
import { chosen } from '../../lib/search.ts'
import { isTyping } from '../../lib/typing.ts'
import { PageHead } from '../../ui/page.tsx'
import { Split } from '../../ui/panel.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import type { Builder } from './builder.ts'
import { ChangedMeanwhile } from './changed-meanwhile.tsx'
import { FlowHead } from './flow-head.tsx'
import type { Gap } from './model/definition.ts'
import { findStep } from './model/definition.ts'
import { insertStep } from './model/edit.ts'
import { Palette } from './panel/palette.tsx'
import { PublishDialog } from './panel/publish-dialog.tsx'
import { FlowStepPanel } from './panel/step-panel.tsx'
import { TestDrawer } from './panel/test-drawer.tsx'
import { TriggerPanel } from './panel/trigger-panel.tsx'
import { type Flow, flowQuery } from './queries.ts'
import type { FlowSearch } from './search.ts'
import { stepKindsQuery } from '../runs/step-kinds.ts'
import type { PaletteEntry } from './step/presentation.ts'
import { type Start, startsFor } from './step/starts.ts'
import { useDraft } from './use-draft.ts'
import { ListView } from './views/list-view.tsx'

const CanvasView = lazy(() => import('./views/canvas-view.tsx').then((module) => ({ default: module.CanvasView })))
const CodeEditor = lazy(() => import('./views/code-editor.tsx').then((module) => ({ default: module.CodeEditor })))

/** What does this flow do: as a picture, as a list, as JSON; tried, and published. */
export function FlowPage() {
  const { app, flow: id } = useParams({ from: '/a/$app/flows/$flow' })
  const { data, error, refetch } = useQuery({ ...flowQuery(app, id), refetchOnWindowFocus: false, staleTime: Infinity })
  // Without them there is nothing to choose from, and no form.
  const kinds = useQuery(stepKindsQuery)
  if (data === undefined || kinds.data === undefined) {
    const fault = error ?? kinds.error
    const retry = (): void => void Promise.all([refetch(), kinds.refetch()])
    return (
      <>
        <PageHead title="Flow" crumbs={[{ label: 'Flows', link: { to: '/a/$app/flows', params: { app } } }]} />
        {fault === null ? <SkeletonRows /> : <ErrorState error={fault} onRetry={retry} />}
      </>
    )
  }
  return <FlowBuilder key={data.id} app={app} flow={data} />
}

function FlowBuilder({ app, flow }: { readonly app: string; readonly flow: Flow }) {
  const search = useSearch({ from: '/a/$app/flows/$flow' })
  const navigate = useNavigate({ from: '/a/$app/flows/$flow' })
  const draft = useDraft(app, flow)
  const [adding, setAdding] = useState<Gap | undefined>(() =>
    draft.may && flow.steps.length === 0 ? { list: { in: 'steps' }, at: 0 } : undefined,
  )
  const [result, setResult] = useState<FlowTestOut>()
  const [publishing, setPublishing] = useState(false)
  const listener = useListener(app, draft.definition.trigger)
  const lastSteps = useLastSteps(app, flow)
  const set = (change: { readonly [Name in keyof FlowSearch]: FlowSearch[Name] | undefined }): void =>
    void navigate({ search: (before) => chosen({ ...before, ...change }), replace: true })
  const select = (step: string | undefined): void => {
    setAdding(undefined)
    set({ step, ...(search.panel === 'trigger' && { panel: undefined }) })
  }
  const builder: Builder = {
    ...{ app, flow, draft, result, listener, adding, select },
    sample: listener?.expected.body,
    records: result?.steps ?? lastSteps,
    selected: search.step,
    openTrigger: () => {
      setAdding(undefined)
      set({ step: undefined, panel: 'trigger' })
    },
    faults: flow.faults,
    add: (gap) => {
      if (!draft.may) return
      set({ step: undefined })
      setAdding(gap)
    },
  }
  useUndoKeys(builder)
  const choose = (entry: PaletteEntry): void => {
    if (entry.kind === 'webhook') {
      void draft.flush().then(() => navigate({ to: '/a/$app/listeners/new', params: { app }, search: { flow: flow.id } }))
      return
    }
    if (adding === undefined) return
    const { kind, fresh } = entry
    const before = draft.definition
    const after = insertStep(before, adding, { id: kind.replace('webhook_', ''), kind, ...fresh })
    draft.edit(() => after)
    select(newIdIn(before, after, adding))
  }
  const start = ({ steps }: Start): void => {
    draft.edit((definition) => ({ ...definition, steps }))
    select(steps[0]?.id)
  }
  const view = search.view ?? 'canvas'
  const panel =
    adding !== undefined ? (
      <Palette
        app={app}
        starts={adding.list.in === 'steps' ? startsFor(draft.definition) : []}
        onChoose={choose}
        onStart={start}
        onClose={() => setAdding(undefined)}
      />
    ) : search.panel === 'trigger' ? (
      <TriggerPanel builder={builder} onClose={() => set({ panel: undefined })} />
    ) : (
      // One that was undone meanwhile has nothing to show.
      search.step !== undefined &&
      findStep(draft.definition, search.step) !== undefined && <FlowStepPanel key={search.step} builder={builder} id={search.step} />
    )
  return (
    <>
      <FlowHead
        builder={builder}
        view={view}
        onView={(next) => set({ view: next === 'canvas' ? undefined : next })}
        onTest={() => set({ panel: search.panel === 'test' ? undefined : 'test' })}
        onPublish={() => setPublishing(true)}
      />
      <ChangedMeanwhile app={app} draft={draft} />
      <Split panel={panel}>
        <Suspense fallback={<SkeletonRows />}>
          {view === 'canvas' && <CanvasView builder={builder} />}
          {view === 'list' && <ListView builder={builder} />}
          {view === 'code' && <CodeEditor builder={builder} />}
        </Suspense>
        {search.panel === 'test' && <TestDrawer builder={builder} onResult={setResult} onClose={() => set({ panel: undefined })} />}
      </Split>
      {publishing && <PublishDialog builder={builder} onClose={() => setPublishing(false)} />}
    </>
  )
}

/** The id that a step was given when it was put into a gap. */
function newIdIn(before: Builder['draft']['definition'], after: Builder['draft']['definition'], { list, at }: Gap): string | undefined {
  const steps = 'step' in list ? findStep(after, list.step)?.step[list.in] : after[list.in]
  const id = steps?.[at]?.id
  return id !== undefined && findStep(before, id) === undefined ? id : undefined
}

/** The listener whose requests start the flow as it is drafted. */
function useListener(app: string, trigger: Flow['trigger']): Builder['listener'] {
  const listener = trigger.kind === 'webhook' ? trigger.listener : undefined
  return useQuery({
    queryKey: ['listener', app, listener],
    queryFn: () => api.listener.get(app, listener ?? ''),
    enabled: listener !== undefined,
  }).data
}

const noSteps: Builder['records'] = []

/** Of the last run that has come to its end. */
function useLastSteps(app: string, { id, publishedVersion }: Flow): Builder['records'] {
  return (
    useQuery({
      queryKey: ['last run', app, id],
      queryFn: async () => {
        const { data } = await api.run.list(app, { flow: id, limit: 1 })
        return data[0] === undefined ? noSteps : (await api.run.get(app, data[0].id)).steps
      },
      enabled: publishedVersion !== null,
    }).data ?? noSteps
  )
}

function useUndoKeys({ draft }: Builder): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isTyping(event) || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return
      event.preventDefault()
      if (event.shiftKey) draft.redo()
      else draft.undo()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [draft])
}
