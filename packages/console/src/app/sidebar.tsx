import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronsUpDown, Search } from 'lucide-react'
import { lazy } from 'react'
import { count } from '../lib/amounts.ts'
import { api } from '../lib/api.ts'
import { Mark } from '../ui/mark.tsx'
import { useApplication, useApplicationName } from './applications.ts'
import { Initials } from './initials.tsx'
import { LateMenu } from './late-menu.tsx'
import { type PageLink, pageGroups } from './pages.ts'
import { Person } from './person.tsx'
import { useOrganisationPages } from './use-organisation-pages.ts'

/** The ways through an application: in, run, out, settings. */
export function Sidebar({ app, organisation, onSearch }: { readonly app: string; readonly organisation: boolean; onSearch(): void }) {
  return (
    <nav aria-label="Main" className="flex w-full flex-col overflow-y-auto border-r border-line p-3 desk:w-sidebar">
      <Link to="/a/$app" params={{ app }} className="flex h-9 items-center gap-2 px-2 text-md font-strong tracking-title max-desk:hidden">
        <Mark className="size-[22px] text-accent-text" />
        Posthorn
      </Link>
      <ApplicationSwitch app={app} />
      <button
        type="button"
        onClick={onSearch}
        className="mt-2 mb-1 flex h-control items-center gap-2 rounded-md px-2 text-text-3 hover:bg-hover"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="flex-1 text-left">Find or jump to</span>
        <kbd className="rounded-sm border border-line-strong bg-surface px-1.5 py-0.5 font-sans text-xs font-medium">Ctrl K</kbd>
      </button>
      {(organisation ? [pageGroups[0]!] : pageGroups).map(({ title, pages }) => (
        <div key={title ?? ''} className="flex flex-col gap-px">
          {title !== undefined && <div className="px-2 pt-4 pb-1 text-xs font-medium text-text-3">{title}</div>}
          {pages.map((page) => (
            <PageEntry key={page.to} app={app} page={page} />
          ))}
        </div>
      ))}
      {organisation && <OrganisationEntries />}
      <Person />
    </nav>
  )
}

/** In the place of an application's pages, where one is at what belongs to all of them. */
function OrganisationEntries() {
  const pages = useOrganisationPages()
  return (
    <div className="flex flex-col gap-px">
      <div className="px-2 pt-4 pb-1 text-xs font-medium text-text-3">Organisation</div>
      {pages.map(({ label, to, icon: Icon }) => (
        <Link key={to} to={to} activeOptions={{ includeSearch: false }} className={entryLook} activeProps={{ className: activeLook }}>
          <Icon aria-hidden strokeWidth={1.75} className="size-4 shrink-0" />
          {label}
        </Link>
      ))}
    </div>
  )
}

const entryLook = 'flex h-[30px] items-center gap-2 rounded-md px-2 font-medium text-text-2 hover:bg-hover max-desk:h-11'
const activeLook = 'bg-selected! text-text! [&_svg]:text-accent-text'

function PageEntry({ app, page: { label, to, icon: Icon } }: { readonly app: string; readonly page: PageLink }) {
  return (
    <Link
      to={to}
      params={{ app }}
      activeOptions={{ exact: to === '/a/$app', includeSearch: false }}
      className={entryLook}
      activeProps={{ className: activeLook }}
    >
      <Icon aria-hidden strokeWidth={1.75} className="size-4 shrink-0" />
      {label}
      {to === '/a/$app/deliveries' && <FailedCount app={app} />}
    </Link>
  )
}

const DAY_MS = 86_400_000

/** The one count that is loud: deliveries of the last 24 hours that failed for good. */
function FailedCount({ app }: { readonly app: string }) {
  const isKnown = useApplication(app).found !== undefined
  const { data } = useQuery({
    enabled: isKnown,
    queryKey: ['failed today', app],
    queryFn: () => api.application.getStats(app, { bucket: 'hour', since: new Date(Date.now() - DAY_MS).toISOString() }),
    refetchInterval: 60_000,
  })
  const failed = data?.buckets.reduce((sum, bucket) => sum + bucket.failed, 0) ?? 0
  if (failed === 0) return null
  return (
    <span className="num ml-auto text-fail-text" title={`${count(failed)} failed in the last 24 hours`}>
      {count(failed)}
      <span className="sr-only"> failed in the last 24 hours</span>
    </span>
  )
}

const ApplicationMenu = lazy(() => import('./frame-menus.tsx').then((module) => ({ default: module.ApplicationMenu })))

function ApplicationSwitch({ app }: { readonly app: string }) {
  const name = useApplicationName(app)
  return (
    <LateMenu
      menu={(trigger) => <ApplicationMenu trigger={trigger} />}
      trigger={
        <button
          type="button"
          aria-label={`Application ${name}; choose another`}
          className="mt-2 flex h-10 shrink-0 items-center gap-2 rounded-md border border-line bg-surface px-2 text-left shadow-1 hover:bg-hover"
        >
          <Initials name={name} />
          <span className="clip flex-1 font-medium">{name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
        </button>
      }
    />
  )
}
