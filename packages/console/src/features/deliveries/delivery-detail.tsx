import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useNames } from '../../lib/queries/names.ts'
import { surface } from '../../lib/surface.ts'
import { shortId } from '../../lib/ids.ts'
import { classNames } from '../../lib/class-names.ts'
import { Button } from '../../ui/button.tsx'
import { CopyAs } from '../../ui/copy-as.tsx'
import { CopyableId } from '../../ui/copy-button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { ErrorState, wordsOf } from '../../ui/states.tsx'
import { StatusIcon, StatusMark } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { Trail, type TrailPart } from '../../ui/trail.tsx'
import { AttemptView } from './attempt-view.tsx'
import { callOfAttempt } from './call-of-attempt.ts'
import { type Attempt, attemptsQuery, type Delivery } from './queries.ts'
import type { AttemptTab, DeliveriesSearch } from './search.ts'
import { May } from '../../ui/may.tsx'

/** Its id, and where it stands. */
export function DeliveryHead({ app, delivery }: { readonly app: string; readonly delivery: Delivery }) {
  return (
    <div className="flex flex-col gap-2">
      <CopyableId id={delivery.id} strong />
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <StatusMark status={delivery.status} />
        <Standing delivery={delivery} />
      </div>
      <Destination app={app} delivery={delivery} />
    </div>
  )
}

/** Where it goes, and what sends it. */
function Destination({ app, delivery }: { readonly app: string; readonly delivery: Delivery }) {
  const { endpointId, flowId, stepId, host, eventType } = delivery
  const endpoints = useNames(app, 'endpoint', [endpointId])
  const flows = useNames(app, 'flow', [flowId], { enabled: !surface.isPortal })
  return (
    <div className="text-text-2 [&_a]:underline [&_a]:decoration-line-strong [&_a]:underline-offset-2 [&_a:hover]:text-accent-text">
      <span className="font-mono text-text">{eventType}</span> to{' '}
      {endpointId !== null ? (
        <Link to="/a/$app/settings/webhooks/$endpoint" params={{ app, endpoint: endpointId }}>
          {endpoints.get(endpointId) ?? 'its endpoint'}
        </Link>
      ) : (
        (host ?? 'a URL that is not kept any more')
      )}
      {flowId !== null && !surface.isPortal && (
        <>
          {', by step '}
          <Link to="/a/$app/flows/$flow" params={{ app, flow: flowId }} search={stepId === null ? {} : { step: stepId }}>
            {stepId} of {flows.get(flowId) ?? 'a flow'}
          </Link>
        </>
      )}
    </div>
  )
}

