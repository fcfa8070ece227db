import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SearchCheck } from 'lucide-react'
import type { ListenerVerifyOut } from '@posthorn/sdk'
import { api } from '../../lib/api.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { type RequestDetail, requestQuery } from './queries.ts'

/** Whether it was genuine, in a sentence; and what its listener would say today, which may have been mended since. */
export function Verdict({ app, request }: { readonly app: string; readonly request: RequestDetail }) {
  const { listenerId } = request
  const check = useMutation({ mutationFn: () => api.listener.verify(app, listenerId ?? '', { request: request.id }) })
  const { kind, title } = verdictOf(request)
  // A copy hears what the first one heard.
  const first = useQuery({ ...requestQuery(app, request.duplicateOf ?? ''), enabled: request.duplicateOf !== null }).data
  const status = request.replyStatus ?? first?.replyStatus ?? null
  const like = request.replyStatus === null && status !== null ? ', as the first was' : ''
  const answered =
    status === null
      ? 'It was not answered yet.'
      : `Answered ${status}${like}${request.durationMs === null ? '' : ` after ${duration(request.durationMs)}`}.`
  return (
    <div className="flex flex-col gap-2">
      <Note
        kind={kind}
        title={title}
        actions={
          listenerId !== null && (
            <Button size="sm" disabled={check.isPending} onClick={() => check.mutate()}>
              <SearchCheck aria-hidden />
              Check again
            </Button>
          )
        }
      >
        From {request.ip}. {answered}
        {request.duplicateOf !== null && (
          <>
            {' '}
            The first is <RequestLink app={app} id={request.duplicateOf} />.
          </>
        )}
      </Note>
      {request.origin !== null && (
        <p className="text-text-2">
          {request.origin.kind === 'edited' ? 'Sent by hand, an edited copy of ' : 'Accepted by hand, after it had been refused as '}
          <RequestLink app={app} id={request.origin.requestId} />.
        </p>
      )}
      <div role="status" className="empty:hidden">
        {check.data !== undefined && <Checked verdict={check.data} known={request.detail} />}
        {check.error !== null && <Note kind="fail" title="It could not be checked." children={wordsOf(check.error).detail} />}
      </div>
    </div>
  )
}

function verdictOf({ status, detail, reason, verified }: RequestDetail): {
  readonly kind: 'fail' | 'info' | 'ok' | 'wait'
  readonly title: string
} {
  if (status === 'rejected') return { kind: 'fail', title: detail ?? `Refused: ${reason ?? 'no reason was kept'}.` }
  if (status === 'duplicate') return { kind: 'info', title: 'A copy of an event that was taken before. It started nothing.' }
  if (verified === null) return { kind: 'wait', title: 'It is kept. Nothing proved where it comes from.' }
  return { kind: 'ok', title: `It is genuine, and kept.${secretWords(verified.secretLast4)}` }
}

/** What a listener says of a request. */
export function Checked({
  verdict: { taken, verified, scheme, secretLast4, detail, code },
  known,
}: {
  readonly verdict: ListenerVerifyOut
  /** Why it was refused when it came, where that stands above already. */
  readonly known?: string | null
}) {
  if (!taken) {
    const title = code === 'not_checkable' ? 'It cannot be checked any more.' : 'It would be refused now.'
    if (detail !== null && detail === known) return <p className="text-text-2">It would be refused now, too, for the same reason.</p>
    return (
      <Note kind={code === 'not_checkable' ? 'wait' : 'fail'} title={title}>
        {detail ?? code}
      </Note>
    )
  }
  return (
    <Note kind="ok" title="It would be taken now.">
      {verified
        ? `It proves where it comes from, by ${scheme.replaceAll('_', ' ')}.${secretWords(secretLast4)}`
        : 'Its listener asks for no proof of where a request comes from.'}
    </Note>
  )
}

const secretWords = (last4: string | null): string => (last4 === null || last4 === '' ? '' : ` It fits the secret that ends in ${last4}.`)

function RequestLink({ app, id }: { readonly app: string; readonly id: string }) {
  return (
    <Link
      to="/a/$app/requests/$request"
      params={{ app, request: id }}
      className="font-mono break-all text-accent-text underline-offset-2 hover:underline"
    >
      {id}
    </Link>
  )
}
