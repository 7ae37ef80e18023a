/** The base class of the elements: each speaks the language around it, has the theme around it, and waits for its turn. */
import { LitElement } from 'lit'
import { property } from 'lit/decorators.js'
import { Ground, type Theme } from './ground.js'
import { scheduler } from '../pacing/scheduler.js'
import { languageAround, speakers, speakIn, wordsComing } from '../words/language.js'

export abstract class AttnElement extends LitElement {
  /** 'light' or 'dark'. By default, or with 'auto', the element follows the colours of the page behind the element. */
  @property({ reflect: true }) theme?: Theme
  /** True if the element and the elements inside it are first drawn together; else each is drawn in its turn. */
  protected readonly comesWhole: boolean = true

  constructor() {
    super()
    new Ground(this)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    speakers.add(this)
  }

  override disconnectedCallback(): void {
    speakers.delete(this)
    super.disconnectedCallback()
  }

  /** Waits for the words of the language around: no text is shown in one language and a moment later in another. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    const language = languageAround(this)
    const draw = () => {
      speakIn(language)
      return super.scheduleUpdate()
    }
    const update = () => scheduler.update(draw, this.isUrgent())
    return wordsComing(language)?.then(update) ?? update()
  }

  /** True if the coming update must not wait for others. */
  protected isUrgent(): boolean {
    const root = this.getRootNode()
    const host = root instanceof ShadowRoot ? root.host : undefined
    return !this.hasUpdated && host instanceof AttnElement && host.comesWhole && this.comesWhole
  }
}