function Standing({ delivery: { attempts, nextAttempt, finishedAt, statusReason } }: { readonly delivery: Delivery }) {
  const made = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} made`
  if (finishedAt !== null)
    return (
      <span className="text-text-2">
        {made}, ended <Time at={finishedAt} />
      </span>
    )
  if (statusReason !== null) return <span className="text-text-2">{statusReason}</span>
  return (
    <span className="text-text-2">
      {made}
      {nextAttempt !== null && (
        <>
          , next <strong className="font-strong text-text">{<RelativeTime at={nextAttempt} />}</strong>
        </>
      )}
    </span>
  )
}

interface Props {
  readonly app: string
  readonly delivery: Delivery
  readonly attempt: string | undefined
  readonly tab: AttemptTab
  onChange(change: DeliveriesSearch): void
}

/** Why it stands as it does, what can be done, and each attempt. */
export function DeliveryDetail({ app, delivery, attempt: chosen, tab, onChange }: Props) {
  const attempts = useQuery(attemptsQuery(app, delivery.id, delivery.finishedAt === null))
  const rows = attempts.data?.data ?? []
  const inOrder = [...rows].sort((left, right) => left.n - right.n)
  const attempt = inOrder.find(({ id }) => id === chosen) ?? inOrder.at(-1)
  return (
    <>
      <DeliveryTrail app={app} delivery={delivery} />
      {delivery.lastFailureReason !== null && delivery.status !== 'delivered' && (
        <Note kind={delivery.finishedAt === null ? 'wait' : 'fail'} title={delivery.lastFailureReason}>
          {delivery.nextStep}
        </Note>
      )}
      <Actions app={app} delivery={delivery} attempt={attempt} />
      {attempts.error !== null && <ErrorState error={attempts.error} onRetry={() => void attempts.refetch()} />}
      {attempt === undefined ? (
        attempts.data !== undefined && <p className="text-text-2">No attempt was made yet.</p>
      ) : (
        <>
          <Stepper attempts={inOrder} current={attempt.id} onChoose={(id) => onChange({ attempt: id })} />
          <AttemptView attempt={attempt} isLast={attempt === inOrder.at(-1)} tab={tab} onTab={(next) => onChange({ tab: next })} />
        </>
      )}
    </>
  )
}

function DeliveryTrail({ app, delivery }: { readonly app: string; readonly delivery: Delivery }) {
  const { runId, messageId, status } = delivery
  const parts: TrailPart[] = [{ where: 'Out', here: true, children: <StatusMark status={status} /> }]
  if (messageId !== null && !surface.isPortal) {
    const link: LinkProps = { to: '/a/$app/messages/$message', params: { app, message: messageId } }
    parts.unshift({ where: 'Message', link, children: <code className="font-mono">{shortId(messageId)}</code> })
  }
  if (runId !== null && !surface.isPortal) {
    const link: LinkProps = { to: '/a/$app/runs/$run', params: { app, run: runId } }
    parts.unshift({ where: 'Run', link, children: <code className="font-mono">{shortId(runId)}</code> })
  }
  return <Trail parts={parts} />
}

function Actions({ app, delivery, attempt }: { readonly app: string; readonly delivery: Delivery; readonly attempt: Attempt | undefined }) {
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const refresh = (): void => {
    void queries.invalidateQueries({ queryKey: ['delivery', app, delivery.id] })
    void queries.invalidateQueries({ queryKey: ['attempts', app, delivery.id] })
    void queries.invalidateQueries({ queryKey: ['deliveries', app] })
  }
  const resend = useMutation({
    mutationFn: () => api.delivery.resend(app, delivery.id),
    onSuccess: () => say('One more attempt is on its way.'),
    onError: (error) => sayFailure('It could not be sent again.', wordsOf(error).detail),
    onSettled: refresh,
  })
  const cancel = useMutation({
    mutationFn: () => api.delivery.cancel(app, delivery.id),
    onSuccess: () => say('Cancelled. Nothing more is sent of it.'),
    onError: (error) => sayFailure('It could not be cancelled.', wordsOf(error).detail),
    onSettled: refresh,
  })
  return (
    <div className="flex flex-wrap gap-2">
      <May>
        <Button kind="primary" data-key="r" disabled={resend.isPending} onClick={() => resend.mutate()}>
          <Send aria-hidden />
          Resend now
        </Button>
      </May>
      {attempt !== undefined && <CopyAs call={callOfAttempt(attempt)} />}
      {delivery.finishedAt === null && (
        <May>
          <Button kind="danger" className="ml-auto" onClick={() => setAsking(true)}>
            Cancel
          </Button>
        </May>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Cancel this delivery?"
        act="Cancel delivery"
        onConfirm={() => {
          setAsking(false)
          cancel.mutate()
        }}
      >
        No further attempt is made. What was sent stays sent, and its log is kept.
      </Confirm>
    </div>
  )
}

function Stepper({
  attempts,
  current,
  onChoose,
}: {
  readonly attempts: readonly Attempt[]
  readonly current: string
  onChoose(id: string): void
}) {
  const chosen = attempts.find(({ id }) => id === current)
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div
        role="group"
        aria-label="Attempts"
        className="inline-flex max-w-full overflow-x-auto rounded-md bg-sunken p-0.5 shadow-[inset_0_0_0_1px_var(--color-line)]"
      >
        {attempts.map(({ id, n, ok }) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === current}
            aria-label={`Attempt ${n}, ${ok ? 'delivered' : 'failed'}`}
            onClick={() => onChoose(id)}
            className={classNames(
              'num inline-flex h-[calc(var(--control-sm)-2px)] min-w-6 items-center gap-1.5 rounded-sm px-2.5 font-medium',
              id === current ? 'bg-raised text-text shadow-[0_0_0_1px_var(--color-line-strong)]' : 'text-text-2 hover:text-text',
            )}
          >
            <StatusIcon status={ok ? 'delivered' : 'failed'} label="" />
            {n}
          </button>
        ))}
      </div>
      {chosen !== undefined && (
        <span className="text-text-2">
          Attempt {chosen.n}
          {chosen.manual && ', by hand'}, <Time at={chosen.startedAt} />
        </span>
      )}
    </div>
  )
}
