import { type FormEvent, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { type ListenerOfRequest, listenerOfRequest } from './listener-of-request.ts'
import { pastedRequest } from './pasted-request.ts'

const FORM = 'paste-request'

/** Fills the form from a request that its sender made, wherever it was sent. It stays in this page. */
export function PasteRequest({ onFill }: { onFill(listener: ListenerOfRequest): void }) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string>()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const request = pastedRequest(text)
    setFault(typeof request === 'string' ? request : undefined)
    if (typeof request === 'string') return
    onFill(listenerOfRequest(request))
    setOpen(false)
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>Paste a curl</Button>
      <Dialog
        open={open}
        wide
        onClose={() => setOpen(false)}
        title="Fill from a request"
        actions={
          <>
            <span className="flex-1" />
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button kind="primary" type="submit" form={FORM}>
              Fill the form
            </Button>
          </>
        }
      >
        <form id={FORM} onSubmit={submit} noValidate>
          <TextArea
            label="Request"
            mono
            rows={10}
            autoFocus
            value={text}
            onText={setText}
            hint="A curl command, or headers, an empty line and the body. A key in it becomes the key of the listener."
            fault={fault}
          />
        </form>
      </Dialog>
    </>
  )
}
