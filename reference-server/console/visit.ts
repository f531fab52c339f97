import type { Html } from './parts/html.ts';
import type { Principal } from './role.ts';

/** One request to a screen by somebody who may make it. */
export interface Visit {
  readonly who: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** Against forged requests: every form bears it. */
  readonly csrf: string;
  readonly sessionId: string;
}

/** What a screen answers. */
export type Outcome =
  | Page
  | {
      readonly kind: 'go';
      readonly to: string;
      /** What the next page says first. */
      readonly said?: { readonly tone: 'good' | 'bad'; readonly text: string };
      readonly shownOnce?: { readonly what: string; readonly secret: string };
    }
  | {
      readonly kind: 'stream';
      readonly name: string;
      readonly type: string;
      readonly parts: AsyncIterable<string>;
    }
  | { readonly kind: 'file'; readonly name: string; readonly type: string; readonly bytes: Uint8Array | string };

export interface Page {
  readonly kind: 'page';
  /** 200 unless given. */
  readonly status?: number;
  readonly title: string;
  /** The entry of the navigation that it stands under: its path. */
  readonly under?: string;
  readonly body: Html;
}

export type Handler = (visit: Visit) => Promise<Outcome>;

export function page(title: string, under: string, body: Html, status = 200): Page {
  return { kind: 'page', title, under, body, status };
}

export function go(to: string, text?: string, tone: 'good' | 'bad' = 'good'): Outcome {
  return text === undefined ? { kind: 'go', to } : { kind: 'go', to, said: { tone, text } };
}
