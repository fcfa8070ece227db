import type { MeOut } from '@posthorn/sdk'
import {
  Archive,
  Boxes,
  Gauge,
  Globe,
  House,
  Inbox,
  KeyRound,
  KeySquare,
  type LucideIcon,
  Mail,
  Palette,
  Play,
  Plug,
  ScrollText,
  Send,
  Server,
  SlidersHorizontal,
  Tags,
  Users,
  Webhook,
  Workflow,
} from 'lucide-react'

export interface PageLink {
  readonly label: string
  readonly to: string
  readonly icon: LucideIcon
  /** `g`, then this letter, goes there. */
  readonly key?: string
}

/** The pages of an application, in the order of an event: in, run, out. The sidebar, the command menu and the keys read this one list. */
export const pageGroups: readonly { readonly title?: string; readonly pages: readonly PageLink[] }[] = [
  { pages: [{ label: 'Home', to: '/a/$app', icon: House, key: 'h' }] },
  {
    title: 'In',
    pages: [
      { label: 'Listeners', to: '/a/$app/listeners', icon: Webhook, key: 'l' },
      { label: 'Requests', to: '/a/$app/requests', icon: Inbox, key: 'q' },
    ],
  },
  {
    title: 'Run',
    pages: [
      { label: 'Flows', to: '/a/$app/flows', icon: Workflow, key: 'f' },
      { label: 'Runs', to: '/a/$app/runs', icon: Play, key: 'r' },
      { label: 'Silo', to: '/a/$app/silo', icon: Archive, key: 'o' },
    ],
  },
  {
    title: 'Out',
    pages: [
      { label: 'Messages', to: '/a/$app/messages', icon: Mail, key: 'm' },
      { label: 'Deliveries', to: '/a/$app/deliveries', icon: Send, key: 'd' },
    ],
  },
  {
    title: 'Settings',
    pages: [
      { label: 'Webhooks', to: '/a/$app/settings/webhooks', icon: Globe, key: 'w' },
      { label: 'Event types', to: '/a/$app/settings/event-types', icon: Tags, key: 'e' },
      { label: 'Secrets', to: '/a/$app/settings/secrets', icon: KeyRound, key: 's' },
      { label: 'Connections', to: '/a/$app/settings/connections', icon: Plug, key: 'c' },
      { label: 'Application', to: '/a/$app/settings/application', icon: SlidersHorizontal, key: 'a' },
    ],
  },
]

/** What belongs to all applications. */
export const organisationPages = [
  { label: 'Applications', to: '/org/applications', icon: Boxes },
  { label: 'API keys', to: '/org/keys', icon: KeySquare },
  { label: 'Members', to: '/org/members', icon: Users, needs: 'manage' },
  { label: 'Plans', to: '/org/plans', icon: Gauge },
  { label: 'Portal', to: '/org/portal', icon: Palette },
  { label: 'Audit log', to: '/org/audit', icon: ScrollText },
  { label: 'Install', to: '/org/install', icon: Server, needs: 'change' },
] as const satisfies readonly (PageLink & { readonly needs?: keyof MeOut['may'] })[]
