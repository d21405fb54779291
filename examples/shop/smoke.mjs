/*
 * The smoke test of examples/shop/blue-green.json: runs before the new version is promoted, and ends
 * with something else than 0 if it does not answer, or talks to the old one.
 */
const previews = JSON.parse(process.env.EKIDEN_PREVIEWS ?? '{}');
const wanted = process.env.SHOP_VERSION;

const [web] = previews['/shop/web'] ?? [];
if (web === undefined) throw new Error(`no preview of /shop/web in ${JSON.stringify(previews)}`);
const response = await fetch(`http://${web}/`, { signal: AbortSignal.timeout(10_000) });
const page = await response.text();
const versions = [...page.matchAll(/of version (\S+)/g)].map(([, version]) => version);
console.log(`${web} answers ${response.status}: web ${versions[0]}, api ${versions[1]}`);
if (!response.ok || versions.some((version) => version !== wanted)) process.exitCode = 1;
