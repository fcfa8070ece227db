import { duration } from '../../lib/time.ts'
import type { Column } from '../../ui/data-table.tsx'
import { HttpCode, StatusMark } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { causeWord } from './failure-words.ts'
import type { Delivery } from './queries.ts'

/** `hosts` names endpoints by their id. */
export function deliveryColumns(hosts: ReadonlyMap<string, string>): readonly Column<Delivery>[] {
  return [
    { name: 'status', head: 'Status', width: '120px', cell: ({ status }) => <StatusMark status={status} /> },
    { name: 'type', head: 'Event type', width: '190px', cell: ({ eventType }) => <span className="font-mono">{eventType}</span> },
    { name: 'endpoint', head: 'Endpoint', cell: (delivery) => <Receiver text={receiverOf(delivery, hosts)} /> },
    { name: 'answer', head: 'Answer', width: '96px', cell: (delivery) => <Answer {...delivery} /> },
    { name: 'attempt', head: 'Attempt', width: '84px', align: 'right', gives: 'panel', cell: ({ attempts }) => attempts },
    { name: 'next', head: 'Took, next', width: '120px', gives: 'narrow', cell: (delivery) => <TookOrNext {...delivery} /> },
    { name: 'made', head: 'Made', width: '120px', align: 'right', cell: ({ createdAt }) => <Time at={createdAt} /> },
  ]
}

function receiverOf({ endpointId, stepId }: Delivery, hosts: ReadonlyMap<string, string>): string {
  if (stepId !== null) return `step ${stepId}`
  return hosts.get(endpointId ?? '') ?? endpointId ?? ''
}

function Receiver({ text }: { readonly text: string }) {
  return (
    <span className="clip text-text-2" title={text}>
      {text}
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
