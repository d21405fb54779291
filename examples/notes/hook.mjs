// What happens around each of the notes in a serial upgrade. It runs as a task of its own, with the
// files and the environment of the new version, and learns from its environment what it is about.
const { EKIDEN_HOOK, EKIDEN_SLOT, EKIDEN_DEPLOYMENT_ID, REFUSES } = process.env;
const { EKIDEN_INSTANCE_HOST: host, EKIDEN_INSTANCE_PORTS: ports = '' } = process.env;
const notes = `http://${host}:${ports.split(' ')[0]}/`;
const mark = `checkpoint of slot ${EKIDEN_SLOT} in ${EKIDEN_DEPLOYMENT_ID}`;

if (EKIDEN_HOOK === 'beforeStop') {
  // A note that was answered for is on disk.
  const answer = await fetch(notes, { method: 'POST', body: mark });
  if (!answer.ok) throw new Error(`slot ${EKIDEN_SLOT} does not take its checkpoint`);
  console.log(`wrote: ${mark}`);
}

if (EKIDEN_HOOK === 'afterReady') {
  const kept = await (await fetch(notes)).text();
  // The first version has stopped nothing, so it has no checkpoint.
  console.log(kept.includes(mark) ? `found: ${mark}` : 'no checkpoint');
  // To see what happens when a check says no.
  if (REFUSES === EKIDEN_SLOT) throw new Error(`slot ${EKIDEN_SLOT} is refused`);
}
