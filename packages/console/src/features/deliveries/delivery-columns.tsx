import { duration } from '../../lib/time.ts'
import { Link } from '@tanstack/react-router'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { HttpCode, StatusMark } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { causeWord } from './failure-words.ts'
import type { Delivery } from './queries.ts'

/** `hosts` names endpoints by their id, `flows` the flows whose steps send. */
export function deliveryColumns(
  app: string,
  hosts: ReadonlyMap<string, string>,
  flows: ReadonlyMap<string, string>,
): readonly Column<Delivery>[] {
  return [
    { name: 'status', head: 'Status', width: '120px', cell: ({ status }) => <StatusMark status={status} /> },
    { name: 'type', head: 'Event type', cell: ({ eventType }) => <span className="font-mono">{eventType}</span> },
    {
      name: 'endpoint',
      head: 'Endpoint',
      gives: 'last',
      cell: (delivery) => <Receiver app={app} delivery={delivery} hosts={hosts} flows={flows} />,
    },
    { name: 'answer', head: 'Answer', width: '96px', phone: 'right', cell: (delivery) => <Answer {...delivery} /> },
    { name: 'attempt', head: 'Attempt', width: '84px', align: 'right', gives: 'panel', cell: ({ attempts }) => attempts },
    { name: 'next', head: 'Took, next', width: '120px', gives: 'narrow', phone: 'right', cell: (delivery) => <TookOrNext {...delivery} /> },
    { name: 'made', head: 'Made', width: '120px', align: 'right', phone: 'first right', cell: ({ createdAt }) => <Time at={createdAt} /> },
  ]
}

/** In words: an endpoint as its owner calls it, or what a step calls. */
export function receiverText({ endpointId, host, stepId }: Delivery, hosts: ReadonlyMap<string, string>): string {
  return endpointId === null ? (host ?? `step ${stepId}`) : (hosts.get(endpointId) ?? endpointId)
}

interface ReceiverProps {
  readonly app: string
  readonly delivery: Delivery
  readonly hosts: ReadonlyMap<string, string>
  readonly flows: ReadonlyMap<string, string>
}

function Receiver({ app, delivery, hosts, flows }: ReceiverProps) {
  const text = receiverText(delivery, hosts)
  const { flowId, stepId } = delivery
  return (
    <span className="clip block text-text-2" title={text}>
      {text}
      {flowId !== null && (
        <span className="text-text-3">
          {' by '}
          <InRow>
            <Link
              to="/a/$app/flows/$flow"
              params={{ app, flow: flowId }}
              search={stepId === null ? {} : { step: stepId }}
              className="text-text-2 underline decoration-line-strong underline-offset-2 hover:text-accent-text"
            >
              {flows.get(flowId) ?? 'a flow'}
            </Link>
          </InRow>
        </span>
      )}
    </span>
  )
}

function Answer({ lastStatusCode, lastFailure }: Delivery) {
  return <HttpCode code={lastStatusCode ?? (lastFailure === null ? null : causeWord(lastFailure))} trouble={lastFailure !== null} />
}

function TookOrNext({ status, statusReason, createdAt, finishedAt, nextAttempt }: Delivery) {
  if (status === 'held' || status === 'throttled') return <span className="text-text-2">{statusReason ?? 'held'}</span>
  if (finishedAt !== null) return <span className="num text-text-2">{duration(Date.parse(finishedAt) - Date.parse(createdAt))}</span>
  return nextAttempt === null ? <span className="text-text-2">now</span> : <RelativeTime at={nextAttempt} />
}
