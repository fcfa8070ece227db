/** Listeners, and the errors, as the contract describes them, for the rooms that may not know the contract. */
export {
  errors,
  type ErrorCode,
  keptListener,
  keptListenerAuth,
  listenerIn,
  openListenerAuth,
  type Listener,
  type ListenerAuth,
  type ListenerExpected,
  type ListenerReply,
  type OpenListenerAuth,
  type SystemName,
} from '@posthorn/contract'
