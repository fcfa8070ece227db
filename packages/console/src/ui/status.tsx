import {
  CheckCircle2,
  CircleAlert,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  Copy,
  Gauge,
  Loader,
  type LucideIcon,
  Pencil,
  PowerOff,
  RotateCw,
  Send,
  ShieldX,
  TriangleAlert,
} from 'lucide-react'
import { classNames } from '../lib/class-names.ts'

export type StatusClass = 'ok' | 'wait' | 'fail' | 'idle' | 'run'

interface Status {
  readonly word: string
  readonly look: StatusClass
  readonly icon: LucideIcon
}

/** The one table of statuses: what a thing of the API is called, and how it looks. No other component invents one. */
export const statuses = {
  delivered: { word: 'Delivered', look: 'ok', icon: CheckCircle2 },
  waiting: { word: 'Waiting', look: 'wait', icon: RotateCw },
  throttled: { word: 'Throttled', look: 'wait', icon: Gauge },
  sending: { word: 'Sending', look: 'run', icon: Send },
  failed: { word: 'Failed', look: 'fail', icon: CircleX },
  held: { word: 'Held', look: 'idle', icon: CirclePause },
  cancelled: { word: 'Cancelled', look: 'idle', icon: CircleSlash },
  accepted: { word: 'Accepted', look: 'ok', icon: CheckCircle2 },
  duplicate: { word: 'Duplicate', look: 'idle', icon: Copy },
  rejected: { word: 'Rejected', look: 'fail', icon: ShieldX },
  ok: { word: 'OK', look: 'ok', icon: CheckCircle2 },
  ko: { word: 'KO', look: 'fail', icon: CircleX },
  err: { word: 'ERR', look: 'wait', icon: RotateCw },
  cancel: { word: 'CANCEL', look: 'idle', icon: CircleSlash },
  skip: { word: 'SKIP', look: 'idle', icon: CircleSlash },
  running: { word: 'Running', look: 'run', icon: Loader },
  run: { word: 'RUN', look: 'run', icon: Loader },
  queued: { word: 'QUEUED', look: 'idle', icon: Clock },
  active: { word: 'Active', look: 'ok', icon: CheckCircle2 },
  enabled: { word: 'Enabled', look: 'ok', icon: CheckCircle2 },
  paused: { word: 'Paused', look: 'idle', icon: CirclePause },
  disabled: { word: 'Disabled', look: 'idle', icon: PowerOff },
  auto_disabled: { word: 'Disabled', look: 'fail', icon: TriangleAlert },
  draft: { word: 'Draft', look: 'idle', icon: Clock },
  changed: { word: 'Draft', look: 'run', icon: Pencil },
} as const satisfies Readonly<Record<string, Status>>

const texts: Readonly<Record<StatusClass, string>> = {
  // Success is quiet: its words are like any others.
  ok: 'text-text font-normal',
  wait: 'text-wait-text font-medium',
  fail: 'text-fail-text font-medium',
  idle: 'text-idle-text font-medium',
  run: 'text-accent-text font-medium',
}
const marks: Readonly<Record<StatusClass, string>> = {
  ok: 'text-ok-mark',
  wait: 'text-wait-mark',
  fail: 'text-fail-mark',
  idle: 'text-idle-mark',
  run: 'text-accent-mark',
}
const pills: Readonly<Record<StatusClass, string>> = {
  ok: 'bg-ok-tint text-ok-text',
  wait: 'bg-wait-tint text-wait-text',
  fail: 'bg-fail-tint text-fail-text',
  idle: 'bg-idle-tint text-idle-text',
  run: 'bg-accent-tint text-accent-text',
}

/** A newer server may say a word that this console does not know: it is shown as it stands. */
export function statusOf(name: string): Status {
  return (statuses as Readonly<Record<string, Status>>)[name.toLowerCase()] ?? { word: name, look: 'idle', icon: CircleAlert }
}

/** Icon and word. */
export function StatusMark({ status, word }: { readonly status: string; readonly word?: string }) {
  const { word: name, look, icon: Icon } = statusOf(status)
  return (
    <span className={classNames('inline-flex items-center gap-1.5 align-middle whitespace-nowrap', texts[look])}>
      <Icon
        aria-hidden
        strokeWidth={2}
        className={classNames('size-[15px] shrink-0', marks[look], (status === 'running' || status === 'RUN') && 'turning')}
      />
      {word ?? name}
    </span>
  )
}

/** The icon alone. `label` speaks for it; an empty one where words beside it say the same. */
export function StatusIcon({ status, label }: { readonly status: string; readonly label?: string }) {
  const { word, look: shown, icon: Icon } = statusOf(status)
  const look = classNames('size-[15px] shrink-0', marks[shown])
  return label === '' ? (
    <Icon aria-hidden strokeWidth={2} className={look} />
  ) : (
    <Icon role="img" aria-label={label ?? word} strokeWidth={2} className={look} />
  )
}

/** The state of a whole page, beside its title. */
export function StatusPill({ status, word }: { readonly status: string; readonly word?: string }) {
  const { word: name, look, icon: Icon } = statusOf(status)
  return (
    <span
      className={classNames(
        'inline-flex h-[22px] items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap [&_svg]:size-[13px]',
        pills[look],
      )}
    >
      <Icon aria-hidden strokeWidth={2} />
      {word ?? name}
    </span>
  )
}

/** What an HTTP status means to who reads it: trouble is loud. */
export function HttpCode({ code, trouble }: { readonly code: number | string | null; readonly trouble?: boolean }) {
  if (code === null) return <span className="text-text-3">none</span>
  const bad = trouble ?? (typeof code === 'string' || code >= 400)
  return <span className={classNames('num font-mono', bad && 'font-medium text-fail-text')}>{code}</span>
}
