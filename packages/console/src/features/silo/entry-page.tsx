import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { bytes } from '../../lib/amounts.ts'
import { shortId } from '../../lib/ids.ts'
import { prettyJson } from '../../lib/pretty-json.ts'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { CopyableId, CopyButton } from '../../ui/copy-button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Card, Facts, PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { EntryForm } from './entry-form.tsx'
import { type Entry, entryName, entryQuery, versionsQuery } from './queries.ts'

/** What is shown in the page: more is downloaded. */
const SHOWN_BYTES_MAX = 1_048_576
const crumbs = (app: string) => [{ label: 'Silo', link: { to: '/a/$app/silo', params: { app } } } as const]

/** One entry: what it holds, its versions, and where it came from. */
export function EntryPage() {
  const { app, entry: id } = useParams({ from: '/a/$app/silo/$entry' })
  const { data, error, refetch } = useQuery(entryQuery(app, id))
  if (data !== undefined) return <EntryView app={app} entry={data} />
  return (
    <>
      <PageHead title="Entry" crumbs={crumbs(app)} />
      {error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />}
    </>
  )
}

/** Text that a person can read: JSON, or another text. */
const isText = (contentType: string | null): boolean => /^text\/|[/+](json|xml)\b/.test(contentType ?? '')

const textQuery = (app: string, { id, version, size, contentType, kind }: Entry, asked: number | undefined) => {
  const wanted = kind === 'silo' ? (asked ?? version ?? undefined) : undefined
  return queryOptions({
    queryKey: ['entry text', app, id, wanted],
    queryFn: async () => new TextDecoder().decode(await api.entry.getContent(app, id, wanted === undefined ? {} : { version: wanted })),
    enabled: isText(contentType) && size <= SHOWN_BYTES_MAX,
    staleTime: Infinity,
  })
}

function EntryView({ app, entry }: { readonly app: string; readonly entry: Entry }) {
  const { version } = useSearch({ from: '/a/$app/silo/$entry' })
  const [replacing, setReplacing] = useState(false)
  const { data: last, isLoading } = useQuery(textQuery(app, entry, undefined))
  const isSilo = entry.kind === 'silo'
  return (
    <>
      <PageHead
        title={entryName(entry)}
        crumbs={crumbs(app)}
        facts={<CopyableId id={entry.id} />}
        views={<DownloadLink app={app} entry={entry} version={version} />}
        actions={
          entry.kind !== 'body' && (
            <>
              <Remove app={app} entry={entry} />
              {isSilo && (
                <Button kind="primary" onClick={() => setReplacing(true)}>
                  Replace
                </Button>
              )}
            </>
          )
        }
        line
      />
      <PageBody>
        <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_24rem]">
          <Content app={app} entry={entry} version={version} />
          <div className="flex min-w-0 flex-col gap-4">
            <About app={app} entry={entry} />
            {isSilo && <Versions app={app} entry={entry} shown={version ?? entry.version ?? 1} />}
          </div>
        </div>
      </PageBody>
      {replacing && !isLoading && (
        <EntryForm app={app} replaced={{ entry, text: last && prettyJson(last).text }} onClose={() => setReplacing(false)} />
      )}
    </>
  )
}

/** The bytes as they are kept. The browser fetches them itself: a file of a request may be large. */
function DownloadLink({ app, entry, version }: { readonly app: string; readonly entry: Entry; readonly version: number | undefined }) {
  const query = version === undefined ? '' : `?version=${version}`
  return (
    <a
      href={`/api/v1/app/${encodeURIComponent(app)}/entry/${encodeURIComponent(entry.id)}/content${query}`}
      download
      className="inline-flex h-control items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 font-medium shadow-1 hover:bg-hover [&_svg]:size-[15px]"
    >
      <Download aria-hidden />
      Download
    </a>
  )
}

