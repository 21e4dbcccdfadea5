/** The menu bar: which actions stand where. */
import type { Action } from './action'
import { themeDark, themeLight, themeSystem } from './chooseTheme'
import { clearAllOutputs } from './clearAllOutputs'
import { clearOutput } from './clearOutput'
import { connect } from './connect'
import { convertToCode } from './convertToCode'
import { convertToText } from './convertToText'
import { deleteCell } from './deleteCell'
import { deleteNotebook } from './deleteNotebook'
import { disconnect } from './disconnect'
import { downloadNotebook } from './downloadNotebook'
import { editCell } from './editCell'
import { insertCodeAbove } from './insertCodeAbove'
import { insertCodeCell } from './insertCodeCell'
import { insertTextCell } from './insertTextCell'
import { interrupt } from './interrupt'
import { leaveEditor } from './leaveEditor'
import { moveCellDown } from './moveCellDown'
import { moveCellUp } from './moveCellUp'
import { newNotebook } from './newNotebook'
import { openNotebook } from './openNotebook'
import { redoCellEdit } from './redoCellEdit'
import { renameNotebook } from './renameNotebook'
import { restart } from './restart'
import { restartAndRunAll } from './restartAndRunAll'
import { runAfter } from './runAfter'
import { runAll } from './runAll'
import { runAndAdvance } from './runAndAdvance'
import { runAndInsert } from './runAndInsert'
import { runBefore } from './runBefore'
import { runCell } from './runCell'
import { saveNow } from './saveNow'
import { selectNext } from './selectNext'
import { selectPrevious } from './selectPrevious'
import { showAbout } from './showAbout'
import { showShortcuts } from './showShortcuts'
import { toggleLineNumbers } from './toggleLineNumbers'
import { undoCellEdit } from './undoCellEdit'

export interface MenuPlan {
  title: string
  groups: readonly (readonly Action[])[]
}

export const MENU_BAR: readonly MenuPlan[] = [
  {
    title: 'File',
    groups: [[newNotebook, openNotebook], [renameNotebook, saveNow, downloadNotebook], [deleteNotebook]],
  },
  {
    title: 'Edit',
    groups: [
      [undoCellEdit, redoCellEdit],
      [moveCellUp, moveCellDown, convertToText, convertToCode, deleteCell],
      [clearOutput, clearAllOutputs],
    ],
  },
  { title: 'View', groups: [[toggleLineNumbers], [themeLight, themeDark, themeSystem]] },
  { title: 'Insert', groups: [[insertCodeCell, insertTextCell], [insertCodeAbove]] },
  {
    title: 'Runtime',
    groups: [
      [runAll, runBefore, runCell, runAfter],
      [interrupt, restart, restartAndRunAll],
      [connect, disconnect],
    ],
  },
  { title: 'Help', groups: [[showShortcuts], [showAbout]] },
]

/** The menu of one cell's toolbar. */
export const CELL_MENU: readonly (readonly Action[])[] = [
  [editCell, convertToText, convertToCode],
  [insertCodeAbove, insertCodeCell, insertTextCell],
  [clearOutput],
  [deleteCell],
]

/** Everything that has keys. */
export const KEY_ACTIONS: readonly Action[] = [
  runCell,
  runAndAdvance,
  runAndInsert,
  runAll,
  runBefore,
  runAfter,
  interrupt,
  restart,
  insertCodeAbove,
  insertCodeCell,
  convertToText,
  convertToCode,
  deleteCell,
  undoCellEdit,
  redoCellEdit,
  moveCellUp,
  moveCellDown,
  selectPrevious,
  selectNext,
  editCell,
  leaveEditor,
  saveNow,
  renameNotebook,
  toggleLineNumbers,
  showShortcuts,
]
