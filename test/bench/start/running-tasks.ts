/** Counts the tasks that the service's events call running, from the moment it was opened. */
export class RunningTasks {
  private readonly abort = new AbortController();
  private readonly counts = new Map<string, number>();
  private changed: () => void = () => undefined;
  private failure: Error | undefined;

  private constructor(body: ReadableStream<Uint8Array>) {
    this.read(body).catch((error: unknown) => {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.changed();
    });
  }

  static async open(url: string): Promise<RunningTasks> {
    const answer = await fetch(`${url}/v2/events?event_type=status_update_event`, {
      headers: { accept: 'text/event-stream' },
    });
    if (!answer.ok || answer.body === null) throw new Error(`/v2/events: ${answer.status}`);
    return new RunningTasks(answer.body);
  }

  /** Resolves when so many tasks of the app were called running. */
  async reach(app: string, count: number, limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    while ((this.counts.get(app) ?? 0) < count) {
      if (this.failure !== undefined) throw this.failure;
      const left = end - performance.now();
      const seen = this.counts.get(app) ?? 0;
      if (left <= 0) throw new Error(`${seen} of ${count} tasks of ${app} within ${limitMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    const reader = body.getReader();
    this.abort.signal.addEventListener('abort', () => void reader.cancel());
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.take(line);
    }
  }

  private take(line: string): void {
    if (!line.startsWith('data: ')) return;
    const event = JSON.parse(line.slice(6)) as {
      readonly appId: string;
      readonly taskStatus: string;
    };
    if (event.taskStatus !== 'TASK_RUNNING') return;
    this.counts.set(event.appId, (this.counts.get(event.appId) ?? 0) + 1);
    this.changed();
  }
}
