import type { MessageDeliveryCount } from '../../logs.ts'
import type { Tables } from '../tables.ts'

/** Messages whose deliveries are counted by one statement: each may have gone to thousands of endpoints. */
const AT_ONCE = 10

export async function countsOfMessages(db: Tables['db'], messages: readonly string[]): Promise<MessageDeliveryCount[]> {
  const counts: MessageDeliveryCount[] = []
  for (let at = 0; at < messages.length; at += AT_ONCE) {
    const rows = await db
      .selectFrom('delivery')
      .select((is) => ['message_id', 'status', is.fn.countAll<number>().as('count')])
      .where('message_id', 'in', messages.slice(at, at + AT_ONCE))
      .groupBy(['message_id', 'status'])
      .execute()
    counts.push(...rows.map(({ message_id, status, count }) => ({ messageId: message_id!, status, count: Number(count) })))
  }
  return counts
}
