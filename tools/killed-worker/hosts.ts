import { execFileSync } from 'node:child_process';

const bridge = 'muster0';

/** Hosts of their own on one machine: network namespaces, each with an address at a bridge, and no other way to anywhere. */
export class NamespaceHosts {
  /** Of the machine itself, at the bridge. */
  readonly address = '10.177.0.1';
  /** For each host the words that start a program there. */
  readonly commands: readonly (readonly string[])[];
  readonly #names: readonly string[];

  private constructor(names: readonly string[]) {
    this.#names = names;
    this.commands = names.map((name) => ['ip', 'netns', 'exec', name]);
  }

  static make(count: number): NamespaceHosts {
    const hosts = new NamespaceHosts(Array.from({ length: count }, (_, index) => `muster-host-${index + 1}`));
    try {
      ip('link', 'add', bridge, 'type', 'bridge');
      ip('addr', 'add', `${hosts.address}/24`, 'dev', bridge);
      ip('link', 'set', bridge, 'up');
      for (const [index, name] of hosts.#names.entries()) {
        const inside = ['-n', name] as const;
        ip('netns', 'add', name);
        ip('link', 'add', `mh${index}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
        ip('link', 'set', `mh${index}`, 'master', bridge, 'up');
        ip(...inside, 'addr', 'add', `10.177.0.${index + 10}/24`, 'dev', 'eth0');
        ip(...inside, 'link', 'set', 'eth0', 'up');
        ip(...inside, 'link', 'set', 'lo', 'up');
      }
      return hosts;
    } catch (cause) {
      hosts.remove();
      throw new Error('Network namespaces cannot be made here: root and iproute2 are expected.', { cause });
    }
  }

  remove(): void {
    const words = [...this.#names.map((name) => ['netns', 'del', name]), ['link', 'del', bridge]];
    for (const each of words) {
      try {
        ip(...each);
      } catch {
        // What was not made cannot be removed.
      }
    }
  }
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
