import { CircleCheck, CircleX, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../lib/class-names.ts'

type NoteKind = 'wait' | 'fail' | 'ok' | 'info'

const looks: Readonly<Record<NoteKind, { ground: string; mark: string; icon: LucideIcon }>> = {
  wait: { ground: 'bg-wait-tint', mark: 'text-wait-mark', icon: TriangleAlert },
  fail: { ground: 'bg-fail-tint', mark: 'text-fail-mark', icon: CircleX },
  ok: { ground: 'bg-ok-tint', mark: 'text-ok-mark', icon: CircleCheck },
  info: { ground: 'bg-accent-tint', mark: 'text-accent-mark', icon: Info },
}

interface Props {
  readonly kind?: NoteKind
  readonly icon?: LucideIcon
  /** What happened, in one sentence. */
  readonly title: ReactNode
  /** Why, and what next. */
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

/** What needs to be read before anything else on the page. */
export function Note({ kind = 'wait', icon, title, children, actions }: Props) {
  const look = looks[kind]
  const Icon = icon ?? look.icon
  return (
    <div className={classNames('flex items-start gap-3 rounded-lg px-4 py-3', look.ground)}>
      <Icon aria-hidden className={classNames('mt-0.5 size-4 shrink-0', look.mark)} />
      <div className="min-w-0 flex-1 break-words">
        <div className="font-medium">{title}</div>
        {children !== undefined && <div className="text-text-2">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex shrink-0 gap-2">{actions}</div>}
    </div>
  )
}
