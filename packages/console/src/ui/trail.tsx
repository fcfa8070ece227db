import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { classNames } from '../lib/class-names.ts'

export interface TrailPart {
  readonly where: 'In' | 'Run' | 'Message' | 'Out'
  readonly link?: LinkProps
  readonly here?: boolean
  readonly children: ReactNode
}

/** What caused this, and what it caused: In › Run › Out. Parts that do not exist are left out. */
export function Trail({ parts }: { readonly parts: readonly TrailPart[] }) {
  return (
    <nav
      aria-label="Trail"
      className="flex w-fit max-w-full min-w-0 overflow-x-auto rounded-md border border-line bg-surface [scrollbar-width:none]"
    >
      {parts.map(({ where, link, here = false, children }, at) => {
        const look = classNames(
          'relative flex h-10 items-center gap-2 px-4 whitespace-nowrap',
          at > 0 && 'border-l border-line-strong',
          here ? 'bg-selected' : link !== undefined && 'hover:bg-hover',
        )
        const inside = (
          <>
            <span className="text-xs font-medium text-text-3">{where}</span>
            {children}
          </>
        )
        return link === undefined || here ? (
          <span key={where} aria-current={here ? 'step' : undefined} className={look}>
            {inside}
          </span>
        ) : (
          <Link key={where} {...link} className={look}>
            {inside}
          </Link>
        )
      })}
    </nav>
  )
}
