import type { ApplicationGetRequestStatsOut } from '@posthorn/sdk'
import { Box, GitBranch, type LucideIcon, ShieldOff, Webhook } from 'lucide-react'
import { count } from '../../lib/amounts.ts'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { Sparkline } from '../../ui/sparkline.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { authWords, type Listener, pathOf, systemWords } from './queries.ts'

/** What arrived at each listener in the last 24 hours, by its id. */
export type Arrived = ReadonlyMap<string, NonNullable<ApplicationGetRequestStatsOut['groups']>[number]>

/** Undefined: what arrived is not known yet. */
export const listenerColumns = (arrived: Arrived | undefined): readonly Column<Listener>[] => [
  {
    name: 'name',
    head: 'Webhook Name',
    cell: ({ name, system }) => (
      <span className="flex min-w-0 items-center gap-3">
        <SystemIcon system={system} />
        <span className="flex min-w-0 flex-col">
          <span className="clip font-medium">{name}</span>
          <span className="clip text-xs text-text-2">{systemWords(system)}</span>
        </span>
      </span>
    ),
  },
  {
    name: 'url',
    head: 'Public URL',
    cell: ({ publicUrl }) => (
      <span className="flex min-w-0 items-center gap-1">
        <code className="clip font-mono" title={publicUrl}>
          …{pathOf(publicUrl)}
        </code>
        <InRow>
          <CopyIcon text={publicUrl} label={`Copy ${publicUrl}`} />
        </InRow>
      </span>
    ),
  },
  {
    name: 'methods',
    head: 'HTTP Method',
    width: '130px',
    gives: 'narrow',
    cell: ({ methods }) => <span className="font-mono text-xs text-text-2">{methods.join(', ')}</span>,
  },
  {
    name: 'auth',
    head: 'Authentication',
    width: '180px',
    cell: (listener) =>
      listener.auth.kind === 'none' ? (
        <span className="inline-flex items-center gap-1.5 font-medium text-wait-text">
          <ShieldOff aria-hidden className="size-[15px] text-wait-mark" />
          None
        </span>
      ) : (
        authWords(listener)
      ),
  },
  {
    name: 'state',
    head: 'State',
    width: '110px',
    gives: 'narrow',
    cell: ({ enabled }) => <StatusMark status={enabled ? 'enabled' : 'disabled'} />,
  },
  {
    name: 'requests',
    head: 'Requests, 24 h',
    width: '200px',
    gives: 'narrow',
    cell: ({ id, name }) => <ArrivedCell name={name} arrived={arrived?.get(id)} known={arrived !== undefined} />,
  },
  {
    name: 'last',
    head: 'Last',
    width: '110px',
    align: 'right',
    gives: 'narrow',
    cell: ({ id }) => {
      const newest = arrived?.get(id)?.newest
      return newest === undefined ? (
        <span className="text-text-3">{arrived === undefined ? '' : 'none'}</span>
      ) : (
        <RelativeTime at={newest} />
      )
    },
  },
]

interface ArrivedProps {
  readonly name: string
  readonly arrived: (Arrived extends ReadonlyMap<string, infer Group> ? Group : never) | undefined
  readonly known: boolean
}

/** How many came, hour by hour, the refused ones at the base line. */
function ArrivedCell({ name, arrived, known }: ArrivedProps) {
  if (arrived === undefined) return <span className="text-text-3">{known ? '0' : ''}</span>
  const bars = arrived.counts.map((all, at) => ({ good: all - (arrived.refusals[at] ?? 0), bad: arrived.refusals[at] ?? 0 }))
  return (
    <span className="flex items-center gap-3">
      <Sparkline bars={bars} label={`${name}: requests by the hour`} width={96} height={24} />
      <span className="num flex flex-col leading-tight">
        <span>{count(arrived.requests)}</span>
        {arrived.rejected > 0 && <span className="text-xs font-medium text-fail-text">{count(arrived.rejected)} rejected</span>}
      </span>
    </span>
  )
}

const icons: Readonly<Record<string, LucideIcon>> = { github: GitBranch, gitlab: GitBranch, 'standard-webhooks': Webhook, svix: Webhook }

function SystemIcon({ system }: { readonly system: string }) {
  const Icon = icons[system] ?? Box
  return (
    <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md border border-line bg-sunken text-text-2">
      <Icon className="size-4" />
    </span>
  )
}
