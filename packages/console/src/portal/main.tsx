import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from '../app/query-client.ts'
import { api } from '../lib/api.ts'
import { meQuery } from '../lib/me.ts'
import { surface } from '../lib/surface.ts'
import '../styles/console.css'
import { Announcer } from '../ui/announcer.tsx'
import { Toasts } from '../ui/toast.tsx'
import { applyAccent } from '../lib/accent.ts'
import { reportHeight } from './frame-height.ts'
import { forget, openPortal } from './portal-key.ts'
import { createPortalRouter } from './portal-router.tsx'
import { PortalLook, UsedUp } from './portal-shell.tsx'

surface.isPortal = true
const queryClient = createQueryClient()
const noLook = { name: '', logo: null, accent: null, returnUrl: null }
const [isOpen, look] = await Promise.all([openPortal(), api.portal.getLook().catch(() => noLook)])
if (look.accent !== null) applyAccent(look.accent, document.documentElement.style)
surface.name = look.name === '' ? 'Webhooks' : look.name

const root = document.getElementById('root')!
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <PortalLook value={look}>{await page()}</PortalLook>
    </QueryClientProvider>
  </StrictMode>,
)

reportHeight(root)

async function page(): Promise<ReactNode> {
  const me = isOpen ? await queryClient.fetchQuery(meQuery).catch(() => undefined) : undefined
  const app = me?.applications?.[0]
  if (app === undefined) {
    forget()
    document.title = surface.name
    return <UsedUp />
  }
  return (
    <Toasts>
      <RouterProvider router={createPortalRouter(app.id)} />
      <Announcer />
    </Toasts>
  )
}
