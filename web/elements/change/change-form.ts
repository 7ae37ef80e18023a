/** The form that makes an edit: a kind of change and its fields. */
import type { Model, Part } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { CHOICES, fieldsFor, kindsFor, type ChangeFields, type FieldName } from './change-fields.js'
import { change as words } from '../words/change.js'
import type { EditMaker } from './edit-maker.js'
import type { EditTokens } from './edit-words.js'
import { labelText } from '../parts/token-text.js'
import * as allWords from '../words/index.js'

interface FormState {
  readonly maker: EditMaker
  readonly model: Model
  readonly tokens: EditTokens
  readonly onAdd: () => void
}

type Option = readonly [value: string, said: string]

export function changeForm(form: FormState): TemplateResult {
  const { maker, model, onAdd } = form
  const { fields, refused, busy } = maker
  const submit = (event: Event): void => {
    event.preventDefault()
    onAdd()
  }
  const kinds = kindsFor(model).map((kind) => [kind, words.kinds[kind]] as const)
  return html`<form class="make" @submit=${submit}>
    <div class="fields">
      ${select(form, 'kind', words.kinds.label, kinds)} ${fieldsFor(fields, model).map((name) => field(form, name))}
    </div>
    <p class="note">${words.explained[fields.kind]}</p>
    ${refused === undefined ? '' : html`<p class="refused" role="alert">${words.edits.refused(refused)}</p>`}
    <button class="primary" ?disabled=${busy}>${words.edits.add}</button>
  </form>`
}

function field(form: FormState, name: FieldName): TemplateResult {
  const { maker, model, tokens } = form
  const { fields } = maker
  const { kind, choice } = fields
  const size = model.info.parts[fields.part]
  const all: Option = ['*', words.fields.all]
  switch (name) {
    case 'part':
      return select(form, name, words.fields.part, partsFor(fields, model))
    case 'layer':
      return select(form, name, words.fields.layer, [
        ...(size?.layers ?? []).map((layer): Option => [String(layer), String(layer)]),
        ['*', kind === 'positions' ? words.fields.whole : words.fields.every]
      ])
    case 'head':
      return select(form, name, words.fields.head, [
        ...Array.from({ length: size?.N ?? 0 }, (_, head): Option => [String(head), String(head)]),
        all
      ])
    case 'query':
      return select(form, name, kind === 'steer' || kind === 'patch' ? words.fields.at : words.fields.query, [
        ...tokensOf(tokens.queries),
        all
      ])
    case 'key':
      return select(form, name, kind === 'mask' ? words.fields.token : words.fields.key, tokensOf(tokens.keys))
    case 'choice':
      return select(
        form,
        name,
        words.choices[kind as keyof typeof words.choices] ?? '',
        (CHOICES[kind] ?? []).map((each): Option => [each, words.chosen[each as keyof typeof words.chosen] ?? each])
      )
    case 'number':
      return input(form, name, words.numbers[kind as keyof typeof words.numbers] ?? words.fields.value, {
        ...(kind === 'weight' && { min: 0, max: 1, step: 0.01 }),
        ...(kind === 'temperature' && { min: 0 }),
        isRequired: kind !== 'window'
      })
    case 'right':
    case 'from':
    case 'step':
      return input(form, name, words.fields[name], { min: 0, step: 1 })
    case 'renormalise':
      return html`<label class="setting check"
        ><input
          type="checkbox"
          .checked=${fields.renormalise}
          @change=${(event: Event) => maker.change({ renormalise: (event.target as HTMLInputElement).checked })}
        />
        ${words.fields.renormalise}</label
      >`
    case 'text':
    case 'other':
      return area(form, name, name === 'other' ? words.fields.other : textLabel(kind, choice))
  }
}

/**
 * The parts to choose from. Positions and residual streams belong to the encoder or the decoder, not to the
 * cross-attention.
 */
function partsFor({ kind }: ChangeFields, { info }: Model): readonly Option[] {
  const isSide = kind === 'positions' || kind === 'steer'
  return (Object.keys(info.parts) as Part[])
    .filter((part) => (info.parts[part]?.layers.length ?? 0) > 0 && !(isSide && part === 'cross'))
    .map((part) => [part, allWords.parts.names[part]])
}

function tokensOf(list: EditTokens['keys']): readonly Option[] {
  return list.map((_, at) => [String(at), `${at} ${labelText(list, at)}`])
}

function textLabel(kind: ChangeFields['kind'], choice: string): string {
  if (kind === 'json') return words.fields.json
  if (kind === 'mean') return words.fields.texts
  if (kind !== 'steer') return words.fields.text
  return choice === 'vector' ? words.fields.vector : words.fields.to
}

function select(
  { maker }: FormState,
  name: keyof ChangeFields,
  label: string,
  options: readonly Option[]
): TemplateResult {
  return html`<label class="setting"
    >${label}
    <select @change=${(event: Event) => maker.change({ [name]: (event.target as HTMLSelectElement).value })}>
      ${options.map(([value, said]) => html`<option value=${value} ?selected=${String(maker.fields[name]) === value}>${said}</option>`)}
    </select></label
  >`
}

function input(
  { maker }: FormState,
  name: 'number' | 'right' | 'from' | 'step',
  label: string,
  bounds: { readonly min?: number; readonly max?: number; readonly step?: number; readonly isRequired?: boolean } = {}
): TemplateResult {
  const { min = '', max = '', step = 'any', isRequired = false } = bounds
  return html`<label class="setting"
    >${label}
    <input
      type="number"
      min=${min}
      max=${max}
      step=${step}
      ?required=${isRequired}
      .value=${maker.fields[name]}
      @input=${(event: Event) => maker.change({ [name]: (event.target as HTMLInputElement).value })}
  /></label>`
}

function area({ maker }: FormState, name: 'text' | 'other', label: string): TemplateResult {
  const isNeeded = name === 'text' && maker.fields.kind !== 'mean'
  return html`<label class="setting wide"
    >${label}
    <textarea
      rows=${maker.fields.kind === 'mean' ? 3 : 1}
      dir="auto"
      spellcheck="false"
      ?required=${isNeeded}
      .value=${maker.fields[name]}
      @input=${(event: Event) => maker.change({ [name]: (event.target as HTMLTextAreaElement).value })}
    ></textarea>
  </label>`
}

export const changeFormStyles = css`
  .make {
    gap: 8px;
    margin-block-start: 16px;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(120px, 100%), 1fr));
    gap: 8px 16px;
    align-items: end;
  }
  .fields .setting {
    flex-direction: column;
    gap: 2px;
    align-items: stretch;
  }
  .fields .setting:first-child,
  .fields .wide,
  .fields .check {
    grid-column: 1 / -1;
  }
  .fields .setting input,
  .fields .setting select,
  .fields textarea {
    inline-size: 100%;
    min-inline-size: 0;
    font-size: 0.875rem;
    line-height: 20px;
  }
  .fields textarea {
    min-block-size: 32px;
    padding: 5px 8px;
    color: var(--_ink);
  }
  .fields .check {
    flex-direction: row;
    gap: 8px;
    align-items: center;
    min-block-size: 32px;
  }
  .fields .check input {
    inline-size: 16px;
    min-block-size: 0;
  }
  .make .primary {
    justify-self: start;
    min-inline-size: 104px;
  }
  @media (pointer: coarse) {
    .fields textarea,
    .fields .check {
      min-block-size: 44px;
    }
    .fields .check input {
      inline-size: 24px;
    }
  }
`
