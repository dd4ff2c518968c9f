// Who may import whom (docs/architecture.md). The compiler's projects already refuse most of this; here it is said as
// rules, with what no compiler sees: packages, Node's modules, single files, cycles.
import { fileURLToPath } from 'node:url';

const PACKAGE = 'node_modules/';

/** Modules of `from` may import nothing but what `to` matches. @param {string} name @param {string} comment @param {string} from @param {string[]} to @param {string} [fromNot] @returns {import('dependency-cruiser').IForbiddenRuleType} */
const only = (name, comment, from, to, fromNot) => ({
  name,
  comment,
  severity: 'error',
  from: fromNot === undefined ? { path: from } : { path: from, pathNot: fromNot },
  to: { pathNot: to },
});

/** Node's own modules, as the resolver names them. */
const NODE_MODULES =
  '^(crypto|dgram|fs|fs/promises|http|https|module|net|os|path|perf_hooks|process|stream|tls|url|util)$';
/** Libraries that compute and do nothing else. */
const PURE_PACKAGES = `${PACKAGE}(@noble/|@scure/|cbor-x/|siphash/|temporal-polyfill/|valibot/)`;
/** What every layer may know of the domain: units, results, refusals. */
const WORDS = '^src/core/(brand|result|refusal|domain/.+)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    only('core', 'core imports core and the libraries of its formats', '^src/core/', ['^src/core/', PURE_PACKAGES]),
    only('ports', 'ports are types over core', '^src/ports/', ['^src/ports/', '^src/core/']),
    only('engine', 'the engine sees core and ports', '^src/engine/', ['^src/(engine|ports|core)/', PURE_PACKAGES]),
    only('host', 'the host sees engine, ports and core, and checks what it reads', '^src/host/', [
      '^src/(host|engine|ports|core)/',
      `${PACKAGE}valibot/`,
    ]),
    only('adapters', 'adapters see ports and core', '^src/adapters/', [
      '^src/(adapters|ports|core)/',
      `${PACKAGE}(?!svelte|bits-ui)`,
    ]),
    only('ui', 'the interface sees what it may ask of the node, and the words of the domain', '^src/ui/', [
      '^src/ui/',
      '^src/host/rpc/api\\.ts$',
      // What a practice types and reads out: its 24 words, its public key; the country in dots, for the map.
      '^src/core/(crypto/words|bytes/base64url|plz/plz-map)\\.ts$',
      // Days, wall time and weekly patterns; the calendar file that a person takes along.
      '^src/core/calendar/.+\\.ts$',
      // What an operator chooses of a radio, what the law makes of it, and whose numbers it may have on USB.
      '^src/core/radio/(airtime|channel|channel-choice|usb-vendors)\\.ts$',
      WORDS,
      PACKAGE,
    ]),
    only(
      'relay',
      'the daemon sees engine, host, ports and core; what wires it may see adapters',
      '^relay/',
      // Both ends of a link frame its stream and read the discovery document with the same code.
      [
        '^relay/',
        '^src/(host|engine|ports|core)/',
        '^src/adapters/(framing|dialing)/',
        `${PACKAGE}(?!svelte|bits-ui|idb)`,
        '^node:',
        NODE_MODULES,
      ],
      // What puts whole nodes together: the daemon, the registrar's command, the demonstration, programs' nodes.
      '^relay/(main|relay-node|registrar/.+|demo/.+|mesh/.+)\\.ts$',
    ),
    {
      name: 'no-node-in-the-browser',
      comment: "Node's modules exist in the relay and in tools only",
      severity: 'error',
      from: { path: '^(src|workers)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-shipped-sees-tests',
      comment: 'the product does not import tests, benchmarks or scripts',
      severity: 'error',
      from: { path: '^(src|workers|relay)/' },
      to: { path: '^(test|bench|e2e|scripts|sim)/' },
    },
    {
      name: 'apart',
      comment: 'app and relay are two programs over the same layers',
      severity: 'error',
      from: { path: '^(src|workers)/' },
      to: { path: '^relay/' },
    },
    {
      name: 'relay-runs-on-dependencies',
      comment: 'what the relay loads at run time is installed in production',
      severity: 'error',
      from: { path: '^relay/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-cycles', comment: 'modules form a tree of uses', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'every import leads somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^virtual:', '^svelte/'] },
    },
  ],
  options: {
    baseDir: fileURLToPath(new URL('.', import.meta.url)),
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.tsbuild|\\.cache|src/ui/paraglide)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'browser', 'svelte', 'node', 'types', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
