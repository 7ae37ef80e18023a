/** The texts below and beside the views of a run. */
import { byHand } from '../by-hand.js'
import type { SiteWords } from '../en/index.js'

const choose = byHand('指向方块可预览这个头，点击可选中。', '点按方块可选中这个头。')

export const figures: SiteWords['figures'] = {
  allHeads: '所有的头',
  oneHead: '一个头',
  next: '下一个词',
  grid: (heads) => `一行是一[[layer]]，一列是一个[[head]]。${heads}`,
  story: {
    text: '文本',
    heads: `每个小方块是一个头的矩阵。${choose}`,
    row: '一行是一个回看的词（[[query]]），一列是它关注的词（[[key]]）。[[softmax]] 之后，一格是一个[[weight]]。'
  },
  translation: {
    text: '两段文本',
    heads: '[[cross|交叉]]：从中文到英文。[[encoder]]：英文内部。[[decoder]]：中文内部。',
    row: '一行是一个词（[[query]]），一列是它关注的词（[[key]]）。[[softmax]] 之后，一格是一个[[weight]]。'
  },
  own: {
    text: '文本',
    heads: choose,
    row: '一行是一个词（[[query]]），一列是它关注的词（[[key]]）。[[softmax]] 之后，一格是一个[[weight]]。'
  }
}

export const closer: SiteWords['closer'] = {
  heading: '更多细节',
  'attn-steps': '一个词的[[attention]]，逐步计算',
  'attn-neurons': '分数，逐个元素计算',
  'attn-lens': '每一[[layer]]之后的预测，以及 [[logit]]',
  'attn-cache': '保存的[[key]]和[[value]]：[[cache]]',
  'attn-plane': '[[query]]和[[key]]',
  'attn-summary': '每个[[head]]的数值',
  position: '模型怎样编码[[position]]'
}
