import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { Segmented } from '../../ui/tabs.tsx'
import { ChangesView } from './changes-view.tsx'
import { DiffView } from './diff-view.tsx'
import type { Definition } from './model/definition.ts'

interface Props {
  readonly app: string
  readonly flow: string
  /** A version; null where none is published yet. */
  readonly from: number | null
  /** Another version, or the draft, which the server compares as it was saved last. */
  readonly to: number | Definition
  /** Resolves when the server has the draft. */
  saved?: () => Promise<void>
  onOpen?: (step: string) => void
}

/** Two versions, or one and the draft: what differs step by step, or as JSON. */
export function Compared({ app, flow, from, to, saved, onOpen }: Props) {
  const [as, setAs] = useState<'steps' | 'json'>('steps')
  const diff = useQuery({
    queryKey: ['flow-diff', app, flow, from, to],
    queryFn: async () => {
      await saved?.()
      return api.flow.diff(app, flow, { ...(from !== null && { from: String(from) }), ...(typeof to === 'number' && { to: String(to) }) })
    },
  })
  if (diff.error !== null) return <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />
  if (diff.data === undefined) return <SkeletonRows rows={4} />
  return (
    <div className="flex min-w-0 flex-col items-start gap-3 [&>*:last-child]:self-stretch">
      <Segmented
        label="How the changes are shown"
        value={as}
        onChange={(next) => setAs(next)}
        options={[
          { value: 'steps', label: 'Step by step' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {as === 'steps' ? (
        <ChangesView changes={diff.data.changes} {...(onOpen !== undefined && { onOpen })} />
      ) : (
        <AsJson app={app} flow={flow} from={from} to={to} />
      )}
    </div>
  )
}

function AsJson({ app, flow, from, to }: Pick<Props, 'app' | 'flow' | 'from' | 'to'>) {
  const sides = useQuery({
    queryKey: ['flow-texts', app, flow, from, to],
    queryFn: async () => {
      const textOf = async (version: number) => (await api.flow.getVersion(app, flow, String(version))).definition
      return [from === null ? undefined : await textOf(from), typeof to === 'number' ? await textOf(to) : to] as const
    },
  })
  if (sides.error !== null) return <ErrorState error={sides.error} onRetry={() => void sides.refetch()} />
  if (sides.data === undefined) return <SkeletonRows rows={4} />
  const [before, after] = sides.data.map((side) => (side === undefined ? '' : JSON.stringify(side, null, 2)))
  return <DiffView label="What changes, as JSON" before={before ?? ''} after={after ?? ''} />
}
