import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useMay } from '../../lib/me.ts'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { PageHead } from '../../ui/page.tsx'
import { Note } from '../../ui/note.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { StatusPill } from '../../ui/status.tsx'
import { LinkTabs } from '../../ui/tabs.tsx'
import { AuthMark } from './auth-mark.tsx'
import { AuthenticationTab } from './authentication-tab.tsx'
import { LimitsTab } from './limits-tab.tsx'
import { ListenerActions } from './listener-actions.tsx'
import { ListenerRequests } from './listener-requests.tsx'
import { type Listener, listenerQuery } from './queries.ts'
import { ReplyTab } from './reply-tab.tsx'
import { StructureTab } from './structure-tab.tsx'
import type { ListenerSearch } from './search.ts'
import { UseIt } from './use-it.tsx'

type Tab = NonNullable<ListenerSearch['tab']>

const tabs: readonly { readonly name: Tab; readonly label: string }[] = [
  { name: 'requests', label: 'Requests' },
  { name: 'structure', label: 'Expected Data Structure' },
  { name: 'authentication', label: 'Authentication' },
  { name: 'reply', label: 'Reply' },
  { name: 'limits', label: 'Limits and origins' },
  { name: 'use', label: 'Use it' },
]

/** One listener: what arrived, was it genuine, what did it start. */
export function ListenerPage() {
  const { app, listener: id } = useParams({ from: '/a/$app/listeners/$listener' })
  const { data, error, refetch } = useQuery(listenerQuery(app, id))
  if (data === undefined) {
    return (
      <>
        <PageHead title="Listener" crumbs={[{ label: 'Listeners', link: { to: '/a/$app/listeners', params: { app } } }]} />
        {error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    )
  }
  return <ListenerView app={app} listener={data} />
}

function ListenerView({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const { tab = 'requests' } = useSearch({ from: '/a/$app/listeners/$listener' })
  const may = useMay('change')
  return (
    <>
      <PageHead
        title={listener.name}
        crumbs={[{ label: 'Listeners', link: { to: '/a/$app/listeners', params: { app } } }]}
        // Who may change it sees the switch.
        state={!may && <StatusPill status={listener.enabled ? 'enabled' : 'disabled'} />}
        actions={<ListenerActions app={app} listener={listener} />}
      >
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span className="flex h-control max-w-full items-center gap-2 rounded-md border border-line-strong bg-sunken pl-2.5">
            <span className="font-mono text-xs text-text-2">{listener.methods.join(', ')}</span>
            <code className="clip font-mono">{listener.publicUrl}</code>
            <CopyIcon text={listener.publicUrl} label="Copy the Public URL" />
          </span>
          <AuthMark listener={listener} />
        </div>
        {listener.warnings.map((warning) => (
          <Note key={warning} title={warning} />
        ))}
        <LinkTabs
          label="Parts of the listener"
          tabs={tabs}
          current={tab}
          linkTo={(name) => ({
            to: '/a/$app/listeners/$listener',
            params: { app, listener: listener.id },
            search: name === 'requests' ? {} : { tab: name },
          })}
        />
      </PageHead>
      {tab === 'requests' && <ListenerRequests app={app} listener={listener} />}
      {tab === 'structure' && <StructureTab key={listener.updatedAt} app={app} listener={listener} />}
      {tab === 'authentication' && <AuthenticationTab app={app} listener={listener} />}
      {tab === 'reply' && <ReplyTab key={listener.updatedAt} app={app} listener={listener} />}
      {tab === 'limits' && <LimitsTab key={listener.updatedAt} app={app} listener={listener} />}
      {tab === 'use' && <UseIt listener={listener} />}
    </>
  )
}
