/** Listeners, and the errors, as the contract describes them, for the rooms that may not know the contract. */
export {
  errors,
  type ErrorCode,
  keptListener,
  keptListenerAuth,
  listenerIn,
  openListenerAuth,
  suffixShape,
  systemNames,
  type Listener,
  type ListenerAuth,
  type ListenerExpected,
  type ListenerMethod,
  type ListenerReply,
  type OpenListenerAuth,
  type SystemName,
} from '@posthorn/contract'
