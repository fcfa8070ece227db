import { Link, type LinkProps } from '@tanstack/react-router'
import { ArrowRight, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { count } from '../../lib/amounts.ts'
import { Sparkline } from '../../ui/charts/sparkline.tsx'

interface Props {
  readonly title: string
  readonly icon: LucideIcon
  readonly link: LinkProps
  /** Undefined: not known yet. */
  readonly number: number | undefined
  readonly noun: string
  readonly bars: readonly { readonly good: number; readonly bad: number }[]
  readonly facts: readonly ReactNode[]
}

/** In, Run or Out: how much, how it went, and where to see it. */
export function StageCard({ title, icon: Icon, link, number, noun, bars, facts }: Props) {
  return (
    <Link {...link} className="flex min-w-0 flex-1 flex-col gap-3 rounded-lg border border-line bg-surface p-4 hover:bg-hover">
      <span className="flex items-center gap-2">
        <span className="grid size-7 place-items-center rounded-md bg-accent-tint text-accent-text">
          <Icon aria-hidden className="size-4" />
        </span>
        <h2 className="text-md">{title}</h2>
        <ArrowRight aria-hidden className="ml-auto size-3.5 text-text-3" />
      </span>
      <span className="flex items-end justify-between gap-3">
        <span className="flex flex-col">
          <span className="text-2xl tabular-nums">{number === undefined ? '\u00a0' : count(number)}</span>
          <span className="text-text-2">{noun}</span>
        </span>
        <Sparkline bars={bars} label={`${title}: ${noun} over time`} />
      </span>
      <span className="num flex flex-wrap gap-x-3 gap-y-1 border-t border-line pt-3 text-xs text-text-2">
        {number === undefined ? '\u00a0' : facts.map((fact, at) => <span key={at}>{fact}</span>)}
      </span>
    </Link>
  )
}
