import type { SystemName } from '#domain'
import { custom } from './custom.ts'
import { github } from './github.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { svix } from './svix.ts'
import type { System } from './system.ts'

/** Every system, by name. The type holds it to the names that the contract takes. */
const systems: Readonly<Record<SystemName, System>> = { custom, github, 'standard-webhooks': standardWebhooks, svix }

/** The system of a stored listener; one that this program does not know is treated as custom, so that `preset` fails closed. */
export function systemOf(name: string): System {
  return Object.hasOwn(systems, name) ? systems[name as SystemName] : custom
}
