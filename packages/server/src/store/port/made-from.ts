import type { ApplicationId } from '#domain'

/** What is read of a configuration: by requests its listeners, flows and secrets, by messages its endpoints and flows. */
export type ConfigurationPart = (typeof configurationParts)[number]
export const configurationParts = ['inbound', 'outbound'] as const

/** The configuration that an operation was made from. With `part` nothing else of it was read, and `version` is that part's. */
export interface MadeFrom {
  readonly id: ApplicationId
  readonly version: number
  readonly part?: ConfigurationPart
}