function Content({ app, entry, version }: { readonly app: string; readonly entry: Entry; readonly version: number | undefined }) {
  const { data, error } = useQuery(textQuery(app, entry, version))
  const shown = data === undefined ? undefined : prettyJson(data)
  return (
    <Card
      title={version === undefined ? 'Content' : `Content of version ${version}`}
      aside={shown !== undefined && <CopyButton text={shown.text}>Copy</CopyButton>}
    >
      {shown !== undefined ? (
        <CodeView text={shown.text} json={shown.json} label="Content" maxHeight="66vh" />
      ) : error !== null ? (
        <ErrorState error={error} />
      ) : isText(entry.contentType) && entry.size <= SHOWN_BYTES_MAX ? (
        <SkeletonRows rows={4} />
      ) : (
        <p className="text-text-2">
          {entry.size > SHOWN_BYTES_MAX ? 'This is too much to be shown here.' : 'This is no text.'} Download it to look into it.
        </p>
      )}
    </Card>
  )
}

function About({ app, entry }: { readonly app: string; readonly entry: Entry }) {
  const { kind, contentType, size, sha256, tags, createdAt, expiresAt, field, requestId, name } = entry
  return (
    <Card title="Entry">
      <Facts
        rows={[
          ['Kept as', { silo: 'An entry of the silo', file: 'A file of a request', body: 'The body of a request' }[kind]],
          ...(name === null ? [] : ([['File name', name]] as const)),
          ['Content', contentType ?? 'not said'],
          ['Size', bytes(size)],
          ...(kind === 'silo' ? ([['Tags', tags.length === 0 ? 'none' : tags.join(', ')]] as const) : []),
          ...(field === null ? [] : ([['Form field', field]] as const)),
          ...(requestId === null
            ? []
            : ([
                [
                  'Request',
                  <Link
                    key="request"
                    to="/a/$app/requests/$request"
                    params={{ app, request: requestId }}
                    className="font-mono break-all text-accent-text hover:underline"
                  >
                    {requestId}
                  </Link>,
                ],
              ] as const)),
          ['Made', <Time key="made" at={createdAt} />],
          ['Ends', expiresAt === null ? kind === 'silo' ? 'when it is deleted' : 'with its request' : <RelativeTime at={expiresAt} />],
          [
            'SHA-256',
            <code key="hash" className="font-mono text-xs break-all">
              {sha256}
            </code>,
          ],
        ]}
      />
    </Card>
  )
}

/** The last ones; an older one is looked at and downloaded as the present one is. */
function Versions({ app, entry, shown }: { readonly app: string; readonly entry: Entry; readonly shown: number }) {
  const { data, error } = useQuery(versionsQuery(app, entry.id))
  return (
    <Card title="Versions" flush>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={2} />
        ) : (
          <ErrorState error={error} />
        )
      ) : (
        <ul aria-label="Versions">
          {data.data.map(({ version, size, savedAt, savedBy, savedByName }) => (
            <li key={version} className="border-b border-line last:border-b-0">
              <Link
                to="/a/$app/silo/$entry"
                params={{ app, entry: entry.id }}
                search={version === entry.version ? {} : { version }}
                replace
                aria-current={version === shown ? 'true' : undefined}
                className={`flex flex-col gap-0.5 px-4 py-2 ${version === shown ? 'bg-selected' : 'hover:bg-hover'}`}
              >
                <span className="flex items-center justify-between gap-3">
                  <span className="font-medium">Version {version}</span>
                  <Time at={savedAt} />
                </span>
                <span className="flex items-center justify-between gap-3 text-xs text-text-2">
                  <span className="clip">
                    by {savedByName ?? (savedBy.startsWith('run_') ? `run ${shortId(savedBy)}` : shortId(savedBy))}
                  </span>
                  <span className="num">{bytes(size)}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Remove({ app, entry }: { readonly app: string; readonly entry: Entry }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.entry.delete(app, entry.id),
    onSuccess: async () => {
      await navigate({ to: '/a/$app/silo', params: { app }, search: entry.kind === 'file' ? { kind: 'file' } : {} })
      say('Deleted.')
      await queries.invalidateQueries({ queryKey: ['entries', app] })
    },
    onError: (error) => sayFailure('It could not be deleted.', wordsOf(error).detail),
  })
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Delete
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${entryName(entry)}?`}
        act="Delete entry"
        busy={remove.isPending}
        onConfirm={() => {
          setAsking(false)
          remove.mutate()
        }}
      >
        {entry.kind === 'silo'
          ? 'All of its versions go with it. A flow that loads it finds nothing from then on.'
          : 'The file is removed; the request that brought it keeps the rest of its form.'}
      </Confirm>
    </>
  )
}
