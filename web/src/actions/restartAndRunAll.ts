import type { Action } from './action'
import { hasRuntime } from './cells'
import { restartAfterAsking } from './restart'
import { runAll } from './runAll'

export const restartAndRunAll: Action = {
  id: 'restart-and-run-all',
  label: 'Restart session and run all',
  isPossible: hasRuntime,
  run: (place) => {
    void restartAfterAsking(place, 'Restart session and run all cells?', 'Restart and run').then((isRestarted) => {
      if (isRestarted) runAll.run(place)
    })
  },
}
