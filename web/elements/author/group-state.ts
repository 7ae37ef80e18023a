/** Shows a state that an author chose in all elements of a group, and brings back the state before. */
import type { Edit, Part } from 'attenscope'
import type { Selection } from '../base/selection.js'
import { sameHead, sameToken, type TokenRef } from '../base/refs.js'

/** A state of a group, as far as an author names it. */
export interface GroupState {
  readonly layer?: number | undefined
  readonly head?: number | undefined
  readonly token?: TokenRef | undefined
  readonly part?: Part | undefined
  /** Properties of the group's elements: each element takes those that it has. */
  readonly properties?: Readonly<{ stage?: string; text?: string; edits?: readonly Edit[] }>
}

/** An element of a group, as far as a state can change it. */
type Member = HTMLElement & {
  stage?: string
  text?: string
  edits?: readonly Edit[]
  model?: unknown
  run?: () => void
  updateComplete?: Promise<unknown>
}

/** The elements of a group that stand in the same document or shadow root as `near`. */
export function membersOf(near: Element, group: string): readonly Member[] {
  const root = near.getRootNode() as Document | ShadowRoot
  return [...root.querySelectorAll<Member>(`[group="${CSS.escape(group)}"]`)].filter((each) => each !== near)
}

/** A text and its edits belong to the elements that run a model. */
const takes = (member: Member, property: string): boolean =>
  property in member && (property === 'stage' || member.model !== undefined)

/** While a reader points, no text runs: a run takes a while, and a pointer passes many phrases. */
const atOnce = ({ stage }: NonNullable<GroupState['properties']>) => (stage === undefined ? {} : { stage })

/** Sets properties of the group's elements. Returns the function that sets the values before. */
function setProperties(members: readonly Member[], properties: NonNullable<GroupState['properties']>): () => void {
  const before: [Member, string, unknown][] = []
  for (const [property, value] of Object.entries(properties)) {
    for (const member of members) {
      if (!takes(member, property)) continue
      before.push([member, property, Reflect.get(member, property)])
      Reflect.set(member, property, value)
    }
  }
  // A control runs again by itself when its edits change, but not for another text: the reader may still type.
  const renamed = before.filter(([, property]) => property === 'text').map(([member]) => member)
  const runAgain = () => renamed.forEach((member) => void member.updateComplete?.then(() => member.run?.()))
  runAgain()
  return () => {
    for (const [member, property, value] of before) Reflect.set(member, property, value)
    runAgain()
  }
}

/**
 * Shows the state. While a reader points, the head and the token are only previewed. Returns the function that brings back
 * the state before.
 */
export function showState(
  selection: Selection,
  members: readonly Member[],
  { layer, head, token, part, properties = {} }: GroupState,
  stays: boolean
): () => void {
  const before = { part: selection.part, chosen: selection.chosen, locked: selection.locked }
  if (part) selection.choosePart(part)
  const names = layer !== undefined || head !== undefined
  const shown = { layer: layer ?? before.chosen.layer, head: head ?? before.chosen.head }
  const unset = setProperties(members, stays ? properties : atOnce(properties))
  if (stays) {
    if (names) selection.choose(shown)
    if (token) selection.hold(token)
  } else {
    if (names) selection.preview(shown)
    if (token) selection.point(token)
  }
  return () => {
    unset()
    if (part && before.part) selection.choosePart(before.part)
    if (!stays) {
      if (names) selection.preview(undefined)
      if (token) selection.point(undefined)
    }
    // A head or a token that the reader chose since then stays.
    if (stays && names && sameHead(selection.chosen, shown)) selection.choose(before.chosen)
    if (stays && token && sameToken(selection.locked, token)) selection.hold(before.locked)
  }
}
