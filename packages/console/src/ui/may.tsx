import type { ReactNode } from 'react'
import { useMay } from '../lib/me.ts'

/** What only those see who may do it: change things, or also members, keys and plans. */
export function May({ what = 'change', children }: { readonly what?: 'change' | 'manage'; readonly children: ReactNode }) {
  return useMay(what) ? children : null
}

/** Fields that everybody reads, and only those write in who may change things. */
export function Fields({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  const may = useMay('change')
  return (
    <fieldset disabled={!may} className={className ?? 'flex min-w-0 flex-col gap-4'}>
      {children}
    </fieldset>
  )
}
