import { CreditCard, GitBranch, type LucideIcon, SquareDashed } from 'lucide-react'
import type { Definition, Step } from '../model/definition.ts'

/** A way to begin a flow that has no steps yet. */
export interface Start {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly icon: LucideIcon
  readonly steps: readonly Step[]
}

/**
 * Small sets that are live as they stand: they ask for no URL and no secret, as the templates of the server do, whose listener and
 * endpoints are made with them. They read the body alone, so that they fit whatever starts the flow.
 */
const starts: readonly Start[] = [
  {
    ...{ id: 'push', name: 'GitHub push', icon: GitBranch },
    about: 'A push to main is told to whoever subscribed',
    steps: [
      {
        ...{ id: 'only_main', kind: 'filter', name: 'Only pushes to main' },
        if: "{{ body.ref == 'refs/heads/main' and body.deleted != true }}",
      },
      {
        ...{ id: 'push', kind: 'transform', name: 'Take what matters' },
        expression: "{ 'repository': body.repository.full_name, 'commit': body.after, 'by': body.pusher.name }",
      },
      {
        ...{ id: 'announce', kind: 'emit_event', name: 'Tell whoever subscribed' },
        ...{ eventType: 'repository.pushed', payload: '{{ steps.push.output }}' },
      },
      {
        ...{ id: 'confirm', kind: 'webhook_response', name: 'Confirm to GitHub' },
        ...{ status: 200, body: { commit: '{{ steps.push.output.commit }}' } },
      },
    ],
  },
  {
    ...{ id: 'payment', name: 'Payment completed', icon: CreditCard },
    about: 'A paid checkout of Stripe becomes the event order.paid',
    steps: [
      {
        ...{ id: 'only_paid', kind: 'filter', name: 'Only completed payments' },
        // A payment that names no order would be an order without a number.
        if: "{{ body.type == 'checkout.session.completed' and body.data.object.payment_status != 'unpaid' and body.data.object.client_reference_id }}",
      },
      {
        ...{ id: 'order', kind: 'transform', name: 'Make the order of it' },
        expression:
          "{ 'order': body.data.object.client_reference_id, 'payment': body.data.object.id, 'amount': body.data.object.amount_total, 'currency': body.data.object.currency }",
      },
      {
        ...{ id: 'announce', kind: 'emit_event', name: 'Tell whoever subscribed' },
        ...{ eventType: 'order.paid', eventId: '{{ body.id }}', payload: '{{ steps.order.output }}' },
      },
      {
        ...{ id: 'acknowledge', kind: 'webhook_response', name: 'Acknowledge to Stripe' },
        ...{ status: 200, body: { order: '{{ steps.order.output.order }}' } },
      },
    ],
  },
  { id: 'blank', name: 'Blank', icon: SquareDashed, about: 'Step by step, from the list below', steps: [] },
]

/** What an empty flow may begin with. Where no request starts it there is no caller to answer. */
export function startsFor({ trigger, steps, rescue = [] }: Definition): readonly Start[] {
  if (steps.length + rescue.length > 0) return []
  if (trigger.kind === 'webhook') return starts
  return starts.map((start) => ({ ...start, steps: start.steps.filter(({ kind }) => kind !== 'webhook_response') }))
}
