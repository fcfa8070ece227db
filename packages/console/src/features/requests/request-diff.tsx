import { useQuery } from '@tanstack/react-query'
import { ArrowLeftRight } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { prettyJson } from '../../lib/pretty-json.ts'
import { clockTime } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, Done } from '../../ui/dialog.tsx'
import { DiffView } from '../../ui/diff-view.tsx'
import { SelectField } from '../../ui/field.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { type RequestDetail, requestQuery } from './queries.ts'

interface Props {
  readonly app: string
  readonly request: RequestDetail
  readonly listener: string
}

/** How many earlier ones are offered. */
const EARLIER = 20

/** What differs from the request before it, at the same listener, or from one of those before. */
export function RequestDiff(props: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <ArrowLeftRight aria-hidden />
        Diff
      </Button>
      {open && (
        <Dialog open wide onClose={() => setOpen(false)} title="What differs" actions={<Done onClose={() => setOpen(false)} />}>
          <Differences {...props} />
        </Dialog>
      )}
    </>
  )
}

function Differences({ app, request, listener }: Props) {
  const [chosen, setChosen] = useState<string>()
  const earlier = useQuery({
    queryKey: ['earlier requests', app, request.id],
    // By its place in the list: by its time, one that came in the same millisecond would be missed.
    queryFn: async () => (await api.request.list(app, listener, { iterator: request.id, limit: EARLIER })).data,
    // What came before it stays what it is.
    staleTime: Infinity,
  })
  const id = chosen ?? earlier.data?.[0]?.id
  const other = useQuery({ ...requestQuery(app, id ?? ''), enabled: id !== undefined })
  const failed = earlier.error ?? other.error
  if (failed !== null) return <ErrorState error={failed} onRetry={() => void Promise.all([earlier.refetch(), other.refetch()])} />
  if (earlier.data?.length === 0) return <p className="text-text-2">No request came before this one that is still kept.</p>
  if (other.data === undefined || id === undefined) return <SkeletonRows rows={4} />
  return (
    <div className="flex flex-col gap-4">
      <SelectField
        label="Compared with"
        value={id}
        onValue={setChosen}
        options={(earlier.data ?? []).map((one, at) => ({
          value: one.id,
          label: `${clockTime(Date.parse(one.receivedAt))}, ${one.status}${at === 0 ? ', the one before' : ''}`,
        }))}
      />
      {parts.map(({ name, textOf }) => (
        <section key={name} className="flex flex-col gap-1.5">
          <h3 className="font-medium">{name}</h3>
          <DiffView label={`${name}: what differs`} before={textOf(other.data)} after={textOf(request)} />
        </section>
      ))}
    </div>
  )
}

const parts: readonly { readonly name: string; textOf(request: RequestDetail): string }[] = [
  { name: 'Body', textOf: ({ body }) => (body === null ? '' : prettyJson(body.content).text) },
  { name: 'Address', textOf: ({ method, path, query }) => [`${method} ${path}`, ...(query === '' ? [] : query.split('&'))].join('\n') },
  {
    name: 'Headers',
    textOf: ({ headers }) =>
      headers
        .map(([name, value]) => `${name}: ${value}`)
        .toSorted()
        .join('\n'),
  },
]
