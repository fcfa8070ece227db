import { secretsOfVersion } from '#flows'
import type { ApplicationSnapshot, FlowSnapshot } from '#store'

type PublishedFlow = FlowSnapshot & { readonly published: NonNullable<FlowSnapshot['published']> }

/** The published flows that read a secret. */
export async function flowsReading({ flows }: ApplicationSnapshot, secret: string): Promise<PublishedFlow[]> {
  const readers: PublishedFlow[] = []
  for (const flow of flows) if (isPublished(flow) && (await secretsOfVersion(flow.published)).has(secret)) readers.push(flow)
  return readers
}

function isPublished(flow: FlowSnapshot): flow is PublishedFlow {
  return flow.published !== null
}
