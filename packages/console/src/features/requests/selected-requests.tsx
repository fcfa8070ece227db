import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { BulkBar } from '../../ui/select/bulk-bar.tsx'
import type { Selection } from '../../ui/select/selection.ts'
import { ReplayRequestsDialog } from './replay-requests-dialog.tsx'

interface Props {
  readonly app: string
  readonly selection: Selection
  /** Of listeners by id. */
  readonly names: ReadonlyMap<string, string>
}

/** What can be done with the requests that are selected. */
export function SelectedRequests({ app, selection, names }: Props) {
  const [asking, setAsking] = useState(false)
  return (
    <BulkBar selection={selection} one="request" many="requests">
      <Button size="sm" data-key="r" onClick={() => setAsking(true)}>
        <RotateCw aria-hidden />
        Replay
      </Button>
      {asking && (
        <ReplayRequestsDialog app={app} filter={{ requestIds: [...selection.ids] }} names={names} onClose={() => setAsking(false)} />
      )}
    </BulkBar>
  )
}
