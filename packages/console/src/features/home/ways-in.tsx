import type { LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { LinkButton } from '../../ui/button.tsx'
import { May } from '../../ui/may.tsx'
import { Card } from '../../ui/page.tsx'

/** Where one begins in an application that has nothing yet. */
export function WaysIn({ app }: { readonly app: string }) {
  return (
    <May>
      <Card title="Begin here">
        <div className="grid gap-6 desk:grid-cols-3">
          <Way
            title="Receive webhooks"
            action="Send a first request"
            link={{ to: '/a/$app/first', params: { app } }}
            also={
              <LinkButton to="/a/$app/listeners/new" params={{ app }}>
                Add Listener
              </LinkButton>
            }
          >
            A listener is a URL for GitHub, Stripe or any other sender. It proves who sent a request, and keeps it.
          </Way>
          <Way title="Act on them" action="New flow from a template" link={{ to: '/a/$app/templates', params: { app } }}>
            A template makes a listener, a flow and what they need in one go, and works at once.
          </Way>
          <Way title="Send webhooks" action="See Webhooks" link={{ to: '/a/$app/settings/webhooks', params: { app } }}>
            An endpoint is a URL of your customer. It subscribes to event types, and gets them signed and retried.
          </Way>
        </div>
      </Card>
    </May>
  )
}

interface WayProps {
  readonly title: string
  readonly action: string
  readonly link: LinkProps
  readonly also?: ReactNode
  readonly children: ReactNode
}

function Way({ title, action, link, also, children }: WayProps) {
  return (
    <section className="flex flex-col items-start gap-3">
      <div className="flex flex-1 flex-col gap-1">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-text-2">{children}</p>
      </div>
      <span className="flex flex-wrap gap-2">
        <LinkButton {...link}>{action}</LinkButton>
        {also}
      </span>
    </section>
  )
}
