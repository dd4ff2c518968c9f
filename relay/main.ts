import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createSystemClock } from '#adapters/system/clock.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import type { StoreFailure } from '#ports/store.ts';
import { type ConfigOverrides, parseConfig, type RelayConfig } from '#relay/config/config.ts';
import { createAssignAnswer } from '#relay/control/assign.ts';
import { type Answer, type ControlSocket, openControlSocket } from '#relay/control/control-socket.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { loadDemoRegistrar, startDemoPractices } from '#relay/demo/demo-practices.ts';
import { type RelayLinks, startRelayLinks } from '#relay/dial/relay-links.ts';
import { createPrometheusMetrics } from '#relay/http/prometheus-metrics.ts';
import { runAssignCommand } from '#relay/mesh/assign-command.ts';
import { runStatsCommand, runTraceCommand } from '#relay/mesh/mesh-command.ts';
import { meshGauges } from '#relay/mesh/relay-stats.ts';
import { runRegistrarCommand } from '#relay/registrar/registrar-command.ts';
import { startRelayNode } from '#relay/relay-node.ts';
import { type RelayServer, startRelayServer } from '#relay/serve.ts';
import { openLevelStore } from '#relay/store/level-store.ts';
import { loadNative } from '#relay/webtransport/native.ts';

/** The relay's composition root: reads the command line and the configuration, wires the parts, drains on a signal. */
const USAGE = `terminfunk relay [options]
  --config FILE        configuration (docs/operators.md); without one the defaults hold
  --host ADDRESS       address to listen on
  --port NUMBER        TCP port of the app and of WebSocket links
  --data FOLDER        where the relay keeps its identity and its store
  --relay ORIGIN       another relay to be linked to; may be given several times
  --no-webtransport    links over WebSocket only
  --demo               adds practices that are clearly marked as a demonstration
terminfunk relay trace ADDRESS [--via ORIGIN]
                       the way from a running relay to a node, hop by hop
terminfunk relay stats [--via ORIGIN] [--json]
                       what a running relay knows and does
terminfunk relay assign NODE ORIGIN [--for HOURS] [--relay ADDRESS] [--data FOLDER]
                       the relay that runs here tells a node to link itself to another relay
terminfunk relay registrar …   issues credentials (docs/operators.md)`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

const readOptions = () =>
  parseArgs({
    options: {
      config: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      data: { type: 'string' },
      demo: { type: 'boolean' },
      relay: { type: 'string', multiple: true },
      'no-webtransport': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;

const readConfig = async (): Promise<RelayConfig | undefined> => {
  const options = readOptions();
  if (options.help) {
    say(USAGE);
    process.exit(0);
  }
  const overrides: ConfigOverrides = {
    host: options.host,
    port: options.port === undefined ? undefined : Number(options.port),
    data: options.data,
    demo: options.demo,
    relays: options.relay,
    webtransport: options['no-webtransport'] ? false : undefined,
  };
  const path = options.config === undefined ? undefined : resolve(options.config);
  const text = path === undefined ? '' : await readFile(path, 'utf8');
  const config = parseConfig(text, overrides, {
    file: path === undefined ? process.cwd() : dirname(path),
    working: process.cwd(),
  });
  if (config.ok) return config.value;
  for (const line of config.code) complain(line);
  return undefined;
};

const BROKEN: Record<StoreFailure, string> = {
  full: 'The disk is full. Nothing that was acknowledged is lost; make room and start again.',
  closed: 'The store was closed.',
  corrupt: 'The store is damaged. Restore the data folder from a backup, or start with a new one.',
  fenced: 'Another process took the store over.',
  unavailable: 'The store cannot be used: is another relay running on this data folder?',
};

const run = async (config: RelayConfig): Promise<void> => {
  const metrics = createPrometheusMetrics();
  const random = createSystemRng();
  const clock = createSystemClock();
  const keys = await openFileKeyStore(join(config.data, 'keys.json'));
  const crypto = createWebCrypto({ subtle: globalThis.crypto.subtle, keys, random });
  const demo = config.demo ? await loadDemoRegistrar(keys, crypto, random) : undefined;
  const registrars: PinnedRegistrar[] = [...config.registrars, ...(demo === undefined ? [] : [demo.pinned])];
  const store = await openLevelStore(join(config.data, 'store'));
  const node = await startRelayNode({
    store,
    keys,
    crypto,
    clock,
    random,
    metrics,
    registrars,
    limits: config.engineLimits,
    mesh: config.mesh,
    onBroken: (failure) => {
      complain(BROKEN[failure]);
      process.exit(1);
    },
  });
  let links: RelayLinks | undefined;
  const server = await startRelayServer(
    { ...config, registrars },
    {
      accept: node.driver.accept,
      identityAddress: node.address,
      linkedRelays: node.views.relays,
      metricsText: () => {
        for (const [name, value] of Object.entries(node.views.status())) {
          if (typeof value === 'number') metrics.gauge(name, value);
        }
        const relays = links?.status() ?? { wanted: config.relays.length, connected: 0 };
        metrics.gauge('relays wanted', relays.wanted);
        metrics.gauge('relays connected', relays.connected);
        for (const [name, value] of Object.entries(meshGauges(node.views))) metrics.gauge(name, value);
        return metrics.text();
      },
      onNotice: complain,
    },
  );
  const practices =
    demo === undefined ? undefined : await startDemoPractices({ config, relay: node, demo, clock, random });
  const control = await openControl(config.data, createAssignAnswer({ driver: node.driver, views: node.views, clock }));
  stopOnSignal(server, async () => {
    links?.stop();
    await control?.close();
    await practices?.stop();
    await node.driver.stop();
    await store.close();
  });
  say(`Terminfunk relay ${node.address}`);
  if (config.demo) say('Demonstration: every practice here is invented and marked as such.');
  say(`Open ${server.origin}`);
  const loaded = config.webtransport.enabled ? loadNative() : undefined;
  links = startRelayLinks({
    origins: config.relays,
    avoid: config.avoid,
    operators: config.mesh.operators,
    address: node.address,
    driver: node.driver,
    views: node.views,
    native: loaded?.ok ? loaded.native : undefined,
    clock,
    random,
    say,
  });
};

/** A relay without it serves everybody as well; its operator hears why commands do not reach it. */
const openControl = async (data: string, answer: Answer): Promise<ControlSocket | undefined> => {
  try {
    return await openControlSocket(data, answer);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    complain(`The command assign cannot reach this relay: ${reason}.`);
    return undefined;
  }
};

/** What was handed over is still delivered, then the store is closed; a second signal ends at once. */
const stopOnSignal = (server: RelayServer, stopNode: () => Promise<void>): void => {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    await server.close();
    await stopNode();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
};

const COMMANDS = {
  registrar: runRegistrarCommand,
  trace: runTraceCommand,
  stats: runStatsCommand,
  assign: runAssignCommand,
} as const;
const isCommand = (word: string | undefined): word is keyof typeof COMMANDS =>
  word !== undefined && Object.hasOwn(COMMANDS, word);

const main = async (): Promise<void> => {
  const [command, ...rest] = process.argv.slice(2);
  if (isCommand(command)) {
    process.exitCode = await COMMANDS[command](rest, { say, complain });
    return;
  }
  const config = await readConfig();
  if (config === undefined) process.exit(2);
  await run(config);
};

main().catch((error: unknown) => {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
