/** What a head is called in a title: its layer and number, and the name that it earned. */
import { percent } from './format.js'
import type { HeadRef } from '../base/refs.js'
import type { Selection } from '../base/selection.js'
import { namedHead } from '../sources/head-names.js'
import * as words from '../words/index.js'

/** 'Layer 3, head 2', or 'Layer 3, head 2 (previous word)' if the head has a name. */
export function headTitle(selection: Selection, head: HeadRef): string {
  const { source } = selection
  const plain = words.names.head(head, source ?? { headCount: Infinity })
  const named = namedHead(selection, head)
  return named ? words.names.titled(plain, words.names.earned[named.name]) : plain
}

/** The title, with what its name means. */
export function explainedHead(selection: Selection, head: HeadRef): string {
  const named = namedHead(selection, head)
  const title = headTitle(selection, head)
  return named ? `${title}: ${words.names.explained[named.name](percent(named.score))}` : title
}
