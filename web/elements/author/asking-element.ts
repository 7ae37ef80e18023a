/** The base class of the elements that ask the reader about a figure: the weights of one query in the group's patterns. */
import type { PatternSource, Token } from 'attenscope'
import { css, type PropertyValues } from 'lit'
import { property } from 'lit/decorators.js'
import { AttnElement } from '../base/attn-element.js'
import { hasRow, visibleKeys } from '../base/layout.js'
import { selectionFor, type Selection } from '../base/selection.js'
import { indexOfAttribute } from '../base/wrong-choice.js'

export abstract class AskingElement extends AttnElement {
  /** The name of the group that has the answer. */
  @property() group = ''
  /** The layer, by its number in the model. */
  @property({ converter: indexOfAttribute }) layer = 0
  /** The head, from 0; the number after the last head is the mean of all heads. */
  @property({ converter: indexOfAttribute }) head = 0
  /** The index of the query token. */
  @property({ converter: indexOfAttribute }) token = 0
  /** The index of the key token. */
  @property({ converter: indexOfAttribute }) key = 0
  private _heard?: Selection | undefined
  private readonly _onChange = () => this.requestUpdate()

  /** The patterns of the group. */
  protected get source(): PatternSource | undefined {
    return this._heard?.source
  }

  /** The keys' tokens that the query can see, as they are named. */
  protected get keyTokens(): readonly Token[] {
    const { source } = this
    return source ? source.tokens.slice(0, visibleKeys(source, this.token)) : []
  }

  /** The weights of the query over the keys that it can see; undefined while they are not there. */
  protected get weights(): readonly number[] | undefined {
    const { source, layer, head, token } = this
    if (!source || !hasRow(source, token) || !source.layers.includes(layer)) return undefined
    const weights = [...source.row(layer, head, token).subarray(0, visibleKeys(source, token))]
    return weights.length === 0 || weights.some(Number.isNaN) ? undefined : weights
  }

  override disconnectedCallback(): void {
    this._hear(undefined)
    super.disconnectedCallback()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated) this._hear(selectionFor(this.group))
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (changed.has('group')) this._hear(selectionFor(this.group))
  }

  private _hear(selection: Selection | undefined): void {
    if (selection === this._heard) return
    this._heard?.removeEventListener('change', this._onChange)
    this._heard?.leave()
    this._heard = selection
    selection?.addEventListener('change', this._onChange)
    selection?.enter()
  }
}

export const askingStyles = css`
  :host {
    max-inline-size: 68ch;
    font-size: 1rem;
    line-height: 1.5;
  }
  .question {
    margin: 0 0 8px;
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 0 0 8px;
    padding: 0;
    border: 0;
  }
  .answers button {
    text-align: start;
  }
  .answers button[aria-checked='true'],
  .answers button[aria-pressed='true'] {
    border-color: var(--_accent);
    box-shadow: inset 0 0 0 1px var(--_accent);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
  }
  .verdict {
    margin: 8px 0 0;
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--_rule);
  }
  .verdict.right {
    border-color: var(--_accent);
  }
  .verdict:empty {
    display: none;
  }
  input[type='number'] {
    inline-size: 7ch;
    padding: 4px 8px;
    border: 1px solid var(--_rule);
    border-radius: 4px;
    background: transparent;
  }
  .soft {
    color: var(--_muted);
  }
  @media print {
    button {
      display: none;
    }
  }
`
