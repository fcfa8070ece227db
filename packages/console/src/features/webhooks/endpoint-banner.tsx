import { useQuery } from '@tanstack/react-query'
import { PowerOff } from 'lucide-react'
import { type Issue, issuesQuery } from '../../lib/queries/issues-query.ts'
import { useMay } from '../../lib/me.ts'
import { surface } from '../../lib/surface.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Time } from '../../ui/time.tsx'
import type { Endpoint } from './queries.ts'
import { useEndpointState } from './use-endpoint-state.ts'

/** Why the endpoint needs a person: it was disabled or paused by itself, or its circuit is open. */
export function EndpointBanner({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const may = useMay('change')
  const state = useEndpointState(app, endpoint)
  // What is amiss in an application shows its listeners and flows too, so the portal does not ask.
  const issue = useQuery({ ...issuesQuery(app), enabled: !surface.isPortal }).data?.data.find(({ target }) => target.id === endpoint.id)
  if (issue === undefined || !fits(issue, endpoint)) return null
  const stopped = issue.kind !== 'circuit_open'
  return (
    <section aria-label="Needs attention">
      <Note
        kind={stopped ? 'fail' : 'wait'}
        {...(stopped && { icon: PowerOff })}
        title={issue.reason}
        actions={
          may && (
            <>
              <LinkButton
                to="/a/$app/deliveries"
                params={{ app }}
                search={{ endpoint: endpoint.id, ...(stopped ? { status: 'failed', after: issue.firstSeen } : { status: 'waiting' }) }}
              >
                {stopped ? 'See what failed' : 'See what waits'}
              </LinkButton>
              {stopped && (
                <Button kind="primary" disabled={state.isPending} onClick={() => state.mutate('active')}>
                  {issue.kind === 'endpoint_paused' ? 'Resume' : 'Enable'}
                </Button>
              )}
            </>
          )
        }
      >
        {issue.nextStep} Since <Time at={issue.firstSeen} />.
      </Note>
    </section>
  )
}

/** The list of issues is asked now and then: what it says of a state that is over is not shown. */
function fits({ kind }: Issue, { state }: Endpoint): boolean {
  if (kind === 'endpoint_disabled') return state === 'disabled'
  if (kind === 'endpoint_paused') return state === 'paused'
  return kind === 'circuit_open' && state === 'active'
}
