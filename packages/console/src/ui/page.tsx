import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { classNames } from '../lib/class-names.ts'
import { useMay } from '../lib/me.ts'
import { surface } from '../lib/surface.ts'

export interface Crumb {
  readonly label: string
  readonly link: LinkProps
}

interface HeadProps {
  readonly title: ReactNode
  /** What the browser's tab says; the title where that is a text. */
  readonly tabTitle?: string
  /** The ways up; only below the first level. */
  readonly crumbs?: readonly Crumb[]
  readonly state?: ReactNode
  /** One line of facts under the title. */
  readonly facts?: ReactNode
  /** The primary last. */
  readonly actions?: ReactNode
  /** Beside them, what everybody may do who sees the page. */
  readonly views?: ReactNode
  /** Tabs or filters. */
  readonly children?: ReactNode
  readonly line?: boolean
  /** What one must be allowed to do for the actions. Who may not does not see them, and is told so. */
  readonly needs?: 'change' | 'manage'
}

/** The head of every page: where one is, what this is, how it is, what can be done. */
export function PageHead({
  title,
  tabTitle,
  crumbs = [],
  state,
  facts,
  actions,
  views,
  children,
  line = false,
  needs = 'change',
}: HeadProps) {
  const may = useMay(needs)
  useTabTitle(tabTitle ?? (typeof title === 'string' ? title : surface.name))
  return (
    <header className={classNames('flex shrink-0 flex-col gap-3 px-gutter pt-4', line && 'border-b border-line pb-4')}>
      {crumbs.length > 0 && <Crumbs crumbs={crumbs} here={typeof title === 'string' ? title : (tabTitle ?? '')} />}
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-col gap-1">
          <div className="flex min-h-control min-w-0 flex-wrap items-center gap-3">
            <h1 className="min-w-0 text-xl break-words">{title}</h1>
            {state}
          </div>
          {facts !== undefined && <div className="text-text-2">{facts}</div>}
          {actions !== undefined && !may && <div className="text-text-3">You can look, not change. Ask an owner.</div>}
        </div>
        {(views !== undefined || (actions !== undefined && may)) && (
          <div className="flex flex-wrap gap-2">
            {views}
            {may && actions}
          </div>
        )}
      </div>
      {children}
    </header>
  )
}

function Crumbs({ crumbs, here }: { readonly crumbs: readonly Crumb[]; readonly here: string }) {
  return (
    <nav aria-label="Where you are" className="flex min-h-target min-w-0 items-center gap-1 text-xs text-text-3">
      {crumbs.map(({ label, link }) => (
        <span key={label} className="flex shrink-0 items-center gap-1">
          <Link {...link} className="inline-flex min-h-target min-w-6 items-center text-text-2 hover:underline">
            {label}
          </Link>
          <ChevronRight aria-hidden className="size-3" />
        </span>
      ))}
      <span aria-current="page" className="clip">
        {here}
      </span>
    </nav>
  )
}

function useTabTitle(title: string): void {
  useEffect(() => {
    document.title = title === surface.name ? title : `${title} · ${surface.name}`
  }, [title])
}

/** What stands under the head, with the page's gutters. */
export function PageBody({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <div
      data-scrolls
      className={classNames('flex min-h-0 flex-1 flex-col gap-5 overflow-auto px-gutter pt-5 pb-6 [&>*]:shrink-0', className)}
    >
      {children}
    </div>
  )
}

/** A list alone under the head: its card is as high as its rows, up to the page, and they scroll in it. */
export function ListBody({ children }: { readonly children: ReactNode }) {
  return (
    <div data-place className="flex min-h-0 flex-1 flex-col px-gutter pt-5 pb-6">
      <div className="flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-surface [--list-edge:var(--space-4)]">
        {children}
      </div>
    </div>
  )
}

/** A card: a surface with a head. */
export function Card({
  title,
  aside,
  children,
  flush = false,
}: {
  readonly title?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly flush?: boolean
}) {
  return (
    <section className="min-w-0 rounded-lg border border-line bg-surface">
      {title !== undefined && (
        <div className="flex min-h-[44px] flex-wrap items-center gap-2 border-b border-line px-4 py-2">
          <h2 className="flex items-center gap-2 text-md">{title}</h2>
          {aside !== undefined && <div className="ml-auto flex items-center gap-2">{aside}</div>}
        </div>
      )}
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  )
}

/** Names and values, one under the other. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-text-3">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
