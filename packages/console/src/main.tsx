import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './app/query-client.ts'
import { createConsoleRouter } from './app/router.tsx'
import './styles/console.css'
import { Announcer } from './ui/announcer.tsx'
import { Toasts } from './ui/toast.tsx'

const queryClient = createQueryClient()
const router = createConsoleRouter(queryClient)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Toasts>
        <RouterProvider router={router} />
        <Announcer />
      </Toasts>
    </QueryClientProvider>
  </StrictMode>,
)
