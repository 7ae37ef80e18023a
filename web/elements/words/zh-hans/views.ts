/** What the views of attention say. */
import type { Part } from 'attenscope'
import { html } from 'lit'
import type * as english from '../index.js'

/** Only a decoder looks back. */
const looks = (part: Part) => (part === 'decoder' ? '回看' : '看向')

export const view: typeof english.view = {
  reading: '正在读文本…',
  noText: '还没有文本。',
  noRow: '还没有注意力：模型还没读过一个词元。',
  computing: '正在计算…',
  patternsOnly: '这里只有权重：这个视图需要模型，或一份连同所需数据一起保存的记录。'
}

export const names: typeof english.names = {
  head: ({ layer, head }, { headCount }) =>
    head < headCount ? `第 ${layer} 层第 ${head} 头` : `第 ${layer} 层各头的平均`
}

export const parts: typeof english.parts = {
  label: '哪一种注意力',
  names: { cross: '交叉', encoder: '编码器', decoder: '解码器' },
  titles: {
    cross: '写出的每个词看向原文的哪里',
    encoder: '原文的词彼此看向哪里',
    decoder: '写出的每个词回看前面的哪里'
  }
}

export const legend: typeof english.legend = {
  scale: '色标',
  scales: { linear: '线性', log: '对数' },
  hidden: '对查询不可见',
  withoutFirst: '不计第一个',
  whyWithoutFirst: '不计第一个词元，其余按比例放大：它常常占去几乎全部注意力'
}

export const stages: typeof english.stages = {
  scores: { name: 'q · k', title: '分数：每个查询乘每个键' },
  scaled: { name: '缩放', title: '分数，除以头宽的平方根' },
  squashed: { name: '压缩', title: '分数，限制在一定范围内' },
  masked: { name: '掩码', title: '分数，不可见的键已放到一边' },
  pattern: { name: '权重', title: '权重：分数的 softmax；每行合计 100 %' },
  weighted_norms: { name: '‖αv‖', title: '权重乘以它所搬运的向量的长度：α ‖v W‖' },
  rollout: { name: '展开', title: '注意力展开（rollout）：各层相乘，每层有一半直接通过' },
  flow: { name: '流', title: '注意力流（flow）：每个词元经过所有层最多能传递多少' }
}

export const heads: typeof english.heads = {
  label: '逐个词元的文本。方向键移动，回车键锁定词元，Esc 键放开。',
  labelOfTwo: '逐个词元的两段文本。左右键在一段内移动，上下键在两段间移动，回车键锁定，Esc 键放开。',
  widths: '线越粗，权重越大',
  tints: '颜色越深，权重越大',
  read: '读到的文本',
  written: '写出的文本',
  idle: (part, head) => `${head === undefined ? '' : `${head}。`}指向一个词，看它${looks(part)}哪里；点击可锁定。`,
  unread: (token) => html`${token} 刚刚写出，模型还没有读它。`,
  within: (head) => `在${head}中，`,
  looks: (token, keys, part) => html`${token} ${looks(part)} ${keys}。`,
  lookedAt: (token, queries) => html`看向 ${token} 的有 ${queries}。`,
  cannotSee: (token) => html`${token} 看不到它后面的内容。`,
  compares: (token, key, weight, name, part) =>
    html`${token} 把 <b>${weight}</b> 的注意力用来${looks(part)} ${key}：${name}`,
  pooled: (keys) => html`判断最依据的是 ${keys}。指向一个词看它占多少；点击可锁定。`,
  carries: (token, weight, name) => html`${token} 承载了 <b>${weight}</b> 的注意力：${name}`
}

export const grid: typeof english.grid = {
  label: '所有头的注意力：一行一层，一列一头',
  mean: '平均'
}

export const matrix: typeof english.matrix = {
  stage: '显示哪一步',
  zoom: '缩放',
  zoomIn: '放大',
  zoomOut: '缩小',
  fit: '适合',
  role: '注意力矩阵',
  label: (of) => `${of}的注意力权重。方向键在权重间移动，回车键锁定，Esc 键放开。`,
  mean: '平均',
  unequal: '只在其中一方',
  keys: '键 →',
  queries: '查询 ↓',
  learnedQuery: '学到的',
  hidden: '不可见',
  whyHidden: '一个词元只看它自己和它前面的内容。',
  weight: (query, key, weight) => `${query} 到 ${key}：${weight}`
}

export const compare: typeof english.compare = {
  difference: (of) => `${of}：变化`,
  texts: ['第一段文本', '第二段文本'],
  settings: ['改动前', '改动后'],
  change: '变化',
  nothing: '还没有可以对比的。',
  moved: '各头的注意力移动了多少',
  mapLabel: '一行一层，一列一头。方向键移动，回车键选择。',
  share: (head, share) => `${head}：${share} 的注意力去了别处。`,
  most: (head, share) => `最多的是${head}，${share}。`,
  same: '没有移动。',
  nowhere: '两者看起来一样：没有哪个头的注意力移动了。所做的改动作用在注意力之后。'
}

export const keep: typeof english.keep = {
  label: '保存…',
  svg: '矢量图，带标题和图例',
  png: '可供印刷的图片，带标题和图例',
  csv: '数字表格',
  json: '数字，连同词元和当前所选',
  traceName: '记录',
  trace: '这些元素不需引擎就能再次打开的文件：src="…"',
  html: '复制一行能显示此图的 HTML',
  linkName: '链接',
  link: '复制一个链接，能恢复文本和当前所选',
  saved: (name) => `已保存为 ${name}。`,
  copied: (text) => `已复制：${text}`,
  nothing: '还没有可以保存的内容。',
  query: '查询',
  tooLarge: '权重太多，电子表格打不开。请只保存其中一个头，或保存记录。'
}

export const scrubber: typeof english.scrubber = {
  label: '写作过程',
  title: '在文本中前后拖动：各视图显示选出每个词元时的注意力',
  at: (count, token) => (token === '' ? `${count}` : `${count}：${token}`)
}

export const table: typeof english.table = {
  asTable: '看表格',
  numbers: '这幅图的数字',
  looks: (query) => `${query} 看向哪里，权重大的在前`,
  strongest: '每个头最大的权重',
  layer: '层',
  head: '头',
  key: '键',
  weight: '权重',
  cut: (rows, ofRows, columns, ofColumns) =>
    `这里是 ${ofRows} 行中的 ${rows} 行、${ofColumns} 列中的 ${columns} 列；CSV 中是全部。`
}
