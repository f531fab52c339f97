import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { messageOf } from '#protocol/errors.ts';
import { githubCommand, renderGithubAnnotations } from '#reports/github-annotations.ts';
import { renderMarkdown } from '#reports/markdown-summary.ts';
import type { RunRecord } from '#reports/run-record.ts';

interface Log {
  write(text: string): unknown;
}

/** A step of GitHub Actions, which reads commands out of what its programs print, and shows a page that they write. */
export class GithubJob {
  readonly #token = randomUUID();
  readonly #summaryFile: string | undefined;
  readonly #log: Log;

  private constructor(summaryFile: string | undefined, log: Log) {
    this.#summaryFile = summaryFile;
    this.#log = log;
    // A device's words are printed, too, and could be commands: until the end none is obeyed.
    log.write(`::stop-commands::${this.#token}\n`);
  }

  /** Undefined when this is none. */
  static begun(environment: NodeJS.ProcessEnv, log: Log): GithubJob | undefined {
    if (environment.GITHUB_ACTIONS !== 'true') return undefined;
    return new GithubJob(environment.GITHUB_STEP_SUMMARY || undefined, log);
  }

  /** Annotations, and the summary. One that cannot be written is told, and changes no verdict. */
  tell(record: RunRecord): void {
    this.#log.write(`::${this.#token}::\n`);
    this.#log.write(renderGithubAnnotations(record));
    if (this.#summaryFile === undefined) return;
    try {
      appendFileSync(this.#summaryFile, renderMarkdown(record));
    } catch (cause) {
      const message = `GITHUB_STEP_SUMMARY, ${this.#summaryFile}: ${messageOf(cause)}.`;
      this.#log.write(githubCommand('warning', { title: 'no summary' }, message));
    }
  }
}
