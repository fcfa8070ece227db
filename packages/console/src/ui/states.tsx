import { PosthornError } from '@posthorn/sdk'
import type { ReactNode } from 'react'
import { useMay } from '../lib/me.ts'
import { surface } from '../lib/surface.ts'
import { Button } from './button.tsx'
import { CopyableId } from './copy-button.tsx'

/** Nothing yet: what this is, the next step, and how a program would do it. */
export function EmptyState({
  title,
  children,
  action,
  also,
  command,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
  /** Beside it, what everybody may do who sees the page. */
  readonly also?: ReactNode
  readonly command?: string
}) {
  // It begins something; who may only look has nothing to begin.
  const may = useMay('change')
  return (
    <div className="flex flex-col items-start gap-3 px-6 py-10 text-left">
      <div>
        <h2 className="text-md">{title}</h2>
        {children !== undefined && <div className="mt-1 max-w-[60ch] text-text-2">{children}</div>}
      </div>
      {(also !== undefined || (may && action !== undefined)) && (
        <div className="flex flex-wrap gap-2 empty:hidden">
          {may && action}
          {also}
        </div>
      )}
      {command !== undefined && !surface.isPortal && (
        <code className="max-w-full overflow-x-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-text-2">
          {command}
        </code>
      )}
    </div>
  )
}

/** Nothing matches. The filters stand above, each to be taken off; here all of them are. */
export function NoMatch({ what, onClear }: { readonly what: string; onClear(): void }) {
  return (
    <div className="flex flex-col items-start gap-3 px-6 py-10">
      <h2 className="text-md">No {what} matches.</h2>
      <Button size="sm" onClick={onClear}>
        Clear all
      </Button>
    </div>
  )
}

/** In place of what could not be loaded; the rest of the page stays. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; onRetry?: (() => void) | undefined }) {
  const { title, detail, requestId } = wordsOf(error)
  return (
    <div role="alert" className="flex flex-col items-start gap-3 px-6 py-10">
      <div>
        <h2 className="text-md">{title}</h2>
        <p className="mt-1 max-w-[70ch] text-text-2">{detail}</p>
      </div>
      <div className="flex items-center gap-3">
        {onRetry && (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        )}
        {requestId !== null && (
          <span className="flex items-center gap-2 text-text-3">
            Request <CopyableId id={requestId} />
          </span>
        )}
      </div>
    </div>
  )
}

/** What to say of a failure: the API's own words where it has some. */
export function wordsOf(error: unknown): { readonly title: string; readonly detail: string; readonly requestId: string | null } {
  if (!(error instanceof PosthornError)) {
    return { title: 'This page failed.', detail: error instanceof Error ? error.message : String(error), requestId: null }
  }
  const titles: Readonly<Record<string, string>> = {
    network: 'The server cannot be reached.',
    timeout: 'The server did not answer in time.',
    not_found: 'There is nothing here.',
    forbidden: 'You may not see this.',
  }
  return { title: titles[error.code] ?? 'This could not be loaded.', detail: error.message, requestId: error.requestId ?? null }
}

/** Rows of the height that will be, so that nothing jumps. It shows only after a moment: most answers are faster. */
export function SkeletonRows({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="skeleton-late">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className="flex h-row items-center gap-6 border-b border-line px-4">
          <div className="h-3 w-24 rounded-sm bg-hover" />
          <div className="h-3 flex-1 rounded-sm bg-hover" />
          <div className="h-3 w-16 rounded-sm bg-hover" />
        </div>
      ))}
    </div>
  )
}
