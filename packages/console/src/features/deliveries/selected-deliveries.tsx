import { useMutation } from '@tanstack/react-query'
import { CircleSlash, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { count, counted } from '../../lib/amounts.ts'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { BulkBar } from '../../ui/select/bulk-bar.tsx'
import type { Selection } from '../../ui/select/selection.ts'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { ReplayDeliveries } from './replay-deliveries.tsx'

interface Props {
  readonly app: string
  readonly selection: Selection
  readonly hosts: ReadonlyMap<string, string>
}

/** What can be done with the deliveries that are selected. */
export function SelectedDeliveries({ app, selection, hosts }: Props) {
  const [asking, setAsking] = useState<'replay' | 'cancel'>()
  const deliveryIds = [...selection.ids]
  const close = (): void => setAsking(undefined)
  const cancel = useMutation({
    mutationFn: () => api.delivery.cancelMany(app, { deliveryIds }),
    onSuccess: ({ cancelled, skipped }) => {
      close()
      selection.clear()
      say(
        `${counted(cancelled, 'delivery', 'deliveries')} cancelled.`,
        skipped > 0 ? { detail: `${count(skipped)} had ended before.` } : {},
      )
    },
    onError: (error) => sayFailure('They were not cancelled.', wordsOf(error).detail),
  })
  return (
    <BulkBar selection={selection} one="delivery" many="deliveries">
      <Button size="sm" onClick={() => setAsking('cancel')}>
        <CircleSlash aria-hidden />
        Cancel what waits
      </Button>
      <Button size="sm" data-key="r" onClick={() => setAsking('replay')}>
        <RotateCw aria-hidden />
        Replay
      </Button>
      {asking === 'replay' && <ReplayDeliveries app={app} filter={{ deliveryIds }} hosts={hosts} onClose={close} />}
      <Confirm
        open={asking === 'cancel'}
        onClose={close}
        onConfirm={() => cancel.mutate()}
        busy={cancel.isPending}
        title={`Cancel what waits of ${counted(deliveryIds.length, 'delivery', 'deliveries')}?`}
        act="Cancel what waits"
      >
        Those that have not ended are not tried any more; steps that wait for one go on without it. What has ended stays as it is.
      </Confirm>
    </BulkBar>
  )
}
