import type { Group } from '../client/index.js';
import { byId } from './app-text.js';

/** The tree, one line per group, app and pod. */
export function groupTree(group: Group): string {
  return linesOf(group, '').join('\n');
}

function linesOf(group: Group, indent: string): string[] {
  const waits = group.dependencies.length === 0 ? '' : `  (after ${group.dependencies.join(', ')})`;
  const inner = `${indent}  `;
  return [
    `${indent}${group.id === '/' ? '/' : `${lastOf(group.id)}/`}${waits}`,
    ...[...group.apps].sort(byId).map((app) => {
      const running = app.tasksRunning === undefined ? '' : `${app.tasksRunning}/`;
      return `${inner}${lastOf(app.id)}  ${running}${app.instances}`;
    }),
    ...[...group.pods]
      .sort(byId)
      .map((pod) => `${inner}${lastOf(pod.id)}  pod, ${(pod.status ?? 'unknown').toLowerCase()}`),
    ...[...group.groups].sort(byId).flatMap((child) => linesOf(child, inner)),
  ];
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
