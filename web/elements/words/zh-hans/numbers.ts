/** What the views of numbers say. */
import { html } from 'lit'
import { byHand } from '../by-hand.js'
import type * as english from '../index.js'

export const steps: typeof english.steps = {
  of: (query) => html`<b>${query}</b> 的计算步骤`,
  label: '一行是一个键：分数、每一步之后的分数、权重，以及加权后的值',
  key: '键',
  scaled: (divisor) => (divisor === undefined ? '缩放' : `÷ ${divisor}`),
  value: 'α · v',
  whatValue: '键的值向量乘以权重',
  sum: '合计',
  output: '这个头的输出：加权后的值之和',
  moved: (key) => `${key} 的值乘以它的权重`,
  others: (count) => `另外 ${count} 个键`,
  weighs: (key, weight) => html`${key} 的权重是 <b>${weight}</b>。`,
  walk: ({ key, score, divisor, scaled, entering, highest, term, sum, weight, isSoftmax }) =>
    html`${key}：q · k = <b>${score}</b>${divisor === undefined ? '' : html`，除以 ${divisor} 得 <b>${scaled}</b>`}。${
        isSoftmax
          ? html`Softmax：e 的（${entering} − 最大值 ${highest}）次方 = <b>${term}</b>，除以所有键之和 ${sum} 得
              <b>${weight}</b>。`
          : html`权重是 <b>${weight}</b>，不是分数的普通 softmax。`
      }`
}

export const neurons: typeof english.neurons = {
  of: (query) => html`<b>${query}</b> 的查询，逐个元素`,
  label: '一行是一个键：它的元素，以及它们与查询元素的乘积。乘积之和就是分数',
  none: '这个头并不把查询和键逐个元素相乘。',
  query: '查询的各个元素',
  key: (key) => `${key} 的键的各个元素`,
  product: (key) => `查询的元素乘以 ${key} 的元素`,
  sums: (key, count, score) =>
    html`与 ${key}：${count} 个乘积之和是 <b>${score}</b>。${byHand('指向', '点按')}色条可查看一个乘积。`,
  element: (at, q, k, product, key) => html`第 ${at} 个元素，与 ${key}：${q} × ${k} = <b>${product}</b>`
}

export const lens: typeof english.lens = {
  title: '每一层之后的预测',
  label: '一行是一层，最后一层在最上面；一列是一个词元。每格显示模型到该层为止时最可能的下一个词元',
  layer: '层',
  head: (head) => `第 ${head} 头`,
  from: (first) => `从第 ${first} 个词元起`,
  cell: (entropy) => `熵 ${entropy} 比特`,
  guesses: '最可能的下一个词元',
  after: (layer, token, entropy) =>
    html`在第 ${layer} 层之后，模型在 <b>${token}</b> 处最可能的下一个词元是（熵 ${entropy} 比特）：`,
  choose: (token) => `显示 ${token} 的 logit 的组成`,
  terms: (token, logit) => html`<b>${token}</b> 的 logit 是 ${logit}，由以下各项相加而成`,
  termsLabel: '一行是一层：每个头和前馈网络给这个 logit 加了多少',
  feedForward: '前馈',
  rest: (embedding, bias) => `词元的嵌入加 ${embedding}，偏置加 ${bias}。`,
  noTerms: '这个模型没有 logit 的组成，或者没有保存。'
}

export const cache: typeof english.cache = {
  title: (layer, head, heads) =>
    heads > 1 ? `第 ${layer} 层第 ${head} 头（共 ${heads} 头）的键和值` : `第 ${layer} 层的键和值`,
  room: '上下文已用多少',
  tokens: (count, context) => html`<b>${count}</b> / ${context} 个词元`,
  memory: (taken, all) => html`所有层：${taken} / ${all}`,
  keys: '键',
  values: '值',
  label: { keys: '键：一列是一个词元', values: '值：一列是一个词元' },
  of: (token, at) => html`第 ${at} 列是为 <b>${token}</b> 保存的。后面的词元直接读取，模型不再重算。`,
  why: '模型只计算一次词元的键和值，并保存下来。下一个词元会读取全部。'
}

export const position: typeof english.position = {
  label: '位置如何编码',
  kinds: {
    sinusoidal: { name: '正弦', title: '模型把正弦和余弦加到词元的向量上，每一对都比前一对慢。' },
    'powers-of-two': { name: '二的幂', title: '波长是二的幂，就像二进制数的各个数位。' },
    rotary: { name: '旋转', title: '模型把查询和键成对旋转，角度随位置增大。' },
    alibi: { name: 'ALiBi', title: '向量不变；分数随距离下降。' },
    learned: { name: '学习', title: '模型为每个位置学习一个向量。' }
  },
  encodings: '编码：一行是一个位置',
  similarities: '两个位置的相似度',
  biases: '距离给分数加的偏置',
  curves: '各分量的曲线',
  component: (at) => `第 ${at} 个分量`,
  similarityOf: (position) => `位置 ${position} 与所有位置相比`,
  biasOf: (position) => `位置 ${position}：分数的偏置`,
  atDistance: (value) => `前一个：${value}`,
  range: (least, most) => `从 ${least} 到 ${most}`
}

export const next: typeof english.next = {
  label: '最可能的下一个词及其概率',
  after: (word) => html`${word} 之后的下一个词`,
  word: '词',
  probability: '概率',
  written: '粗体：抽中的词。',
  notYet: '还没有抽取。',
  noNext: '这个视图需要能续写文本的模型。'
}

export const plane: typeof english.plane = {
  label: '平面上的查询和键。左右键逐个查询移动，回车键锁定，Esc 键解锁。',
  keeps: (share) => `平面显示了它们差异的 ${share}`,
  query: (token) => `${token} 的查询`,
  key: (token) => `${token} 的键`,
  queries: '查询',
  keys: '键',
  why: `查询和键在同一方向上都离中心远时，分数就高。${byHand('指向', '点按')}一个查询，可查看它关注哪里。`
}

export const summary: typeof english.summary = {
  label: '每个头的数字；用按钮可排序',
  title: '每个头的数字',
  bars: (bits, tokens) => `满格的条表示：熵 ${bits} 比特，距离 ${tokens} 个词元，或份额 100\u202f%。`,
  columns: {
    head: { name: '层.头', title: '逐层排列' },
    entropy: { name: '熵', title: '注意力有多分散，以比特计' },
    distance: { name: '距离', title: '它所关注词元的平均距离' },
    previousToken: { name: '前一个', title: '给前一个词元的权重' },
    firstToken: { name: '第一个', title: '给第一个词元的权重' },
    duplicateToken: { name: '重复', title: '给前面相同词元的权重（如果有）' },
    induction: { name: '归纳', title: '给前面相同词元之后那个词元的权重' }
  }
}
