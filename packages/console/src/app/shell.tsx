import { Outlet, useParams } from '@tanstack/react-router'
import { Menu as MenuIcon, Search } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { useApplication, useApplicationName } from './applications.ts'
import { ConnectionBar } from './connection-bar.tsx'
import { useGoToKeys } from './keys.ts'
import { useLiveStream } from '../lib/live.ts'
import { useMe } from '../lib/me.ts'
import { lastApplication, rememberApplication } from './last-application.ts'
import { NoApplication } from './not-found.tsx'
import { Sidebar } from './sidebar.tsx'

// What is opened by a key is fetched when it is: the first page is there sooner.
const CommandMenu = lazy(() => import('./command-menu.tsx').then((module) => ({ default: module.CommandMenu })))

const KeysDialog = lazy(() => import('./keys-dialog.tsx').then((module) => ({ default: module.KeysDialog })))

/** The frame of every page of an application: the ways at the left, the page at the right. */
export function Shell() {
  const { app } = useParams({ from: '/a/$app' })
  const { isMissing } = useApplication(app)
  useEffect(() => {
    if (!isMissing) rememberApplication(app)
  }, [app, isMissing])
  useLiveStream(isMissing ? undefined : app, useMe()?.id)
  return <Frame app={app}>{isMissing ? <NoApplication app={app} /> : <Outlet />}</Frame>
}

/** What belongs to all applications stands in the frame of the one that was open last. */
export function OrganisationShell() {
  return (
    <Frame app={lastApplication()} organisation>
      <Outlet />
    </Frame>
  )
}

function Frame({
  app,
  organisation = false,
  children,
}: {
  readonly app: string
  readonly organisation?: boolean
  readonly children: ReactNode
}) {
  const name = useApplicationName(app)
  const [sheet, setSheet] = useState(false)
  const [over, setOver] = useState<'search' | 'keys'>()
  useGoToKeys(app, { search: () => setOver('search'), help: () => setOver('keys') })
  return (
    <div className="flex h-dvh flex-col desk:flex-row">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-2"
      >
        Skip to the page
      </a>
      <header className="flex h-[52px] shrink-0 items-center gap-2 border-b border-line bg-surface px-gutter desk:hidden">
        <IconButton label={sheet ? 'Close the menu' : 'Open the menu'} aria-expanded={sheet} onClick={() => setSheet(!sheet)}>
          <MenuIcon aria-hidden />
        </IconButton>
        <span className="clip flex-1 text-md font-medium">{name}</span>
        <IconButton label="Find or jump to" onClick={() => setOver('search')}>
          <Search aria-hidden />
        </IconButton>
      </header>
      <div
        className={sheet ? 'fixed inset-0 top-[52px] z-20 flex bg-canvas desk:static' : 'hidden desk:flex'}
        onClick={() => setSheet(false)}
      >
        <Sidebar app={app} organisation={organisation} onSearch={() => setOver('search')} />
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ConnectionBar />
        {/* Where it is low, as at 200 %, what stands over a list leaves it a few rows, and the page scrolls. */}
        <main id="page" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-canvas max-desk:overflow-y-auto outline-none">
          {children}
        </main>
      </div>
      <Suspense>
        {over === 'search' && <CommandMenu app={app} open onKeys={() => setOver('keys')} onClose={() => setOver(undefined)} />}
        {over === 'keys' && <KeysDialog onClose={() => setOver(undefined)} />}
      </Suspense>
    </div>
  )
}
