import type { RequestReplayAllIn } from '@posthorn/sdk'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { ReplayRequestsDialog } from './replay-requests-dialog.tsx'

/** The button of a list that runs again what it shows. Where it shows only refused requests or copies there is nothing to run. */
export function ReplayRequests({
  app,
  filter,
  status = 'accepted',
  names,
  small = false,
}: {
  readonly app: string
  readonly filter: Partial<RequestReplayAllIn['filter']>
  readonly status?: string | undefined
  readonly names: ReadonlyMap<string, string>
  readonly small?: boolean
}) {
  const [asking, setAsking] = useState(false)
  if (status !== 'accepted') return null
  return (
    <>
      {small ? (
        <IconButton size="sm" kind="outline" label="Replay all that match" onClick={() => setAsking(true)}>
          <RotateCw aria-hidden />
        </IconButton>
      ) : (
        <Button onClick={() => setAsking(true)}>
          <RotateCw aria-hidden />
          Replay all that match
        </Button>
      )}
      {asking && <ReplayRequestsDialog app={app} filter={filter} names={names} onClose={() => setAsking(false)} />}
    </>
  )
}
