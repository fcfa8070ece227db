import type { Page } from 'playwright-core'
import { APP } from './story.ts'

export interface Screen {
  readonly name: string
  readonly path: string
  /** What a customer sees, opened by a link: in place of the path. */
  readonly portal?: 'alone' | 'framed'
  /** What is done before the picture is taken. */
  readonly before?: (page: Page) => Promise<void>
  /** Other than that of a desk. */
  readonly width?: number
}

const a = `/a/${APP}`
const open =
  (name: RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole('table').getByRole('link', { name }).first().click()

/** What is kept in docs/images. */
export const screens: readonly Screen[] = [
  { name: 'home', path: a },
  { name: 'listeners', path: `${a}/listeners` },
  { name: 'add-listener', path: `${a}/listeners/new?system=github` },
  { name: 'listener', path: `${a}/listeners/orders` },
  { name: 'requests', path: `${a}/requests?status=rejected` },
  { name: 'flows', path: `${a}/flows` },
  { name: 'templates', path: `${a}/templates` },
  { name: 'flow', path: `${a}/flows/orders-to-erp?step=notify` },
  { name: 'flow-list', path: `${a}/flows/orders-to-erp?view=list&step=order` },
  {
    name: 'flow-add-step',
    path: `${a}/flows/orders-to-erp`,
    before: (page) => page.getByRole('button', { name: 'Add a step after tell_others' }).click(),
  },
  {
    name: 'flow-test',
    path: `${a}/flows/orders-to-erp?panel=test`,
    before: async (page) => {
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByText('The caller sees').waitFor()
    },
  },
  { name: 'publish', path: `${a}/flows/orders-to-erp`, before: publishing },
  { name: 'schedule', path: `${a}/flows/nightly?panel=trigger` },
  {
    name: 'mapping',
    path: `${a}/flows/orders-to-erp/map/answer`,
    before: (page) => page.getByRole('heading', { name: /^Across the last/ }).waitFor(),
  },
  { name: 'runs', path: `${a}/runs` },
  { name: 'run', path: `${a}/runs`, before: runOf(/^notify/) },
  { name: 'silo', path: `${a}/silo` },
  { name: 'entry', path: `${a}/silo`, before: open(/SO-20417/) },
  { name: 'messages', path: `${a}/messages` },
  { name: 'message', path: `${a}/messages`, before: open(/invoice/) },
  { name: 'deliveries', path: `${a}/deliveries?type=quotation.sent`, before: open(/failed/i) },
  { name: 'replay', path: `${a}/deliveries?status=failed`, before: (page) => page.getByRole('button', { name: /^Replay/ }).click() },
  { name: 'replays', path: `${a}/replays` },
  { name: 'saved-views', path: `${a}/deliveries?status=waiting`, before: (page) => page.getByRole('button', { name: /^Views/ }).click() },
  { name: 'webhooks', path: `${a}/settings/webhooks` },
  { name: 'add-endpoint', path: `${a}/settings/webhooks?add=endpoint` },
  { name: 'endpoint', path: `${a}/settings/webhooks/books` },
  { name: 'endpoint-settings', path: `${a}/settings/webhooks/books?tab=settings` },
  { name: 'verify', path: `${a}/settings/webhooks/books?tab=verify` },
  { name: 'event-types', path: `${a}/settings/event-types` },
  { name: 'connections', path: `${a}/settings/connections` },
  { name: 'install', path: '/org/install' },
  { name: 'home-390', path: a, width: 390 },
  { name: 'deliveries-390', path: `${a}/deliveries`, width: 390 },
  { name: 'portal', path: '', portal: 'framed', before: portalAt('Endpoints') },
]

/** What is made by its name only, to be looked at. */
export const others: readonly Screen[] = [
  { name: 'structure', path: `${a}/listeners/orders?tab=structure` },
  { name: 'authentication', path: `${a}/listeners/orders?tab=authentication` },
  { name: 'reply', path: `${a}/listeners/orders?tab=reply` },
  { name: 'limits', path: `${a}/listeners/orders?tab=limits` },
  { name: 'use', path: `${a}/listeners/orders?tab=use` },
  { name: 'flow-code', path: `${a}/flows/orders-to-erp?view=code` },
  { name: 'flow-versions', path: `${a}/flows/orders-to-erp/versions` },
  { name: 'secrets', path: `${a}/settings/secrets` },
  { name: 'application', path: `${a}/settings/application` },
  { name: 'applications', path: '/org/applications' },
  { name: 'keys', path: '/org/keys' },
  { name: 'members', path: '/org/members' },
  { name: 'plans', path: '/org/plans' },
  { name: 'portal-look', path: '/org/portal' },
  { name: 'audit', path: '/org/audit' },
  { name: 'command-menu', path: a, before: (page) => page.keyboard.press('Control+k') },
  { name: 'step-deliveries', path: `${a}/deliveries?type=order_created`, before: open(/delivered/i) },
  { name: 'resend', path: `${a}/listeners/orders`, before: (page) => page.getByRole('button', { name: 'Edit and resend' }).click() },
  { name: 'portal-alone', path: '', portal: 'alone' },
  { name: 'portal-390', path: '', portal: 'alone', width: 390 },
  { name: 'portal-logs', path: '', portal: 'framed', before: portalAt('Delivery logs') },
  { name: 'portal-endpoint', path: '', portal: 'framed', before: portalAt('Endpoints', /Till/) },
  { name: 'portal-event-types', path: '', portal: 'framed', before: portalAt('Event types') },
]

/** A flow whose draft has moved on, about to be published. */
async function publishing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('dialog').waitFor()
}

/** The first run of the list, with a step of it. */
function runOf(step: RegExp): (page: Page) => Promise<void> {
  return async (page) => {
    await open(/Orders to ERP/)(page)
    await page.getByRole('table').getByRole('link', { name: step }).first().click()
  }
}

/** A tab of the portal within its frame, and what is opened there. */
function portalAt(tab: string, row?: RegExp): (page: Page) => Promise<void> {
  return async (page) => {
    const frame = page.frameLocator('iframe')
    await frame.getByRole('link', { name: tab }).click()
    if (row !== undefined) await frame.getByRole('table').getByRole('link', { name: row }).first().click()
  }
}
