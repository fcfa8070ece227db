import type { InstallOut } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { api, isFinal } from '../../lib/api.ts'
import { bytes } from '../../lib/amounts.ts'
import { useMay } from '../../lib/me.ts'
import { duration } from '../../lib/time.ts'
import { CodeView } from '../../ui/code-view.tsx'
import { CopyableId } from '../../ui/copy-button.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Facts, PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, NoMatch, SkeletonRows } from '../../ui/states.tsx'
import { StatusMark, StatusPill } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'

/** Lateness that a person would notice. */
const LATE_MS = 60_000
const UPGRADE = `git pull
npm start`

/** What runs here, how it is, and with which settings. Who may not see it gains nothing by asking again. */
export function InstallPage() {
  const may = useMay('change')
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['install'], queryFn: () => api.install.get(), refetchInterval: 10_000 },
    enabled: may,
  })
  if (!may) return <PageHead title="Install" facts="Only owners and operators see how it is installed. Ask one." />
  return (
    <>
      <PageHead
        title="Install"
        state={data && <StatusPill {...(data.health.ok ? { status: 'ok', word: 'Ready' } : { status: 'failed', word: 'No store' })} />}
        facts={data && `Posthorn ${data.version} on Node ${data.nodeVersion}`}
        line
      />
      <PageBody>
        {data !== undefined ? (
          <InstallView install={data} />
        ) : error === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState error={error} onRetry={isFinal(error) ? undefined : () => void refetch()} />
        )}
      </PageBody>
    </>
  )
}

function InstallView({ install }: { readonly install: InstallOut }) {
  const { version, nodeVersion, engine, startedAt, health, storage } = install
  const late = health.oldestDueMs ?? 0
  return (
    <>
      {!health.ok && (
        <Note kind="fail" title="The store does not take writes.">
          Nothing is accepted until it does, and senders try again. Look at its disk, or at the database server.
        </Note>
      )}
      {late > LATE_MS && (
        <Note title={`Work is late by ${duration(late)}.`}>
          No process takes it. Look whether one runs with the roles flows and delivery, and whether the machine is busy.
        </Note>
      )}
      <div className="grid gap-4 desk:grid-cols-3">
        <Card title="Version">
          <Facts
            rows={[
              ['Posthorn', version],
              ['Node', nodeVersion],
              ['Store', engine === 'sqlite' ? 'Embedded SQLite' : 'PostgreSQL'],
              ['Started', <RelativeTime key="started" at={startedAt} />],
            ]}
          />
        </Card>
        <Card title="Health">
          <Facts
            rows={[
              ['Writes', health.ok ? 'taken' : 'not taken'],
              ['A write took', health.writeMs === null ? 'none was taken' : duration(health.writeMs)],
              ['Oldest due work', late < 1000 ? 'on time' : `late by ${duration(late)}`],
            ]}
          />
        </Card>
        <Card title="Storage">
          <Facts
            rows={[
              [
                'Folder',
                <code key="folder" className="font-mono break-all">
                  {storage.folder}
                </code>,
              ],
              ['Files of requests', bytes(storage.filesBytes)],
              ['Database', storage.databaseBytes === null ? 'on its PostgreSQL server' : bytes(storage.databaseBytes)],
              ['Free on its disk', storage.freeBytes === null ? 'not known' : bytes(storage.freeBytes)],
            ]}
          />
        </Card>
      </div>
      <Nodes nodes={install.nodes} />
      <Settings settings={install.settings} />
      <Card title="Upgrade">
        <div className="flex flex-col gap-3">
          <p className="max-w-[80ch] text-text-2">
            Take a backup first: there is no way back. Then stop the server, bring in the newer version, and start it. It changes the
            database at its start, step by step; a start that is interrupted goes on where it was.
          </p>
          <CodeView text={UPGRADE} label="How to upgrade" numbers={false} />
        </div>
      </Card>
    </>
  )
}

function Settings({ settings }: { readonly settings: InstallOut['settings'] }) {
  const { q = '' } = useSearch({ from: '/org/install' })
  const navigate = useNavigate({ from: '/org/install' })
  const wanted = q.toLowerCase()
  const rows = settings.filter(({ environment, meaning }) => `${environment} ${meaning}`.toLowerCase().includes(wanted))
  return (
    <Card
      title="Settings in effect"
      flush
      aside={
        <SearchBox
          value={q}
          placeholder="Name or meaning"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      }
    >
      {rows.length === 0 ? (
        <NoMatch what="setting" onClear={() => void navigate({ search: {}, replace: true })} />
      ) : (
        <dl>
          {rows.map((setting) => (
            <div
              key={setting.name}
              className="grid gap-x-4 gap-y-0.5 border-b border-line px-4 py-2.5 last:border-b-0 wide:grid-cols-[20rem_minmax(0,1fr)]"
            >
              <dt className="font-mono break-all">{setting.environment}</dt>
              <dd className="flex min-w-0 flex-col gap-0.5">
                <Value {...setting} />
                <span className="max-w-[80ch] text-xs text-text-3">{setting.meaning.replaceAll('`', '')}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  )
}

/** What was set stands out; what follows by itself is quiet. */
function Value({ value, set, secret, default: otherwise }: InstallOut['settings'][number]) {
  if (secret && set) return <span>set, and not shown</span>
  if (value === null || value === '') return <span className="text-text-2">{otherwise}</span>
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <code className={set ? 'font-mono font-medium break-all' : 'font-mono break-all text-text-2'}>{value}</code>
      {set && <span className="text-xs text-text-3">set</span>}
    </span>
  )
}

/** The processes that share the work; on the embedded store there is one. */
function Nodes({ nodes }: Pick<InstallOut, 'nodes'>) {
  return (
    <Card title="Nodes" flush>
      <ul aria-label="Nodes">
        {nodes.map(({ id, startedAt, here }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0">
            <StatusMark status="ok" word="Running" />
            <CopyableId id={id} />
            <span className="text-text-2">
              since <Time at={startedAt} />
            </span>
            {here && <span className="text-text-3">answers this page</span>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
