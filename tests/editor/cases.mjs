// What an editor has to offer and to explain. `▮` is the cursor.

const postgres = (rest) => `modules:\n  - id: db\n    module: polytope/postgres\n${rest}`;
const container = (rest) => `modules:\n  - id: api\n    module: polytope/container\n${rest}`;

/** Labels and what each of them inserts; `not` are labels that must not be there. */
export const COMPLETIONS = {
  'an empty file': {
    at: '▮',
    offered: {
      modules: 'modules:\n  - id: ',
      templates: 'templates:\n  - id: $1\n    run:\n      -',
      tools: 'tools:\n  ${1:stack}:\n    run:\n      - tool: ${2:name}',
      include: 'include:\n  - ',
      instructions: 'instructions: ',
      mcp: 'mcp:\n  ',
    },
    not: ['triggers', 'api-version'],
  },
  'a new module': {
    at: 'modules:\n  - ▮',
    offered: {
      'polytope/postgres': [
        'id: ${1:postgres}',
        '  module: polytope/postgres',
        '  args:',
        '    data-volume: {type: volume, scope: project, id: ${2:postgres-data}}',
        '    env: [{name: POSTGRES_PASSWORD, value: pt.secret ${3:postgres-password}}]',
      ].join('\n'),
      'polytope/container':
        'id: ${1:container}\n  module: polytope/container\n  args:\n    image: ${2:image}',
      id: 'id: ',
    },
    not: ['null', 'api-version'],
  },
  'a new template': {
    at: 'templates:\n  - ▮',
    offered: { template: 'id: ${1:stack}\n  run:\n    - ${2:module}' },
  },
  'the name of a module': {
    at: 'modules:\n  - id: db\n    module: ▮',
    offered: { 'polytope/postgres': 'polytope/postgres' },
    not: ['null', 'true'],
  },
  'keys of a module': {
    at: container('    ▮'),
    offered: { args: 'args:\n  image: ', params: 'params:\n  - id: ', info: 'info: ' },
    not: ['id', 'module', 'polytope/postgres'],
  },
  'arguments of a module in the file': {
    at: 'modules:\n  - id: db\n    module: other\n    ▮',
    offered: { args: 'args:\n  ' },
  },
  'arguments of a blueprint': {
    at: postgres('    args:\n      ▮'),
    offered: {
      'data-volume': 'data-volume:\n  type: ',
      'container-id': 'container-id: ${1:postgres}',
      env: 'env:\n  - ',
      await: 'await: ${1:true}',
    },
    not: ['entrypoint', 'null'],
  },
  'arguments of a step': {
    at: 'templates:\n  - id: stack\n    run:\n      - module: polytope/postgres\n        args:\n          ▮',
    offered: { 'data-volume': 'data-volume:\n  type: ' },
    not: ['entrypoint'],
  },
  'a choice': {
    at: postgres('    args:\n      create: ▮'),
    offered: { always: 'always', 'when-missing': 'when-missing', never: 'never', 'pt.param …': 'pt.param ${1:name}' },
    not: ['null', 'true'],
  },
  'a bool': {
    at: container('    args:\n      tty: ▮'),
    offered: { true: 'true', false: 'false', 'pt.value …': 'pt.value ${1:name}' },
    not: ['null'],
  },
  'a text': {
    at: postgres('    args:\n      env: [{name: A, value: ▮}]'),
    offered: { 'pt.secret …': 'pt.secret ${1:name}' },
    not: ['null', 'true'],
  },
  'a mount': {
    at: postgres('    args:\n      data-volume:\n        ▮'),
    offered: {
      volume: 'type: volume\nscope: project\nid: ${1:name}',
      host: 'type: host\npath: ${1:./path}',
      type: 'type: ',
    },
  },
  'a mounted path': {
    at: postgres('    args:\n      mounts:\n        - ▮'),
    offered: { 'path, source': 'path: $1\n  source: $2', 'read-only': 'read-only: ' },
  },
  'a parameter': {
    at: 'modules:\n  - id: a\n    params:\n      - ▮',
    offered: { 'id, type': 'id: $1\n  type: $2', info: 'info: ' },
  },
  'the type of a mount': {
    at: postgres('    args:\n      data-volume:\n        type: ▮'),
    offered: { volume: 'volume', repo: 'repo' },
  },
  'keys of a volume': {
    at: postgres('    args:\n      data-volume:\n        type: volume\n        ▮'),
    offered: { id: 'id: ', scope: 'scope: ' },
    not: ['path', 'data', 'host'],
  },
  'a variable': {
    at: postgres('    args:\n      env:\n        - ▮'),
    offered: { variable: 'name: ${1:NAME}\n  value: ${2:value}' },
  },
  'a port': {
    at: container('    args:\n      services:\n        - id: api\n          ports:\n            - ▮'),
    offered: { port: 'port: ${1:8080}\n  protocol: ${2:http}', internal: 'internal: ' },
  },
  'a protocol': {
    at: container('    args:\n      services: [{id: api, ports: [{port: 80, protocol: ▮}]}]'),
    offered: { tcp: 'tcp', https: 'https' },
  },
  'when a step runs': {
    at: 'templates:\n  - id: stack\n    run:\n      - module: a\n        run-when:\n          ▮',
    offered: { after: 'after: ', 'after-condition': 'after-condition: ' },
  },
  'a new tool': {
    at: 'tools:\n  ▮',
    offered: { tool: '${1:stack}:\n  run:\n    - tool: ${2:name}' },
  },
  'keys of a tool': {
    at: 'tools:\n  api:\n    ▮',
    offered: { run: 'run:\n  - tool: ${1:name}', inputs: 'inputs:\n  ${1:name}:\n    type: ${2:str}', await: 'await:\n  - ', info: 'info: ' },
    not: ['name', 'description', 'id'],
  },
  'a step of a tool': {
    at: 'tools:\n  api:\n    run:\n      - ▮',
    offered: { tool: 'tool: ', code: 'code: ', after: 'after:\n    ' },
  },
  'the name of a tool': {
    at: 'tools:\n  api:\n    run:\n      - tool: ▮',
    offered: { 'polytope/postgres': 'polytope/postgres' },
    not: ['null', 'true'],
  },
  'arguments of a step of a tool': {
    at: 'tools:\n  api:\n    run:\n      - tool: polytope/postgres\n        args:\n          ▮',
    offered: { 'data-volume': 'data-volume:\n  type: ' },
    not: ['entrypoint'],
  },
  'a program': {
    at: 'tools:\n  api:\n    run:\n      - code: ▮',
    offered: { 'pt.js': '|\n  pt.js\n  pt.log("$1")' },
    not: ['null', 'true'],
  },
  'what a step waits for': {
    at: 'tools:\n  api:\n    run:\n      - tool: a\n        after:\n          ▮',
    offered: { step: 'step: ${1:id}', condition: 'condition: ' },
  },
  'several that a step waits for': {
    at: 'tools:\n  api:\n    run:\n      - tool: a\n        after:\n          - ▮',
    offered: { step: 'step: ${1:id}', condition: 'condition: ' },
  },
  'how a step that is waited for ends': {
    at: 'tools:\n  api:\n    run: [{tool: a, after: {step: b, condition: ▮}}]',
    offered: { always: 'always', failed: 'failed' },
    not: ['null'],
  },
  'a new input': {
    at: 'tools:\n  api:\n    inputs:\n      ▮',
    offered: { input: '${1:name}:\n  type: ${2:str}' },
  },
  'an input': {
    at: 'tools:\n  api:\n    inputs:\n      port:\n        ▮',
    offered: { type: 'type: ', info: 'info: ' },
  },
  'the type of an input': {
    at: 'tools:\n  api:\n    inputs:\n      port:\n        type: ▮',
    offered: { int: 'int', '[default, …]': '[default, ${1:str}, ${2:value}]' },
  },
  'an include': {
    at: 'include:\n  - ▮',
    offered: { 'gh:owner/name': 'repo: gh:${1:owner}/${2:name}', path: 'path: ' },
    not: ['null'],
  },
  'what is offered to clients': {
    at: 'mcp:\n  ▮',
    offered: { only: 'only:\n  - ' },
  },
  'a type': {
    at: 'modules:\n  - id: a\n    module: b\n    params:\n      - id: x\n        type: ▮',
    offered: { 'mount-source': 'mount-source', '[default, …]': '[default, ${1:str}, ${2:value}]' },
  },
};

