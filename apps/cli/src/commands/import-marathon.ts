import { writeFile } from 'node:fs/promises';
import { Failure, NoServer } from '../client/index.js';
import {
  changeOf,
  countsOf,
  reportImport,
  reportMarkdown,
  reportText,
  selectFrom,
  withoutDefinitions,
  type ImportReport,
} from '../importer/index.js';
import { paint, planText } from '../output/index.js';
import { absoluteId, allApps, type Document, type PresentGroup } from '../tree/index.js';
import { EXIT, jsonText, type Call } from './call.js';
import { applyImport, planImport, type ImportPlan } from './import-plan.js';
import { loadImport, type ImportSource } from './import-source.js';
import { isSet, listOf, textOf } from './options.js';
import { presentTree } from './plan.js';

/** Reports on an import, and carries it out where that is asked for. */
export async function importMarathon(call: Call): Promise<number> {
  const apply = isSet(call, 'apply');
  const source = await loadImport(call);
  const present = await presentIfThere(call, apply);
  const network = present === undefined ? undefined : await networkOf(call);
  const report = makeReport(call, source, present, network);
  if (!call.options.json) call.terminal.out(reportText(report, paint(call.terminal.colours)));
  const save = textOf(call, 'save');
  if (save !== undefined) {
    // It may hold passwords.
    await writeFile(save, `${jsonText(documentsOf(report))}\n`, { mode: 0o600 });
  }
  const sound = { ...report, definitions: report.definitions.filter(isSound) };
  const plan = await planIfPossible(call, sound, present, apply);
  await hand(call, report, plan);
  if (!apply) return EXIT.ok;
  refuseHalfWay(call, source, report);
  if (plan === undefined) throw new Failure('there is no plan to apply');
  return applyImport({ ...call, options: { ...call.options, json: false } }, plan);
}

function makeReport(
  call: Call,
  { findings, from, oldDefaultRole }: ImportSource,
  present: PresentGroup | undefined,
  network: string | undefined,
): ImportReport {
  const only = listOf(call, 'only').map(absoluteId);
  const chosen = selectFrom(findings, only, listOf(call, 'except').map(absoluteId));
  if (chosen.found.length + chosen.groups.length === 0 && chosen.problems.length === 0) {
    throw new Failure(`there are no definitions to import in ${from}`);
  }
  return reportImport(chosen, {
    from,
    ...(oldDefaultRole === undefined ? {} : { oldDefaultRole }),
    ...(network === undefined ? {} : { defaultNetworkName: network }),
    ...(present === undefined ? {} : { present: new Set(idsOf(present)) }),
  });
}

/** What the new service calls container networks that carry no name. */
async function networkOf({ client }: Call): Promise<string | undefined> {
  const info = await client.find<{ readonly marathon_config?: Document }>('/v2/info');
  const name = info?.marathon_config?.['default_network_name'];
  return typeof name === 'string' ? name : undefined;
}

function isSound({ refused }: ImportReport['definitions'][number]): boolean {
  return refused.length === 0;
}

function idsOf(group: PresentGroup): readonly string[] {
  const apps = allApps({ ...group, groups: [] }).map((app) => String(app['id']));
  const pods = (group.pods ?? []).map((pod) => String(pod['id']));
  return [group.id, ...apps, ...pods, ...group.groups.flatMap(idsOf)];
}

/** A report needs no service; applying it does. */
async function presentIfThere(call: Call, needed: boolean): Promise<PresentGroup | undefined> {
  try {
    return await presentTree(call);
  } catch (error) {
    if (needed || !(error instanceof NoServer)) throw error;
    const { shown } = call.client.address;
    call.terminal.note(`No service answers at ${shown}: the report is made without a plan.`);
    return undefined;
  }
}

async function planIfPossible(
  call: Call,
  report: ImportReport,
  present: PresentGroup | undefined,
  needed: boolean,
): Promise<ImportPlan | undefined> {
  if (present === undefined || report.definitions.length === 0) return undefined;
  try {
    return await planImport(call, report, present);
  } catch (error) {
    if (needed || !(error instanceof Failure)) throw error;
    // What the service says against it is a part of the report.
    const details =
      'details' in error
        ? (error.details as readonly { path: string; errors: readonly string[] }[])
        : [];
    call.terminal.note(
      `The service at ${call.client.address.shown} would refuse this: ${error.message}`,
    );
    for (const { path, errors } of details) call.terminal.note(`  ${path}: ${errors.join('; ')}`);
    return undefined;
  }
}

/** Prints and writes what was found. */
async function hand(call: Call, report: ImportReport, plan: ImportPlan | undefined): Promise<void> {
  const { options, terminal } = call;
  const json = {
    ...withoutDefinitions(report),
    counts: countsOf(report),
    ...(plan && { plan: { steps: plan.steps } }),
  };
  const shownPlan = plan === undefined ? undefined : planText(plan);
  if (options.json) terminal.out(jsonText(json));
  else if (shownPlan !== undefined) terminal.out(`\n${shownPlan}`);
  const file = textOf(call, 'report');
  if (file !== undefined) {
    const isPage = /\.(?:md|markdown)$/i.test(file);
    await writeFile(file, isPage ? reportMarkdown(report, shownPlan) : `${jsonText(json)}\n`);
    terminal.note(`The report is in ${file}.`);
  }
  const mayApply = plan?.settled === false || (plan?.pods.length ?? 0) > 0;
  if (!isSet(call, 'apply') && mayApply) terminal.note('Nothing was changed; --apply makes it so.');
}

/** All of it or nothing: what cannot be taken over has to be left out by name. */
function refuseHalfWay(call: Call, source: ImportSource, report: ImportReport): void {
  const refused = report.definitions.filter((one) => !isSound(one));
  if (report.problems.length > 0 || refused.length > 0) {
    const names = refused.map(({ id }) => `--except ${id}`).join(' ');
    throw new Failure('some of it cannot be imported, so nothing was changed', [
      ...(refused.length === 0 ? [] : [`leave it out: ${names}`]),
      'or correct it: --save FILE, edit FILE, then --file FILE',
    ]);
  }
  if (source.unsettled.length > 0 && !call.options.force) {
    throw new Failure(
      `${source.from} is deploying (${source.unsettled.join(', ')}): its definitions may be half changed`,
      ['wait until it is done, or import all the same with --force'],
    );
  }
}

/** The definitions as one group document, which can be imported again. */
function documentsOf(report: ImportReport): object {
  const { change, pods: imported } = changeOf(report);
  const pods = imported.map(({ definition }) => definition);
  const groups = [...(change.groups ?? [])].map(([id, fields]) => ({ id, ...fields }));
  return { id: '/', apps: change.put ?? [], groups, pods };
}
