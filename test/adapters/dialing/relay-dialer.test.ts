import { describe, expect, test } from 'vitest';
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';
import { ok, refuse } from '#core/result.ts';
import type { Dialer, DialFailure, Link, LinkHandlers, TransportKind } from '#ports/transport.ts';
import { createHeard } from '#test/contracts/transport-peer.ts';

interface Entrant {
  readonly dialer: Dialer;
  readonly dials: () => number;
  readonly isAborted: () => boolean;
  readonly closed: () => boolean;
  /** Lets the dial that is under way, or the next one, come to this. */
  succeed(early?: (handlers: LinkHandlers) => void): void;
  fail(code: DialFailure): void;
}

/** A transport whose outcome the test decides. */
const createEntrant = (transport: TransportKind): Entrant => {
  let dials = 0;
  let aborted = false;
  let closed = false;
  let outcome: ((handlers: LinkHandlers) => Awaited<ReturnType<Dialer['dial']>>) | undefined;
  let wake: () => void = () => undefined;
  const link: Link = {
    transport,
    remote: 'test',
    send: () => true,
    close: () => {
      closed = true;
    },
  };
  const decide = (next: NonNullable<typeof outcome>): void => {
    outcome = next;
    wake();
  };
  return {
    dials: () => dials,
    isAborted: () => aborted,
    closed: () => closed,
    succeed: (early) =>
      decide((handlers) => {
        early?.(handlers);
        return ok(link);
      }),
    fail: (code) => decide(() => refuse(code)),
    dialer: {
      transport,
      dial: async (_endpoint, handlers, signal) => {
        dials += 1;
        signal?.addEventListener('abort', () => {
          aborted = true;
          decide(() => refuse('aborted'));
        });
        if (signal?.aborted) return refuse('aborted');
        while (outcome === undefined) await new Promise<void>((go) => (wake = go));
        return outcome(handlers);
      },
    },
  };
};

const setUp = () => {
  const [preferred, fallback] = [createEntrant('webtransport'), createEntrant('websocket')];
  const dialer = createRelayDialer({ dialers: { preferred: preferred.dialer, fallback: fallback.dialer } });
  const heard = createHeard();
  const dial = (origin = 'https://relay.example', signal?: AbortSignal) =>
    dialer.dial({ origin }, heard.handlers, signal);
  return { preferred, fallback, dial, heard };
};

describe('the dialler that chooses', () => {
  test('takes the preferred transport and leaves the other alone', async () => {
    const { preferred, fallback, dial } = setUp();
    preferred.succeed();
    const dialled = await dial();
    expect(dialled.ok && dialled.value.transport).toBe('webtransport');
    expect(fallback.dials()).toBe(0);
  });

  test('takes the other at once when the preferred one fails, and remembers', async () => {
    const { preferred, fallback, dial } = setUp();
    preferred.fail('unreachable');
    fallback.succeed();
    const dialled = await dial();
    expect(dialled.ok && dialled.value.transport).toBe('websocket');
    await dial();
    expect([preferred.dials(), fallback.dials()]).toEqual([1, 2]);
    await dial('https://another.example');
    expect(preferred.dials()).toBe(2);
  });

  test('does not wait for a preferred transport that says nothing', async () => {
    const { preferred, fallback, dial } = setUp();
    fallback.succeed();
    const dialled = await dial();
    expect(dialled.ok && dialled.value.transport).toBe('websocket');
    expect(preferred.isAborted()).toBe(true);
  });

  test('tries both again after neither worked', async () => {
    const { preferred, fallback, dial } = setUp();
    preferred.fail('unreachable');
    fallback.succeed();
    await dial();
    fallback.fail('unreachable');
    expect(await dial()).toEqual({ ok: false, code: 'unreachable' });
    preferred.succeed();
    const dialled = await dial();
    expect(dialled.ok && dialled.value.transport).toBe('webtransport');
  });

  test('tells the reason of the other when there is no preferred transport here', async () => {
    const { preferred, fallback, dial } = setUp();
    preferred.fail('unsupported');
    fallback.fail('refused');
    expect(await dial()).toEqual({ ok: false, code: 'refused' });
  });

  test('stops both when it is told to', async () => {
    const { fallback, dial } = setUp();
    const stop = new AbortController();
    const dialling = dial(undefined, stop.signal);
    stop.abort();
    expect(await dialling).toEqual({ ok: false, code: 'aborted' });
    expect(fallback.dials()).toBe(0);
  });

  test('passes on what came early, in order, and only from the link that won', async () => {
    const { preferred, fallback, dial, heard } = setUp();
    preferred.fail('timeout');
    fallback.succeed((handlers) => {
      handlers.onFrame(Uint8Array.of(1));
      handlers.onFrame(Uint8Array.of(2));
      handlers.onEnd('overloaded');
    });
    await dial();
    expect(heard.frames).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    expect(heard.ends).toEqual(['overloaded']);
  });
});
