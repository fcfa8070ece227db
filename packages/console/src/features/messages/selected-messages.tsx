import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { BulkBar } from '../../ui/select/bulk-bar.tsx'
import type { Selection } from '../../ui/select/selection.ts'
import { ReplayMessages } from './replay-messages.tsx'

/** What can be done with the messages that are selected. */
export function SelectedMessages({ app, selection }: { readonly app: string; readonly selection: Selection }) {
  const [asking, setAsking] = useState(false)
  return (
    <BulkBar selection={selection} one="message" many="messages">
      <Button size="sm" data-key="r" onClick={() => setAsking(true)}>
        <RotateCw aria-hidden />
        Replay
      </Button>
      {asking && <ReplayMessages app={app} messageIds={[...selection.ids]} onClose={() => setAsking(false)} />}
    </BulkBar>
  )
}
