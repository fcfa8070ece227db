import { Toast } from '@base-ui/react/toast'
import { CircleCheck, CircleX, X } from 'lucide-react'
import type { ReactNode } from 'react'

const manager = Toast.createToastManager()

/** Says that something was done; `undo` takes it back for eight seconds. */
export function say(title: string, options: { readonly undo?: () => void; readonly detail?: string } = {}): void {
  manager.add({
    title,
    ...(options.detail !== undefined && { description: options.detail }),
    timeout: 8000,
    ...(options.undo && { actionProps: { children: 'Undo', onClick: options.undo } }),
  })
}

/** Says that something failed; it stays until it is closed. */
export function sayFailure(title: string, detail?: string): void {
  manager.add({ title, ...(detail !== undefined && { description: detail }), type: 'failure', timeout: 0, priority: 'high' })
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex items-start gap-3 rounded-lg border border-line-strong bg-raised px-4 py-3 shadow-3 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0"
    >
      {toast.type === 'failure' ? (
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-fail-mark" />
      ) : (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok-mark" />
      )}
      <div className="min-w-0 flex-1 break-words">
        <Toast.Title className="font-medium" />
        <Toast.Description className="text-text-2" />
      </div>
      {toast.actionProps !== undefined && <Toast.Action className="min-h-target font-medium text-accent-text hover:underline" />}
      <Toast.Close aria-label="Close" className="grid size-6 place-items-center text-text-3">
        <X aria-hidden className="size-3.5" />
      </Toast.Close>
    </Toast.Root>
  ))
}
