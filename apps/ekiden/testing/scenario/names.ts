/** Short names that are the same in every run: `web#1`, its second task `web#1.2`, `d1`. */
export class Names {
  private readonly instances = new Map<string, string>();
  private readonly deployments = new Map<string, string>();
  private readonly counts = new Map<string, number>();
  private readonly conditions = new Map<string, string>();

  /** Of an instance, by its app and the order in which instances were first heard of. */
  instance(id: string): string {
    const known = this.instances.get(id);
    if (known !== undefined) return known;
    const app = id.slice(0, id.indexOf('.instance-')).replaceAll('_', '/');
    const count = (this.counts.get(app) ?? 0) + 1;
    this.counts.set(app, count);
    const name = `${app}#${count}`;
    this.instances.set(id, name);
    return name;
  }

  /** Whether the instance was in this condition already when it was last told of. */
  isTold(id: string, condition: string): boolean {
    const told = this.conditions.get(id) === condition;
    this.conditions.set(id, condition);
    return told;
  }

  task(id: string): string {
    const at = id.lastIndexOf('._app.');
    return `${this.instance(id.slice(0, at))}.${id.slice(at + '._app.'.length)}`;
  }

  deployment(id: string): string {
    const name = this.deployments.get(id) ?? `d${this.deployments.size + 1}`;
    this.deployments.set(id, name);
    return name;
  }

  deploymentOf(name: string): string {
    return idOf(this.deployments, name);
  }

  instanceOf(name: string): string {
    return idOf(this.instances, name);
  }
}

function idOf(names: ReadonlyMap<string, string>, wanted: string): string {
  for (const [id, name] of names) if (name === wanted) return id;
  throw new Error(`nothing is called ${wanted} yet`);
}
