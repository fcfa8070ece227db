import { duration } from '../../lib/time.ts'
import { bytes } from '../../lib/amounts.ts'
import { CodeView } from '../../ui/code-view.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { Note } from '../../ui/note.tsx'
import { Headers } from '../../ui/headers.tsx'
import { prettyJson } from '../../lib/pretty-json.ts'
import type { Attempt } from './queries.ts'
import type { AttemptTab } from './search.ts'
import { SignatureView } from './signature-view.tsx'
import { Waterfall } from './waterfall.tsx'

/** One HTTP try: its phases, what was sent, what came back, and how it was signed. */
export function AttemptView({
  attempt,
  isLast,
  tab,
  onTab,
}: {
  readonly attempt: Attempt
  /** Why the last one failed stands above already. */
  readonly isLast: boolean
  readonly tab: AttemptTab
  onTab(tab: AttemptTab): void
}) {
  return (
    <>
      {attempt.reason !== null && !isLast && (
        <Note kind="fail" title={attempt.reason}>
          {attempt.nextStep}
        </Note>
      )}
      <Waterfall phases={attempt.phases} total={attempt.durationMs} />
      <Tabs
        label="Attempt"
        current={tab}
        onChange={onTab}
        tabs={[
          { name: 'request', label: 'Request' },
          { name: 'response', label: 'Response', ...(attempt.response && { note: attempt.response.status }) },
          { name: 'signature', label: 'Signature' },
        ]}
      />
      {tab === 'request' && <RequestView attempt={attempt} />}
      {tab === 'response' && <ResponseView attempt={attempt} />}
      {tab === 'signature' && <SignatureView attempt={attempt} />}
    </>
  )
}

function RequestView({ attempt: { request } }: { readonly attempt: Attempt }) {
  const { text, json } = prettyJson(request.body ?? '')
  return (
    <>
      <Headers
        first={
          <>
            <span className="font-medium">POST</span> {request.url}
          </>
        }
        headers={request.headers}
        label="Request headers"
      />
      {request.body === null ? (
        <p className="text-text-2">The body is no longer kept.</p>
      ) : (
        <>
          <CodeView text={text} json={json} label="Request body" />
          <p className="text-text-3">
            {request.bytes !== null && bytes(request.bytes)}
            {request.truncated && ', of which the first 16 kB are shown'}
            {request.transformed && ', made by the endpoint’s transformation'}
            {request.encoding === 'base64' && ', shown as base64'}
          </p>
        </>
      )}
    </>
  )
}

function ResponseView({ attempt: { response, durationMs } }: { readonly attempt: Attempt }) {
  if (response === null) return <p className="text-text-2">No answer came within {duration(durationMs)}.</p>
  const { text, json } = prettyJson(response.body)
  return (
    <>
      <Headers
        first={
          <>
            HTTP/1.1 <span className="font-medium">{response.status}</span>
          </>
        }
        headers={response.headers}
        label="Response headers"
      />
      {response.body === '' ? (
        <p className="text-text-2">The answer had no body.</p>
      ) : (
        <CodeView text={text} json={json} label="Response body" />
      )}
      {response.truncated && <p className="text-text-3">The first 16 kB are shown.</p>}
    </>
  )
}
