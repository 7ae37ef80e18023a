/** What the views of numbers say. */
import { html } from 'lit'
import type * as english from '../index.js'

export const steps: typeof english.steps = {
  of: (query) => html`它为 <b>${query}</b> 做的计算`,
  label: '一行一个键：它的分数、经过的各步、权重，以及权重所搬运的值',
  key: '键',
  scaled: (divisor) => (divisor === undefined ? '缩放' : `÷ ${Number(divisor.toPrecision(3)).toString()}`),
  value: 'α · v',
  whatValue: '键的值向量，长短由权重决定',
  sum: '合计',
  output: '这个头的输出：加权之后各个值的和',
  moved: (key) => `${key} 的值乘以它的权重`,
  others: (count) => `另外 ${count} 个键`,
  weighs: (key, weight) => html`${key} 的权重是 <b>${weight}</b>。`,
  walk: ({ key, score, divisor, scaled, entering, highest, term, sum, weight, isSoftmax }) =>
    html`${key}：q · k = <b>${score}</b>${divisor === undefined ? '' : html`，除以 ${divisor} 得 <b>${scaled}</b>`}。${
        isSoftmax
          ? html`Softmax：e 的（${entering} − 最大值 ${highest}）次方 = <b>${term}</b>，在所有键之和 ${sum} 中占
              <b>${weight}</b>。`
          : html`由此得到的权重是 <b>${weight}</b>，不是分数的普通 softmax。`
      }`
}

export const neurons: typeof english.neurons = {
  of: (query) => html`<b>${query}</b> 的查询，逐个元素`,
  label: '一行一个键：它的各个元素，以及它们与查询元素的乘积，乘积之和就是分数',
  none: '这个头并不把查询和键逐个元素相乘。',
  query: '查询的各个元素',
  key: (key) => `${key} 的键的各个元素`,
  product: (key) => `查询的元素乘以 ${key} 的元素`,
  sums: (key, count, score) => html`与 ${key}：${count} 个乘积之和是 <b>${score}</b>。指向色条可看其中一个。`,
  element: (at, q, k, product, key) => html`第 ${at} 个元素，与 ${key}：${q} × ${k} = <b>${product}</b>`
}

export const lens: typeof english.lens = {
  label: '一行一层，最后一层在最上面；一列一个词元：如果模型到此为止，最可能的下一个词元',
  layer: '层',
  head: (head) => `第 ${head} 头`,
  from: (first) => `从第 ${first} 个词元起`,
  cell: (entropy) => `熵 ${entropy} 比特`,
  guesses: '最可能的下一个词元',
  after: (layer, token, entropy) =>
    html`在第 ${layer} 层之后，模型在 <b>${token}</b> 处会接着写下面之一（熵 ${entropy} 比特）：`,
  choose: (token) => `${token} 的 logit 由什么相加而成`,
  terms: (token, logit) => html`<b>${token}</b> 的 logit 是 ${logit}，由以下各项相加而成`,
  termsLabel: '一行一层：每个头和前馈层给这个 logit 加了多少',
  feedForward: '前馈',
  rest: (embedding, bias) => `词元本身加 ${embedding}，偏置加 ${bias}。`,
  noTerms: '这个模型无法算出各个头给 logit 加了多少，或者没有保存。'
}

export const cache: typeof english.cache = {
  title: (layer, head, heads) =>
    heads > 1 ? `第 ${layer} 层第 ${head} 头（共 ${heads} 头）的键和值` : `第 ${layer} 层的键和值`,
  room: '模型的空间已用多少',
  tokens: (count, context) => html`<b>${count}</b> / ${context} 个词元`,
  memory: (taken, all) => html`所有层：${taken} / ${all}`,
  keys: '键',
  values: '值',
  label: { keys: '键：一列一个词元', values: '值：一列一个词元' },
  of: (token, at) => html`第 ${at} 列：为 <b>${token}</b> 保留的内容。后面每个词元都读它，不必重算。`,
  why: '一个词元的键和值只算一次便保留下来：下一个词元会读到全部。'
}

export const position: typeof english.position = {
  label: '位置如何编码',
  kinds: {
    sinusoidal: { name: '正弦', title: '把正弦和余弦加到词元的向量上，每一对都比前一对慢。' },
    'powers-of-two': { name: '二的幂', title: '波长是二的幂的波，就像数的各个数位。' },
    rotary: { name: '旋转', title: '查询和键成对地旋转，角度随位置增大。' },
    alibi: { name: 'ALiBi', title: '不改动向量；分数随距离下降。' },
    learned: { name: '学习', title: '每个位置一个向量，与其余参数一同学得。' }
  },
  encodings: '编码：一行一个位置',
  similarities: '相似度：两个位置有多像',
  biases: '偏置：距离给分数加多少',
  curves: '各分量的曲线',
  component: (at) => `第 ${at} 个分量`,
  similarityOf: (position) => `位置 ${position} 与所有位置相比`,
  biasOf: (position) => `位置 ${position}：给它的分数加多少`,
  atDistance: (value) => `前一个：${value}`,
  range: (least, most) => `从 ${least} 到 ${most}`
}

export const plane: typeof english.plane = {
  label: '平面上的查询和键。左右键逐个查询移动，回车键锁定，Esc 键放开。',
  keeps: (share) => `平面保留了它们之间差别的 ${share}`,
  query: (token) => `${token} 的查询`,
  key: (token) => `${token} 的键`,
  queries: '查询',
  keys: '键',
  why: '同一方向上都离中心远的查询和键，分数就高。指向一个查询，看它看向哪里。'
}

export const summary: typeof english.summary = {
  label: '每个头的数字；点击按钮可排序',
  title: '每个头的数字',
  columns: {
    head: { name: '层.头', title: '逐层排列' },
    entropy: { name: '熵', title: '注意力有多分散，以比特计' },
    distance: { name: '距离', title: '平均看向多少个词元之外' },
    previousToken: { name: '前一个', title: '给前一个词元的权重' },
    firstToken: { name: '第一个', title: '给第一个词元的权重' },
    duplicateToken: { name: '重复', title: '如果前面有相同的词元，给它的权重' },
    induction: { name: '归纳', title: '给前面相同词元之后那个词元的权重' }
  }
}
