import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { counted } from '../../lib/amounts.ts'
import { shortId } from '../../lib/ids.ts'
import { chosen } from '../../lib/search.ts'
import { duration } from '../../lib/time.ts'
import { type EventTrail, trailQuery } from '../../lib/queries/trail-query.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { PageHead } from '../../ui/page.tsx'
import { Split } from '../../ui/panel.tsx'
import { ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { StatusMark, StatusPill } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { StatusCounts, Trail, type TrailPart } from '../../ui/trail.tsx'
import { type Run, runQuery } from './queries.ts'
import { RunOutcome } from './run-outcome.tsx'
import type { RunSearch } from './search.ts'
import { StepPanel } from './step-panel.tsx'
import { Timeline } from './timeline.tsx'

/** One run: which step, how long, and why not. */
export function RunPage() {
  const { app, run: id } = useParams({ from: '/a/$app/runs/$run' })
  const { data, error, refetch } = useQuery(runQuery(app, id))
  if (data === undefined) {
    return (
      <>
        <PageHead title={shortId(id)} crumbs={[{ label: 'Runs', link: { to: '/a/$app/runs', params: { app } } }]} />
        {error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    )
  }
  return <RunView app={app} run={data} />
}

function RunView({ app, run }: { readonly app: string; readonly run: Run }) {
  const search = useSearch({ from: '/a/$app/runs/$run' })
  const navigate = useNavigate({ from: '/a/$app/runs/$run' })
  const step = run.steps.find(({ id }) => id === search.step)
  const set = (change: { readonly [Name in keyof RunSearch]: RunSearch[Name] | undefined }): void =>
    void navigate({ search: chosen({ ...search, ...change }), replace: true })
  return (
    <>
      <PageHead
        title={run.flowName ?? 'Deleted flow'}
        tabTitle={`${run.flowName ?? 'Run'} ${shortId(run.id)}`}
        crumbs={[{ label: 'Runs', link: { to: '/a/$app/runs', params: { app } } }]}
        state={
          <>
            <StatusPill status={run.status} />
            <span className="text-text-2">
              v{run.version}, <Time at={run.createdAt} />
              {run.durationMs !== null && `, ${duration(run.durationMs)}`}
            </span>
          </>
        }
        views={
          <LinkButton to="/a/$app/flows/$flow" params={{ app, flow: run.flowId }}>
            Open the flow
          </LinkButton>
        }
        actions={<RunActions app={app} run={run} />}
        line
      >
        <div className="flex flex-wrap items-center justify-between gap-3">
          <RunTrail app={app} run={run} />
          <span className="text-text-2">
            Key <code className="font-mono text-text">{run.key}</code>
          </span>
        </div>
      </PageHead>
      <Split
        panel={
          step !== undefined && (
            <StepPanel
              key={step.id}
              app={app}
              run={run}
              step={step}
              tab={search.tab ?? 'output'}
              onTab={(tab) => set({ tab })}
              onClose={() => set({ step: undefined, tab: undefined })}
            />
          )
        }
      >
        <div className="min-h-0 flex-1 overflow-y-auto">
          <Timeline
            run={run}
            selected={search.step}
            linkTo={(id) => ({ to: '/a/$app/runs/$run', params: { app, run: run.id }, search: { ...search, step: id } })}
          />
          <RunOutcome run={run} />
        </div>
      </Split>
    </>
  )
}

function RunTrail({ app, run }: { readonly app: string; readonly run: Run }) {
  const trail = useQuery(trailQuery(app, run.id)).data
  const deliveries = trail?.deliveries.filter(({ runId, messageId }) => runId === run.id || isOf(trail, run.id, messageId))
  const parts: TrailPart[] = [
    {
      where: 'Run',
      here: true,
      children: (
        <>
          <StatusMark status={run.status} /> <span className="text-text-2">{counted(run.steps.length, 'step')}</span>
        </>
      ),
    },
  ]
  if (run.requestId !== null) {
    const link = { to: '/a/$app/requests/$request', params: { app, request: run.requestId } } as const
    const request = trail?.request ?? undefined
    parts.unshift({
      where: 'In',
      link,
      children:
        request === undefined ? (
          <code className="font-mono">{shortId(run.requestId)}</code>
        ) : (
          <>
            <StatusMark status={request.status} />{' '}
            <code className="font-mono">
              {request.method} {request.path}
            </code>
          </>
        ),
    })
  }
  if (deliveries === undefined || deliveries.length > 0)
    parts.push({
      where: 'Out',
      link: { to: '/a/$app/deliveries', params: { app }, search: { run: run.id, range: 'all' } },
      children: deliveries === undefined ? 'Deliveries' : <StatusCounts statuses={deliveries.map(({ status }) => status)} />,
    })
  return <Trail parts={parts} />
}

/** Of a message that the run made. */
function isOf({ messages }: EventTrail, run: string, message: string | null): boolean {
  return message !== null && messages.some(({ id, runId }) => id === message && runId === run)
}

function RunActions({ app, run }: { readonly app: string; readonly run: Run }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const again = useMutation({
    mutationFn: () => api.run.again(app, run.id),
    onSuccess: async ({ id }) => {
      await navigate({ to: '/a/$app/runs/$run', params: { app, run: id } })
      say('It runs again, as the flow is published now.')
    },
    onError: (error) => sayFailure('It was not run again.', wordsOf(error).detail),
  })
  const cancel = useMutation({
    mutationFn: () => api.run.cancel(app, run.id),
    onSuccess: () => say('Cancelled.'),
    onError: (error) => sayFailure('It could not be cancelled.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['run', app, run.id] }),
  })
  return (
    <>
      {run.finishedAt === null && (
        <Button kind="danger" onClick={() => setAsking(true)}>
          Cancel
        </Button>
      )}
      <Button kind="primary" data-key="r" disabled={again.isPending} onClick={() => again.mutate()}>
        <Play aria-hidden />
        Run again
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Cancel this run?"
        act="Cancel run"
        onConfirm={() => {
          setAsking(false)
          cancel.mutate()
        }}
      >
        Steps that were not reached do not run, and deliveries of this run that wait are cancelled. What was sent stays sent.
      </Confirm>
    </>
  )
}
