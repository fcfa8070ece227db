import { Dialog as Base } from '@base-ui/react/dialog'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import { Button } from './button.tsx'

interface Props {
  readonly open: boolean
  onClose(): void
  readonly title: ReactNode
  readonly children: ReactNode
  /** The foot: what can be done, the primary last. */
  readonly actions?: ReactNode
  /** Escape and a click outside do nothing: what it shows is shown once. */
  readonly stays?: boolean
  readonly wide?: boolean
}

/** A question, or a form, over the page. */
export function Dialog({ open, onClose, title, children, actions, stays = false, wide = false }: Props) {
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={stays}
      onOpenChange={(next, details) => {
        if (next || (stays && details.reason === 'escape-key')) return
        onClose()
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] place-items-center overflow-auto p-4">
          <Base.Popup
            className={`flex max-h-[calc(100dvh-2rem)] w-full flex-col rounded-xl border border-line bg-raised shadow-3 outline-none transition-[opacity,transform] duration-200 data-ending-style:opacity-0 data-starting-style:translate-y-1 data-starting-style:opacity-0 ${wide ? 'max-w-[52rem]' : 'max-w-[35rem]'}`}
          >
            <Base.Title className="px-6 pt-5 text-lg">{title}</Base.Title>
            <div className="min-h-0 overflow-y-auto px-6 py-5">{children}</div>
            {actions !== undefined && <div className="flex items-center gap-2 border-t border-line px-6 py-4">{actions}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

/** The foot of what is only looked at, or has taken effect already. */
export function Done({ onClose }: { onClose(): void }) {
  return (
    <>
      <span className="flex-1" />
      <Button kind="primary" onClick={onClose}>
        Done
      </Button>
    </>
  )
}

/** Asks before what cannot be undone. The button names the act. */
export function Confirm({
  open,
  onClose,
  onConfirm,
  title,
  children,
  act,
  busy = false,
}: {
  readonly open: boolean
  onClose(): void
  onConfirm(): void
  readonly title: string
  readonly children: ReactNode
  /** "Delete endpoint". */
  readonly act: string
  readonly busy?: boolean
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button onClick={onConfirm} disabled={busy} className="border-transparent! bg-danger! text-on-danger!">
            {act}
          </Button>
        </>
      }
    >
      <div className="text-text-2">{children}</div>
    </Dialog>
  )
}

interface UnsavedProps {
  /** What was typed, as the form has it. What is first seen is what is kept: give it another key once it is saved. */
  readonly values: unknown
  /** It is being saved, and what follows may lead away. */
  readonly saving: boolean
}

/** Asks before somebody leaves a form with changes: a link, Back, another tab of the page, or closing it. */
export function Unsaved({ values, saving }: UnsavedProps) {
  const text = JSON.stringify(values)
  const kept = useRef(text)
  const isChanged = text !== kept.current && !saving
  const blocker = useBlocker({ shouldBlockFn: () => isChanged, enableBeforeUnload: isChanged, withResolver: true })
  return (
    <Confirm
      open={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      act="Leave"
      onConfirm={() => blocker.proceed?.()}
    >
      What you changed here is not saved yet.
    </Confirm>
  )
}
