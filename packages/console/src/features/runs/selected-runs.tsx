import { useMutation } from '@tanstack/react-query'
import { CircleSlash, Play } from 'lucide-react'
import { useState } from 'react'
import { count, counted } from '../../lib/amounts.ts'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { BulkBar } from '../../ui/select/bulk-bar.tsx'
import type { Selection } from '../../ui/select/selection.ts'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'

interface Props {
  readonly app: string
  readonly selection: Selection
}

/** What can be done with the runs that are selected. */
export function SelectedRuns({ app, selection }: Props) {
  const [asking, setAsking] = useState<'again' | 'cancel'>()
  const runIds = [...selection.ids]
  const close = (): void => setAsking(undefined)
  const done = (title: string, left: number, why: string): void => {
    close()
    selection.clear()
    say(title, left > 0 ? { detail: `${count(left)} ${why}` } : {})
  }
  const cancel = useMutation({
    mutationFn: () => api.run.cancelMany(app, { runIds }),
    onSuccess: ({ cancelled, skipped }) => done(`${counted(cancelled, 'run')} cancelled.`, skipped, 'had ended before.'),
    onError: (error) => sayFailure('They were not cancelled.', wordsOf(error).detail),
  })
  return (
    <BulkBar selection={selection} one="run" many="runs">
      <Button size="sm" onClick={() => setAsking('cancel')}>
        <CircleSlash aria-hidden />
        Cancel what runs
      </Button>
      <Button size="sm" data-key="r" onClick={() => setAsking('again')}>
        <Play aria-hidden />
        Run again
      </Button>
      {asking === 'again' && (
        <RunAgain
          app={app}
          runIds={runIds}
          onClose={close}
          onDone={(started) =>
            done(
              `${counted(started, 'run')} started.`,
              runIds.length - started,
              'were left out: not at their end, or what started them is gone.',
            )
          }
        />
      )}
      <Confirm
        open={asking === 'cancel'}
        onClose={close}
        onConfirm={() => cancel.mutate()}
        busy={cancel.isPending}
        title={`Cancel what runs of ${counted(runIds.length, 'run')}?`}
        act="Cancel what runs"
      >
        Steps that were not reached do not run, and deliveries of these runs that wait are cancelled. What was sent stays sent, and runs
        that have ended stay as they are.
      </Confirm>
    </BulkBar>
  )
}

interface AgainProps {
  readonly app: string
  readonly runIds: readonly string[]
  onClose(): void
  onDone(started: number): void
}

function RunAgain({ app, runIds, onClose, onDone }: AgainProps) {
  const [newKey, setNewKey] = useState(false)
  const again = useMutation({
    mutationFn: () => api.run.againMany(app, { filter: { runIds: [...runIds] }, newKey }),
    onSuccess: ({ started }) => onDone(started),
    onError: (error) => sayFailure('They were not run again.', wordsOf(error).detail),
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Run ${counted(runIds.length, 'run')} again?`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={again.isPending} onClick={() => again.mutate()}>
            Run again
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-text-2">
          Each that has ended runs once more with what started it, by its flow as it is published now. What its steps send is sent again.
        </p>
        <Checkbox label="New keys" hint="Without, each has the key that it had." checked={newKey} onChange={setNewKey} />
      </div>
    </Dialog>
  )
}
