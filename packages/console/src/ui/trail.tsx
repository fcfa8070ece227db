import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { classNames } from '../lib/class-names.ts'
import { useStrip } from './strip/use-strip.ts'
import { statusOf, StatusMark } from './status.tsx'

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
      ref={useStrip(parts.length)}
      aria-label="Trail"
      className="strip flex w-fit max-w-full min-w-0 rounded-md border border-line bg-surface"
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

/** Trouble first, then what is under way, then what went well. */
const order = ['failed', 'ko', 'waiting', 'throttled', 'held', 'sending', 'running', 'queued', 'cancelled', 'delivered', 'ok']

/** Several parts of one kind, counted by their status. */
export function StatusCounts({ statuses }: { readonly statuses: readonly string[] }) {
  const counts = new Map<string, number>()
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1)
  const shown = [...counts].toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other))
  return shown.map(([status, count]) => (
    <StatusMark key={status} status={status} word={`${count} ${statusOf(status).word.toLowerCase()}`} />
  ))
}
