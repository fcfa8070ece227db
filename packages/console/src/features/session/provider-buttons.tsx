import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { nextPath } from './next-path.ts'
import { sessionCalls } from './session-calls.ts'

/** A way in for each provider that this server knows; nothing where there is none. */
export function ProviderButtons({ next, hint }: { readonly next: string | undefined; readonly hint?: string }) {
  const providers = useQuery({ queryKey: ['providers'], queryFn: sessionCalls.listProviders, staleTime: Infinity, retry: false })
  const begin = useMutation({
    mutationFn: (id: string) => sessionCalls.beginSignIn(id),
    onSuccess: ({ url }) => {
      nextPath.keep(next)
      globalThis.location.assign(url)
    },
  })
  const list = providers.data?.data ?? []
  if (list.length === 0) return null
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      {list.map(({ id, label }) => (
        <Button key={id} className="w-full" disabled={begin.isPending || begin.isSuccess} onClick={() => begin.mutate(id)}>
          Sign in with {label}
        </Button>
      ))}
      {hint !== undefined && <p className="text-xs text-text-3">{hint}</p>}
      <div aria-live="polite">{begin.error instanceof PosthornError && <Note kind="fail" title={begin.error.message} />}</div>
    </div>
  )
}
