/** An event type as a catalogue has it. */
export interface CatalogueEventType {
  readonly name: string
  readonly description: string
  readonly groupName: string
  /** Version -> JSON Schema of what stands under `data`. */
  readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly example: Readonly<Record<string, unknown>>
}
