/** The texts of the playground. */
import type { SiteWords } from '../en/index.js'

export const playground: SiteWords['playground'] = {
  source: '查询、键和值的来源',
  own: '自己的数值',
  model: '写故事模型的一个头',
  token: '词元',
  start: '（开头）',
  tables: { q: '查询 q', k: '键 k', v: '值 v' },
  tokenAt: (row) => `第 ${row + 1} 个词元`,
  cell: (name, token, column) => `${token} 的 ${name}，第 ${column + 1} 个元素`,
  tokens: '词元数',
  width: 'q 和 k 的宽度',
  draw: '随机生成',
  reset: '重置',
  text: '文本',
  layer: '层',
  head: '头',
  aboutModel: '这些是这个头所比较的查询和键。其中已含位置信息，不需要再编码。',
  loading: '正在加载…',
  link: '本页的网址包含所有数值和选择。',
  recipe: (at) => `配方 ${at}`,
  remove: '移除',
  removeOne: (at) => `移除配方 ${at}`,
  add: '添加配方',
  formula: '公式',
  choices: { encoding: '位置', score: '分数', squash: '压缩', mask: '掩码', normalizer: '权重' },
  options: {
    encoding: { none: '无', sinusoidal: '正弦，相加', rotary: '旋转', alibi: 'ALiBi' },
    score: {
      'scaled-dot': '缩放点积',
      dot: '点积',
      cosine: '余弦',
      general: '一般式（Luong）',
      additive: '加性（Bahdanau）'
    },
    squash: { none: '无', tanh: 'tanh', softcap: '软上限' },
    mask: { none: '无', causal: '因果', window: '因果窗口', strided: '跨步', fixed: '固定分块' },
    normalizer: {
      softmax: 'softmax',
      sigmoid: 'sigmoid',
      tanh: 'tanh',
      sparsemax: 'sparsemax',
      entmax15: '1.5-entmax',
      hard: '硬（取最大分数）',
      none: '无'
    }
  },
  unless: '除非',
  when: '如果',
  letters: {
    all: 'i 是查询，j 是键；s 是分数，α 是权重，o 是输出。',
    general: 'W 让查询的每个元素与键的下一个元素比较。',
    additive: 'w 的元素全是 1。',
    sinusoidal: 'p 是位置的正弦和余弦。',
    rotary: 'R 把元素成对旋转，角度取决于位置。',
    alibi: 'm 是这个头的斜率。',
    threshold: 'τ 的取值使每行合计为 1。'
  }
}
