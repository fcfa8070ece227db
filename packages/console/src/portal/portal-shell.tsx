import type { PortalGetLookOut } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import { api } from '../lib/api.ts'
import { classNames } from '../lib/class-names.ts'
import { useLiveStream } from '../lib/live.ts'
import { signedOut } from '../lib/signed-out.ts'
import { PlanLine } from '../ui/plan/plan-use.tsx'
import { forget } from './portal-key.ts'

export const PortalLook = createContext<PortalGetLookOut>({ name: '', logo: null, accent: null, returnUrl: null })

const tabs = [
  { label: 'Endpoints', to: '/a/$app/settings/webhooks' },
  { label: 'Delivery logs', to: '/a/$app/deliveries' },
  { label: 'Event types', to: '/a/$app/settings/event-types' },
] as const

/** Lines of a list that are longer than this are hard to follow. */
const width = 'mx-auto w-full max-w-[80rem]'

/** The frame of the portal: whose it is, and three tabs. */
export function PortalShell() {
  const { app } = useParams({ strict: false }) as { app: string }
  const isOut = useSyncExternalStore(signedOut.subscribe, signedOut.get)
  useLiveStream(app)
  useEffect(() => {
    if (isOut) forget()
  }, [isOut])
  if (isOut) return <UsedUp />
  return (
    <div className="flex h-dvh flex-col bg-canvas">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-2"
      >
        Skip to the page
      </a>
      <header className="shrink-0 border-b border-line bg-surface">
        <div className={classNames('flex min-h-[52px] flex-wrap items-center gap-x-6 px-gutter max-desk:pt-3', width)}>
          <Owner />
          <nav aria-label="Main" className="flex flex-wrap gap-1 py-2">
            {tabs.map(({ label, to }) => (
              <Link
                key={to}
                to={to}
                params={{ app }}
                activeOptions={{ includeSearch: false }}
                className="flex h-control items-center rounded-md px-3 font-medium text-text-2 hover:bg-hover max-desk:h-11"
                activeProps={{ className: 'bg-selected! text-text!' }}
              >
                {label}
              </Link>
            ))}
          </nav>
          <Customer app={app} />
        </div>
      </header>
      <main id="page" tabIndex={-1} className={classNames('flex min-h-0 min-w-0 flex-1 flex-col outline-none', width)}>
        <Outlet />
      </main>
      <PlanLine app={app} className={classNames('shrink-0 px-gutter pb-3 text-xs text-text-3', width)} />
    </div>
  )
}

/** Whose account it is, and the way back to where they came from; within a frame they are there. */
function Customer({ app }: { readonly app: string }) {
  const { returnUrl } = useContext(PortalLook)
  const name = useQuery({ queryKey: ['application', app], queryFn: () => api.application.get(app), staleTime: Infinity }).data?.name
  const isFramed = globalThis.self !== globalThis.top
  return (
    <span className="ml-auto flex min-w-0 items-center gap-3 text-text-2 max-desk:hidden">
      <bdi className="clip">{name}</bdi>
      {returnUrl !== null && !isFramed && (
        <a
          href={returnUrl}
          className="inline-flex h-control items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 font-medium text-text shadow-1 hover:bg-hover"
        >
          <ArrowLeft aria-hidden className="size-[15px]" />
          Back
        </a>
      )}
    </span>
  )
}

function Owner() {
  const { name, logo } = useContext(PortalLook)
  return (
    <span className="flex min-w-0 items-center gap-2 text-md font-strong">
      {logo !== null && <img src={logo} alt="" className="h-6 max-w-40 object-contain" />}
      <span className="clip">{name === '' ? 'Webhooks' : name}</span>
    </span>
  )
}

/** Instead of the portal, where a link opens nothing any more. */
export function UsedUp() {
  const { name, returnUrl } = useContext(PortalLook)
  const owner = name === '' ? 'where you had it from' : name
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-4">
      <div className="flex w-[26rem] max-w-full flex-col items-center gap-4 rounded-lg border border-line bg-surface p-6 text-center">
        <Owner />
        <h1 className="text-xl">This link is used up</h1>
        <p className="text-text-2">Go back to {owner} and open it again. A link works once, for whoever opens it first.</p>
        {returnUrl !== null && (
          <a href={returnUrl} className="font-medium text-accent-text hover:underline">
            Back to {owner}
          </a>
        )}
      </div>
    </main>
  )
}
