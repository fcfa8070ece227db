/** What an endpoint makes of payloads: the JSON that its row keeps. */
export interface Transformation {
  /** JSONata; its root is the payload as it would be sent. */
  readonly expression: string
}

/** What an expression may use beside the payload: `$eventType`, and `$webhookId`, by which receivers deduplicate. */
export const transformationVariables = ['eventType', 'webhookId'] as const

export type TransformationVariables = Readonly<Record<(typeof transformationVariables)[number], string>>
