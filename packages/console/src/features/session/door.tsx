import { useEffect, type ReactNode } from 'react'
import { Mark } from '../../ui/mark.tsx'

/** The pages outside the frame: who is not in yet sees the horn, the name of this server, and one card. */
export function Door({ title, children, foot }: { readonly title: string; readonly children: ReactNode; readonly foot?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Posthorn`
  }, [title])
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-4">
      <div className="flex w-[23rem] max-w-full flex-col gap-6">
        <Mark className="size-11 self-center text-accent-text" />
        <div className="flex flex-col gap-1 text-center">
          <h1 className="text-xl">{title}</h1>
          <span className="break-words text-text-2">{globalThis.location.host}</span>
        </div>
        <div className="rounded-lg border border-line bg-surface p-6">{children}</div>
        {foot !== undefined && <div className="text-center text-xs text-text-3">{foot}</div>}
      </div>
    </main>
  )
}
