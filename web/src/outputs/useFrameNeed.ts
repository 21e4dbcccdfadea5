import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Output } from '../contract/messages'
import { htmlRefs, needsFrame } from './bundles'
import type { Payloads } from './payloads'

/** Whether the outputs go to the frame; null while their HTML is still being looked at. */
export function useFrameNeed(outputs: readonly Output[], payloads: Payloads): boolean | null {
  const refs = useMemo(() => htmlRefs(outputs), [outputs])
  useEffect(() => {
    for (const ref of refs) void payloads.inspect(ref)
  }, [refs, payloads])
  const { activeHtml } = payloads
  const subscribe = useCallback((listener: () => void) => activeHtml.subscribeAny(listener), [activeHtml])
  return useSyncExternalStore(subscribe, () => needsFrame(outputs, (blob) => activeHtml.get(blob)))
}
