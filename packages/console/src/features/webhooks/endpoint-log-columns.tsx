import { duration } from '../../lib/time.ts'
import type { Column } from '../../ui/data-table.tsx'
import { HttpCode, StatusMark } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { causeWord } from '../deliveries/failure-words.ts'
import type { Delivery } from '../deliveries/queries.ts'

/** Status, HTTP code, Duration, Timestamp, as the founding document has them, with the attempt. */
export const endpointLogColumns: readonly Column<Delivery>[] = [
  { name: 'status', head: 'Status', width: '112px', cell: ({ status }) => <StatusMark status={status} /> },
  { name: 'event', head: 'Event', cell: ({ eventType }) => <span className="font-mono">{eventType}</span> },
  { name: 'attempt', head: 'Attempt', width: '76px', align: 'right', gives: 'narrow', cell: ({ attempts }) => attempts },
  {
    name: 'code',
    head: 'HTTP code',
    width: '90px',
    phone: 'right',
    cell: ({ lastStatusCode, lastFailure }) => (
      <HttpCode code={lastStatusCode ?? (lastFailure === null ? null : causeWord(lastFailure))} trouble={lastFailure !== null} />
    ),
  },
  {
    name: 'duration',
    head: 'Duration',
    width: '86px',
    align: 'right',
    cell: ({ createdAt, finishedAt }) => (finishedAt === null ? '' : duration(Date.parse(finishedAt) - Date.parse(createdAt))),
  },
  {
    name: 'next',
    head: 'Next try',
    width: '96px',
    align: 'right',
    gives: 'narrow',
    phone: 'right',
    cell: ({ nextAttempt }) => nextAttempt !== null && <RelativeTime at={nextAttempt} />,
  },
  {
    name: 'timestamp',
    head: 'Timestamp',
    width: '112px',
    align: 'right',
    phone: 'first right',
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
]
