import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { Time } from '../../ui/time.tsx'

export interface ShownLink {
  readonly link: string
  readonly linkExpiresAt: string
}

/** A link that lets one person in, shown this one time: it stays until it was copied, or is said to be kept. */
export function LinkDialog({ email, shown, onClose }: { readonly email: string; readonly shown: ShownLink; onClose(): void }) {
  const [kept, setKept] = useState(false)
  return (
    <Dialog
      open
      stays
      onClose={() => kept && onClose()}
      title={`Link for ${email}`}
      actions={
        <>
          <Checkbox label="I have kept it" checked={kept} onChange={setKept} />
          <span className="flex-1" />
          <Button disabled={!kept} onClick={onClose}>
            Close
          </Button>
          <CopyButton kind="primary" text={shown.link} onCopied={() => setKept(true)}>
            Copy link
          </CopyButton>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-text-2">
          Send it to them in a way that nobody else reads. Whoever opens it sets the password. It works once, until{' '}
          <Time at={shown.linkExpiresAt} />, and is shown this one time.
        </p>
        <code className="block rounded-md border border-line bg-sunken px-3 py-2 font-mono break-all">{shown.link}</code>
      </div>
    </Dialog>
  )
}
