import { useMutation } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Card } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { sayFailure } from '../../ui/toast.tsx'

/** A link with which somebody of this customer opens their portal. */
export function PortalLink({ application }: { readonly application: string }) {
  const make = useMutation({
    mutationFn: () => api.authentication.appPortalAccess(application, {}),
    onError: (error) => sayFailure('No link was made.', wordsOf(error).detail),
  })
  return (
    <Card title="Portal">
      <div className="flex flex-col items-start gap-3">
        <p className="max-w-[60ch] text-text-2">
          Pages for the people of this customer: their endpoints, delivery logs and event types. A link opens them once, within an hour;
          your own product asks for one with <code className="font-mono">POST /api/v1/auth/app-portal-access/{application}</code>. Sites
          that show it in a frame are named by <code className="font-mono">POSTHORN_PORTAL_HOSTS</code>; elsewhere a frame stays blank.
        </p>
        {make.data === undefined ? (
          <Button disabled={make.isPending} onClick={() => make.mutate()}>
            Make a link
          </Button>
        ) : (
          <div className="flex max-w-full flex-wrap items-center gap-3">
            <code className="rounded-md border border-line bg-sunken px-3 py-2 font-mono break-all">{make.data.url}</code>
            <CopyButton text={make.data.url}>Copy link</CopyButton>
          </div>
        )}
      </div>
    </Card>
  )
}
