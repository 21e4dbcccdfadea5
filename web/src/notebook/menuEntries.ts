/** Actions as entries of a menu, as they stand for a place right now. */
import type { Action, Place } from '../actions/action'
import { isMac, keysWords } from '../actions/keys'
import type { MenuEntry, MenuGroups } from '../kit/Menu'

/** `hasTitles`: for a menu of mixed actions, whose name says nothing about them. */
export function menuGroups(groups: readonly (readonly Action[])[], place: Place, hasTitles = false): MenuGroups {
  return groups.map((group) => group.map((action) => menuEntry(action, place, hasTitles)))
}

function menuEntry(action: Action, place: Place, hasTitle: boolean): MenuEntry {
  const [keys] = action.keys ?? []
  return {
    id: action.id,
    label: hasTitle ? (action.title ?? action.label) : action.label,
    keys: keys === undefined ? undefined : keysWords(keys, isMac()),
    isDisabled: !(action.isPossible?.(place) ?? true),
    isTicked: action.isTicked?.(place),
    run: () => action.run(place),
  }
}