/** What a hover has to say, as Markdown. */
export const HOVERS = {
  'a key': { at: 'mod▮ules: []', says: ['Modules: names for calls'] },
  'the name of a blueprint': {
    at: 'modules:\n  - {id: db, module: polytope/post▮gres}',
    says: ['What it is made of: a blueprint such as `polytope/postgres`', '* `polytope/postgres`: A PostgreSQL server.'],
  },
  'the name of a module': { at: 'modules:\n  - {id: db, module: ot▮her}', says: ['What it is made of'] },
  'the arguments of a blueprint': {
    at: postgres('    ar▮gs: {image: x}'),
    says: ['Arguments of `polytope/postgres`. A PostgreSQL server.'],
  },
  'an argument': {
    at: postgres('    args: {container▮-id: db}'),
    says: ['Name of the container.\n\nDefault: `postgres`'],
  },
  'an argument of a step': {
    at: 'templates:\n  - {id: s, run: [{module: polytope/postgres, args: {scri▮pts: []}}]}',
    says: ['Run once, on an empty data directory, in alphabetical order: `.sh`, `.sql`, `.sql.gz`.'],
  },
  'a reference': {
    at: postgres('    args: {create: pt.par▮am create}'),
    says: ['What to do when the container is there already.\n\nDefault: `always`'],
  },
  'a choice': {
    at: container('    args: {image: x, restart: {pol▮icy: on-failure}}'),
    says: ['When the engine starts it again.', '* `on-failure`: When its exit code is not 0.\n* `never`: Not at all.'],
  },
  'a choice that is mistyped': {
    at: container('    args: {image: x, restart: {pol▮icy: on-failur}}'),
    says: ['When the engine starts it again.', '* `always`: Whenever it ends, whatever its exit code.'],
  },
  'the type of a mount': {
    at: postgres('    args: {data-volume: {ty▮pe: volume, id: x}}'),
    says: ['What is mounted.', '* `volume`: A volume of the engine.'],
  },
  'a key of a mount': {
    at: postgres('    args: {data-volume: {type: volume, sco▮pe: project, id: x}}'),
    says: ['How long the volume lives; `job` unless said otherwise.', '* `project`: Lives until `pt down --volumes`.'],
  },
  'a key of a port': {
    at: container('    args: {image: x, services: [{id: a, ports: [{port: 80, expose▮-as: 8080}]}]}'),
    says: ['Port on this machine, such as `8080`'],
  },
  'a type': {
    at: 'modules:\n  - {id: a, module: b, params: [{id: x, type: i▮nt}]}',
    says: ['What fits it: `str`, `int`', '* `int`: A whole number'],
  },
};
