/** The states of `<attn-change>`: models that are edited while they run. */
import { gallerySection } from './section.js'

interface ChangeState {
  readonly id: string
  readonly title: string
  readonly model: string
  readonly text: string
  readonly edits?: readonly object[]
}

export function changeSections(storiesModel: string): HTMLElement[] {
  const states: readonly ChangeState[] = [
    {
      ...{ id: 'change', title: 'A head is silenced, and a score is set', model: storiesModel },
      text: 'Lily had a cat. The',
      edits: [
        { at: 'blocks.2.attn.head_output', op: 'zero', head: 4 },
        { at: 'blocks.1.attn.scores', op: 'set', head: 0, query: 5, key: 1, value: 8 }
      ]
    },
    { id: 'change-none', title: 'Nothing is changed yet', model: storiesModel, text: 'Lily had a cat. The' },
    {
      ...{ id: 'change-refused', title: 'A change that is refused', model: storiesModel, text: 'Lily had a cat. The' },
      edits: [{ at: 'blocks.99.attn.pattern', op: 'zero' }]
    },
    { id: 'change-missing', title: 'A model that is not there', model: './no-such-model/', text: 'Lily' }
  ]
  return states.map(({ id, title, model, text, edits = [] }) =>
    gallerySection(id, title, [
      Object.assign(document.createElement('attn-change'), {
        ...{ model, text, edits, group: id, autostart: true }
      })
    ])
  )
}
