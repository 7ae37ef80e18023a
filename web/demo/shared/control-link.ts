/** The link of a control and its linked views: writes their state as a link, and puts the state of a link into them. */
import { listEdits, type HeadRef, type Selection } from 'attenscope/elements'
import type { LinkState } from './link-state.js'

export type ControlTag = 'attn-generate' | 'attn-translate' | 'attn-classify'

/** The settings that a link carries beside the text; a control has some of them. */
export type Setting = 'seed' | 'temperature' | 'topK' | 'pace' | 'beams'

type Settings = Readonly<Partial<Record<Setting, number>>>

/** A control, its views, and their state where a link says nothing. */
export interface Linked {
  readonly control: HTMLElementTagNameMap[ControlTag]
  readonly selection: Selection
  readonly firstSettings: Settings
  readonly firstText: string
  readonly firstHead?: HeadRef | undefined
}

/** The current values of the settings that the control has. */
export function settingsOf(control: Linked['control'], names: readonly Setting[]): Settings {
  return Object.fromEntries(names.flatMap((name) => (name in control ? [[name, Reflect.get(control, name)]] : [])))
}

/** The part of the state that decides what the model computes. */
function runOf({ control, firstSettings }: Linked): LinkState {
  const names = Object.keys(firstSettings) as Setting[]
  return { text: control.text, edits: listEdits(control.edits), ...settingsOf(control, names) }
}

export function linkOf(linked: Linked): LinkState {
  return { ...runOf(linked), ...selectionLink(linked.selection) }
}

/** The part of the state that the reader selected. */
export function selectionLink(selection: Selection): LinkState {
  const { layer, head } = selection.chosen
  const { query: token, key } = selection.locked ?? {}
  return {
    ...(selection.parts.length > 1 && selection.part && { part: selection.part }),
    ...{ layer, head },
    ...(token !== undefined && { token }),
    ...(key !== undefined && { key })
  }
}

/** Returns whether the model must run again: a step back from a locked word keeps the run. */
export function applyLink(linked: Linked, state: LinkState): boolean {
  const { control, selection, firstSettings, firstText, firstHead } = linked
  const before = JSON.stringify(runOf(linked))
  control.text = state.text ?? firstText
  const edits = state.edits ?? []
  if (JSON.stringify(edits) !== JSON.stringify(listEdits(control.edits))) control.edits = edits
  for (const [name, first] of Object.entries(firstSettings))
    Object.assign(control, { [name]: state[name as Setting] ?? first })
  applySelection(selection, state, firstHead)
  return JSON.stringify(runOf(linked)) !== before
}

export function applySelection(
  selection: Selection,
  { part, layer, head, token: query, key }: LinkState,
  first: HeadRef = { layer: 0, head: 0 }
): void {
  const shown = part ?? selection.parts[0]
  if (shown) selection.choosePart(shown)
  selection.choose({ layer: layer ?? first.layer, head: head ?? first.head })
  selection.letGo()
  if (query !== undefined || key !== undefined)
    selection.lock({ ...(query !== undefined && { query }), ...(key !== undefined && { key }) })
}
