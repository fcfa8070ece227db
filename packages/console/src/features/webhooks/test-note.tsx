import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useState } from 'react'
import { IconButton, Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { AttemptView } from '../deliveries/attempt-view.tsx'
import type { AttemptTab } from '../deliveries/search.ts'
import { type TestResult, testWords } from './test-event.tsx'

/** What came of a test event, above the page until it is closed. */
export function TestNote({ app, result, onClose }: { readonly app: string; readonly result: TestResult; onClose(): void }) {
  const [shown, setShown] = useState(false)
  const [tab, setTab] = useState<AttemptTab>('request')
  const close = (
    <IconButton size="sm" label="Close" onClick={onClose}>
      <X aria-hidden />
    </IconButton>
  )
  if (result.kind === 'refused')
    return (
      <Note kind="fail" title="No test event was sent." actions={close}>
        {result.why}
      </Note>
    )
  const { attempt } = result
  return (
    <>
      <Note
        kind={attempt.ok ? 'ok' : 'fail'}
        title={testWords(attempt)}
        actions={
          <>
            <Button size="sm" onClick={() => setShown(true)}>
              Details
            </Button>
            {close}
          </>
        }
      >
        {attempt.nextStep ?? 'test.ping, signed like a real one, not retried and not counted.'}
      </Note>
      <Dialog open={shown} wide onClose={() => setShown(false)} title="Test event">
        <div className="flex flex-col gap-4">
          <AttemptView attempt={attempt} isLast={false} tab={tab} onTab={setTab} />
          <Link to="/a/$app/deliveries" params={{ app }} className="font-medium text-accent-text hover:underline">
            All deliveries
          </Link>
        </div>
      </Dialog>
    </>
  )
}
