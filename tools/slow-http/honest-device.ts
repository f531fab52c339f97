import { readFile } from 'node:fs/promises';
import type { DeviceNeeds } from '#harness/cli/device-needs.ts';
import { systemClock } from '#protocol/clock.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';

/** A device that enrolls from its beginning, again and again, each time over new connections. */
export class HonestDevice {
  /** Of each enrollment: how long it took, or how it ended. */
  readonly tookMs: number[] = [];
  readonly failures: string[] = [];
  readonly #needs: DeviceNeeds;
  readonly #anchorsPem: string;

  private constructor(needs: DeviceNeeds, anchorsPem: string) {
    this.#needs = needs;
    this.#anchorsPem = anchorsPem;
  }

  static async create(needs: DeviceNeeds, folder: string): Promise<HonestDevice> {
    return new HonestDevice(needs, await readFile(`${folder}/${needs.anchor}`, 'utf8'));
  }

  async enrollUntil(over: Promise<unknown>): Promise<void> {
    let isOver = false;
    over.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const began = performance.now();
      const outcome = await this.#gateway().enroll();
      if (outcome.kind === 'enrolled') this.tookMs.push(performance.now() - began);
      else
        this.failures.push(
          `${outcome.kind} after ${Math.round(performance.now() - began)} ms: ${JSON.stringify(outcome)}`,
        );
    }
  }

  #gateway(): Gateway {
    const { httpUrl, tlsUrl, caFingerprintSha256, accounts, password = '' } = this.#needs;
    const [account] = accounts;
    if (!account) throw new Error('The server has no account.');
    return new Gateway(
      {
        ...account,
        password,
        httpUrl,
        tlsUrl,
        anchorsPem: this.#anchorsPem,
        caFingerprint: caFingerprintSha256,
        profile: 'modern',
        caCertificateVia: 'cleartext',
        pollIntervalSeconds: 0.05,
        maximumPolls: 0,
        timeoutSeconds: 10,
        renewBeforeSeconds: 0,
        clockSkewSeconds: 1,
        retries: 0,
      },
      { store: new MemoryStore(), clock: systemClock },
    );
  }
}
