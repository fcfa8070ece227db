import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { LinkProps } from '@tanstack/react-router'
import { CircleX, Gauge, HardDrive, Hourglass, type LucideIcon, PowerOff, ShieldX, Unplug } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import type { Issue } from '../../lib/queries/issues-query.ts'
import { May } from '../../ui/may.tsx'

const icons: Readonly<Record<Issue['kind'], LucideIcon>> = {
  store_trouble: HardDrive,
  endpoint_disabled: PowerOff,
  endpoint_paused: PowerOff,
  circuit_open: Unplug,
  backlog: Hourglass,
  wrong_signatures: ShieldX,
  runs_ko: CircleX,
  plan_hour: Gauge,
}

/** Nothing is shown where nothing needs a person. */
export function Attention({ app, issues }: { readonly app: string; readonly issues: readonly Issue[] }) {
  if (issues.length === 0) return null
  return (
    <Card
      flush
      title={
        <>
          Needs attention
          <span className="num rounded-full bg-fail-tint px-2 text-xs font-medium text-fail-text">{issues.length}</span>
        </>
      }
    >
      <ul>
        {issues.map((issue) => (
          <IssueRow key={issue.id} app={app} issue={issue} />
        ))}
      </ul>
    </Card>
  )
}

function IssueRow({ app, issue }: { readonly app: string; readonly issue: Issue }) {
  const Icon = icons[issue.kind] ?? CircleX
  const look = whereToLook(app, issue)
  return (
    <li className="flex flex-wrap items-start gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-fail-mark" />
      <div className="min-w-0 flex-1 basis-64 break-words">
        <div className="font-medium">{issue.reason}</div>
        <div className="text-text-2">
          {issue.nextStep} First seen <RelativeTime at={issue.firstSeen} />.
        </div>
      </div>
      <div className="flex shrink-0 gap-2">
        {look !== undefined && (
          <LinkButton size="sm" {...look.link}>
            {look.label}
          </LinkButton>
        )}
        {(issue.kind === 'endpoint_disabled' || issue.kind === 'endpoint_paused') && <Enable app={app} issue={issue} />}
      </div>
    </li>
  )
}

function Enable({ app, issue }: { readonly app: string; readonly issue: Issue }) {
  const queries = useQueryClient()
  const enable = useMutation({
    mutationFn: () => api.endpoint.patch(app, issue.target.id ?? '', { state: 'active' }),
    onSuccess: () => say(`${issue.target.name} is enabled. What it held is on its way.`),
    onError: (error) => sayFailure('It was not enabled.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['issues', app] }),
  })
  return (
    <May>
      <Button size="sm" kind="primary" disabled={enable.isPending} onClick={() => enable.mutate()}>
        {issue.kind === 'endpoint_paused' ? 'Resume' : 'Enable'}
      </Button>
    </May>
  )
}

/** The one page that shows what an issue is about. */
function whereToLook(app: string, { kind, target }: Issue): { readonly label: string; readonly link: LinkProps } | undefined {
  const params = { app }
  const id = target.id ?? ''
  switch (kind) {
    case 'endpoint_disabled':
    case 'endpoint_paused':
    case 'circuit_open':
      return { label: 'See attempts', link: { to: '/a/$app/settings/webhooks/$endpoint', params: { app, endpoint: id } } }
    case 'wrong_signatures':
      return { label: 'See requests', link: { to: '/a/$app/requests', params, search: { listener: id, status: 'rejected' } } }
    case 'runs_ko':
      return { label: 'See runs', link: { to: '/a/$app/runs', params, search: { flow: id, status: 'ko' } } }
    case 'backlog':
      return { label: 'See deliveries', link: { to: '/a/$app/deliveries', params, search: { status: 'waiting' } } }
    case 'plan_hour':
      return { label: 'See deliveries', link: { to: '/a/$app/deliveries', params, search: { status: 'throttled' } } }
    default:
      return undefined
  }
}
