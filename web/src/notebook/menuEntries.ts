/** Actions as entries of a menu, as they stand for a place right now. */
import type { Action, Place } from '../actions/action'
import { isMac, keysWords } from '../actions/keys'
import type { MenuEntry, MenuGroups } from '../kit/Menu'

export function menuGroups(groups: readonly (readonly Action[])[], place: Place): MenuGroups {
  return groups.map((group) => group.map((action) => menuEntry(action, place)))
}

function menuEntry(action: Action, place: Place): MenuEntry {
  const [keys] = action.keys ?? []
  return {
    id: action.id,
    label: action.label,
    keys: keys === undefined ? undefined : keysWords(keys, isMac()),
    isDisabled: !(action.isPossible?.(place) ?? true),
    isTicked: action.isTicked?.(place),
    run: () => action.run(place),
  }
}
